// Package report is the evidence of a run: what the traffic exercised of a
// document, and what broke the contract on the way.
package report
