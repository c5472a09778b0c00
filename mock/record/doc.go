// Package record makes scenarios of what a real service was seen to answer, for
// a fake to answer the same.
//
// [Convert] is pure: exchanges in, a scenario out. Each request has a rule of its
// own, which matches it down to its body ([scenarios.Match]); what it was answered
// in turn, each run of equal answers once, is answered in that order, and the last
// answer stays. Where equal requests got different answers, the headers that tell
// them apart (credentials, Accept, Range and the like) are part of the match.
//
//	seen, err := record.FromArchive(archive)
//	made := record.Convert(doc, seen, record.Options{Name: "replay"})
//
// A [Recorder] does so with what goes through a proxy: without secrets, and into
// files ([Recording.Files]) that a fake of the document can be started with.
package record
