// Package verify runs a contract suite against a real service.
//
// It sends its requests through a [mock.Handler] that stands before the service
// (mock.Options.Upstream), so each exchange is checked, journalled and counted
// as any other, and what the service breaks is blamed on it. On top of that come
// the checks of the suites:
//
//   - the trials of scenario files: what a scenario makes a fake do, shown on the
//     real service ([scenarios.Trial]);
//   - Arazzo workflows, 1.0 and 1.1;
//   - cases that are generated for every operation, valid ones and such as break
//     one thing each, in an order in which what one creates the next can read.
//   - the requests of an HTTP archive, sent again.
//
// A check passes, fails, or is skipped and says why: for want of a credential or
// of a variable, because it would write where writing is not allowed, because
// the document lacks the operation. A skipped check is never a passed one.
package verify
