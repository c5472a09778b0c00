// Package report is the evidence of a run: what the traffic has exercised of a
// document, what broke the contract on the way, and the formats in which CI
// systems, code hosts, browsers and people read it.
//
// A [Report] is a JSON document with a version. A fake makes one
// (mock.Handler.Report), [Parse] reads one back, and [Merge] makes one of many:
// a suite that is divided over eight workers reports as one worker would.
// Violations are counted by cause, a [Finding]: all that are alike in operation,
// direction, place, keyword, blame and severity, with one exchange to show.
//
//	all := report.Merge(first, second)
//	page, err := report.Write(all, report.HTML, report.Options{})
//
// # Formats
//
// [JUnit] has a suite for each operation, and in it a case for each cause, failed
// where it is an error that nobody asked for, and one for each part of the
// operation, skipped where nothing exercised it. [SARIF] has a rule for each
// keyword and points at the document's lines. [HTML] is one page that needs
// nothing beside itself and runs no script but its own. [HAR] holds the
// exchanges. [JSON] is the report itself.
//
// # Secrets
//
// Every format is made of a report without secrets, see [Redact];
// [Options.NoRedact] is for who insists. The HTML page and the XML are written
// through one escaping writer: what was recorded cannot become markup.
//
// # Coverage
//
// An operation's parts are its documented statuses, media types of request and
// response, named examples, parameters, their enum values, and its alternatives
// of security. A status, media type or example counts once an answer had it; a
// parameter once a request sent it, whether it was valid or not; an alternative of
// security once a call passed with it. [Summary].Percent is over operations and
// all of their parts, values apart.
package report
