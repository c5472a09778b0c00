package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// The objects of SARIF 2.1.0 that a report needs (OASIS Standard, 3).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool      `json:"tool"`
		Results    []sarifResult  `json:"results"`
		ColumnKind string         `json:"columnKind"`
		Properties map[string]any `json:"properties,omitempty"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		Name             string    `json:"name"`
		ShortDescription sarifText `json:"shortDescription"`
		Help             sarifText `json:"help"`
		Configuration    struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Kind         string            `json:"kind"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Occurrences  uint64            `json:"occurrenceCount"`
		Properties   map[string]any    `json:"properties"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
	sarifLogical struct {
		Name           string `json:"name"`
		FullyQualified string `json:"fullyQualifiedName"`
		Kind           string `json:"kind"`
	}
)

func writeSARIF(r *Report, o Options) ([]byte, error) {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}, Properties: map[string]any{
		"exchanges": r.Exchanges, "coverage": r.Coverage.Summary.Percent,
	}}
	run.Tool.Driver = sarifDriver{Name: "Standin", Version: o.Tool, InformationURI: "https://github.com/standin-dev/standin", Rules: []sarifRule{}}
	for i := range r.Findings {
		run.Results = append(run.Results, run.result(&r.Findings[i]))
	}
	return encode(sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// rule is the index of a keyword's rule, added at its first use.
func (run *sarifRun) rule(v *spec.Violation) int {
	rules := &run.Tool.Driver.Rules
	id := v.In + "/" + v.Keyword
	if i := slices.IndexFunc(*rules, func(r sarifRule) bool { return r.ID == id }); i >= 0 {
		return i
	}
	text := fmt.Sprintf("A %s breaks the document's rule %q.", v.In, v.Keyword)
	rule := sarifRule{ID: id, Name: pascal(v.In + " " + v.Keyword), ShortDescription: sarifText{text}, Help: sarifText{text + " The result says where, and how to mend it."}}
	rule.Configuration.Level = level(v)
	*rules = append(*rules, rule)
	return len(*rules) - 1
}

// level is how serious a violation is; what a scenario was asked to do is but
// noted.
func level(v *spec.Violation) string {
	switch {
	case v.Blame == spec.BlameScenario:
		return "note"
	case v.Severity == spec.SeverityWarning:
		return "warning"
	}
	return "error"
}

func pascal(s string) string {
	var b strings.Builder
	up := true
	for _, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		switch {
		case !letter:
			up = true
		case up:
			b.WriteString(strings.ToUpper(string(r)))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (run *sarifRun) result(f *Finding) sarifResult {
	v := &f.Violation
	i := run.rule(v)
	msg := fmt.Sprintf("%s: %s %s: %s (%s to blame, seen %s).", f.Template, v.In, f.Where, strings.TrimSuffix(v.Message, "."), v.Blame, times(f.Count))
	if v.Fix != "" {
		msg += " To mend it: " + v.Fix + "."
	}
	out := sarifResult{
		RuleID: run.Tool.Driver.Rules[i].ID, RuleIndex: i, Kind: "fail", Level: level(v), Message: sarifText{msg},
		Fingerprints: map[string]string{"standin/v1": fingerprint(f)}, Occurrences: max(f.Count, 1),
		Properties: map[string]any{"blame": v.Blame, "where": v.Where, "exchange": f.First.Exchange, "sandbox": f.First.Sandbox},
	}
	location := sarifLocation{Logical: []sarifLogical{{Name: f.Template, FullyQualified: f.Template + " " + v.In + " " + f.Where, Kind: "member"}}}
	if v.File != "" && v.Line > 0 {
		location.Physical = &sarifPhysical{Artifact: sarifArtifact{artifactURI(v.File)}, Region: &sarifRegion{StartLine: v.Line, StartColumn: v.Column}}
	}
	out.Locations = []sarifLocation{location}
	return out
}

// artifactURI is a file's name as a URI reference (3.4.3).
func artifactURI(file string) string {
	if strings.Contains(file, "://") || strings.HasPrefix(file, spec.Builtin) {
		return file
	}
	path := filepath.ToSlash(file)
	if strings.HasPrefix(path, "/") {
		return (&url.URL{Scheme: "file", Path: path}).String()
	}
	return (&url.URL{Path: strings.TrimPrefix(path, "./")}).String()
}

// fingerprint tells a cause from others, in every run and wherever the
// document's lines have moved to.
func fingerprint(f *Finding) string {
	v := &f.Violation
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Template, v.In, f.Where, v.Keyword, string(v.Blame)}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
