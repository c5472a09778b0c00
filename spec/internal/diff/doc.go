// Package diff finds what differs between two OpenAPI documents, and whom it
// breaks.
//
// [Build] makes [Item]s of a document: the same for what means the same, however
// it was written. [Compare] walks two of them side by side; a [Change] knows the
// operations that it shows in, and in whose messages, so that a verdict depends on
// direction: what a schema lets through no longer breaks requests, what it did not
// let through before breaks answers. [Document.Mark] notes which items a recorded
// client has used.
package diff
