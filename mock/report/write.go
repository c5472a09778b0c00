package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Format is a form of evidence.
type Format string

// The formats.
const (
	JSON  Format = "json"  // the report itself, which can be merged
	JUnit Format = "junit" // JUnit's XML, which every CI system shows as tests
	SARIF Format = "sarif" // SARIF 2.1.0, which code hosts show at the document's lines
	HTML  Format = "html"  // one page for people
	HAR   Format = "har"   // an HTTP archive 1.2, for browsers' tools
)

// Formats are all of them.
var Formats = []Format{JUnit, SARIF, HTML, HAR, JSON}

// ParseFormat reads a format's name. The error lists those that there are.
func ParseFormat(name string) (Format, error) {
	for _, f := range Formats {
		if strings.EqualFold(name, string(f)) {
			return f, nil
		}
	}
	var names []string
	for _, f := range Formats {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("%q is no format; the formats are %s", name, strings.Join(names, ", "))
}

// MediaType is the format's, for HTTP.
func (f Format) MediaType() string {
	switch f {
	case JUnit:
		return "application/xml"
	case SARIF:
		return "application/sarif+json"
	case HTML:
		return "text/html; charset=utf-8"
	}
	return "application/json"
}

// Options say how evidence is written. The zero value is good.
type Options struct {
	// NoRedact leaves secrets in.
	NoRedact bool
	// Exchanges are what an archive holds, instead of the findings' samples.
	Exchanges []*Exchange
	// Tool is the program's version; "" is "dev".
	Tool string
}

// Write writes a report in a format.
func Write(r *Report, f Format, o Options) ([]byte, error) {
	if o.Tool == "" {
		o.Tool = "dev"
	}
	if !o.NoRedact {
		for i, e := range o.Exchanges {
			if i == 0 {
				o.Exchanges = append([]*Exchange{}, o.Exchanges...)
			}
			o.Exchanges[i] = RedactExchange(e, r.Documents)
		}
		r = Redact(r)
	}
	switch f {
	case JUnit:
		return writeJUnit(r), nil
	case SARIF:
		return writeSARIF(r, o)
	case HTML:
		return writeHTML(r), nil
	case HAR:
		return writeHAR(r, o)
	}
	return encode(r)
}

// encode writes JSON for files: indented, and with <, > and & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
