// Package media writes values as HTTP bodies in their media types, and reads
// tables and streams back, with an OpenAPI schema to say how.
//
// JSON says itself what its values are. XML, forms and plain text do not: what
// is a list, a number or an attribute stands in the schema only (OpenAPI 3.1,
// 4.8.26: the XML object; 4.8.15: the Encoding object). So writing asks the
// [Schema]; what a client or a service has written is read by package spec, by
// its compiled schemas.
//
// Values are those of package sample: nil, bool, int64, float64, json.Number,
// string, []any and sample.Object. Those read are what encoding/json makes of
// JSON, with numbers as json.Number.
package media

import "strings"

// Kind is a family of media types that are written alike.
type Kind int

// The kinds.
const (
	JSON      Kind = iota // application/json, +json
	Lines                 // application/x-ndjson, application/jsonl: a value a line
	Sequence              // application/json-seq (RFC 7464)
	Events                // text/event-stream
	XML                   // application/xml, text/xml, +xml
	Form                  // application/x-www-form-urlencoded
	Multipart             // multipart/form-data and its like
	CSV                   // text/csv
	HTML                  // text/html
	Text                  // any other text
	Binary                // what has no text
	Unknown               // anything else: text where the value is text, else JSON
)

// KindOf is the kind of a media type, given without parameters and in lower
// case.
func KindOf(base string) Kind {
	switch base {
	case "application/json", "text/json":
		return JSON
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines", "application/json-lines":
		return Lines
	case "application/json-seq":
		return Sequence
	case "text/event-stream":
		return Events
	case "application/xml", "text/xml":
		return XML
	case "application/x-www-form-urlencoded":
		return Form
	case "text/csv":
		return CSV
	case "text/html", "application/xhtml+xml":
		return HTML
	case "application/octet-stream", "application/pdf", "application/zip", "application/gzip", "application/x-gzip", "application/x-tar",
		"application/x-zip-compressed", "application/binary":
		return Binary
	case "image/svg+xml":
		return Unknown // a picture: no schema describes its elements
	}
	kind, sub, _ := strings.Cut(base, "/")
	switch {
	case strings.HasSuffix(sub, "+json"):
		return JSON
	case strings.HasSuffix(sub, "+json-seq"):
		return Sequence
	case strings.HasSuffix(sub, "+xml"):
		return XML
	case strings.HasSuffix(sub, "+zip"), strings.HasSuffix(sub, "+gzip"):
		return Binary
	}
	switch kind {
	case "text":
		return Text
	case "multipart":
		return Multipart
	case "image", "audio", "video", "font", "model":
		return Binary
	}
	return Unknown
}
