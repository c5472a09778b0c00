package spec

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// oneAnswer is a document with one answer of one media type.
func oneAnswer(t *testing.T, media, content string) (*Document, *Operation) {
	t.Helper()
	text := `openapi: 3.1.0
info: {title: x, version: "1"}
paths: {/a: {get: {operationId: a, responses: {'200': {description: ok, content: {"` + media + `": ` + content + `}}}}}}
components:
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string}, age: {type: integer}}, xml: {name: pet}}
    Category: {type: object, required: [id], properties: {id: {type: integer, minimum: 1}, name: {type: string}}}
`
	d, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d, d.Operation("a")
}

const header = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// The XML cases are the examples of OpenAPI 3.1, 4.8.26.
func TestBodiesInTheirMediaType(t *testing.T) {
	for _, tt := range []struct{ it, media, content, want string }{
		{"names elements as properties", "application/xml", `{schema: {$ref: '#/components/schemas/Pet'}, example: {name: "a<b", age: 3}}`, header + "<pet><name>a&lt;b</name><age>3</age></pet>\n"},
		{"names a root as its component", "application/xml", `{schema: {$ref: '#/components/schemas/Category'}, example: {id: 1}}`, header + "<Category><id>1</id></Category>\n"},
		{"writes attributes, prefixes and namespaces", "application/xml", `{schema: {type: object, xml: {name: Person}, properties: {id: {type: integer, xml: {attribute: true}}, name: {type: string, xml: {namespace: "https://example.com/s", prefix: sample}}}}, example: {id: 123, name: x}}`,
			header + `<Person id="123"><sample:name xmlns:sample="https://example.com/s">x</sample:name></Person>` + "\n"},
		{"repeats an unwrapped list by its items' name", "application/xml", `{schema: {type: object, xml: {name: r}, properties: {animals: {type: array, xml: {name: aliens}, items: {type: string, xml: {name: animal}}}}}, example: {animals: [a, b]}}`,
			header + "<r><animal>a</animal><animal>b</animal></r>\n"},
		{"wraps a list in its own name", "application/xml", `{schema: {type: object, xml: {name: r}, properties: {animals: {type: array, xml: {name: aliens, wrapped: true}, items: {type: string, xml: {name: animal}}}}}, example: {animals: [a, b]}}`,
			header + "<r><aliens><animal>a</animal><animal>b</animal></aliens></r>\n"},
		{"gives a wrapped list's items its name where they have none", "application/xml", `{schema: {type: object, xml: {name: r}, properties: {animals: {type: array, xml: {wrapped: true}, items: {type: string}}}}, example: {animals: [a]}}`,
			header + "<r><animals><animals>a</animals></animals></r>\n"},
		{"writes a list at the root", "application/xml", `{schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}, example: [{name: a}, {name: b}]}`,
			header + "<pets><pet><name>a</name></pet><pet><name>b</name></pet></pets>\n"},
		{"heeds nodeType", "application/xml", `{schema: {type: object, xml: {name: p}, properties: {lang: {type: string, xml: {nodeType: attribute}}, value: {type: number, xml: {nodeType: text}}}}, example: {lang: en, value: 1.5}}`,
			header + "<p lang=\"en\">1.5</p>\n"},
		{"sends XML given as text as it is", "text/xml", `{schema: {$ref: '#/components/schemas/Pet'}, example: "<pet><name>x</name></pet>"}`, "<pet><name>x</name></pet>"},
		{"writes a +xml type", "application/vnd.x+xml", `{schema: {$ref: '#/components/schemas/Pet'}, example: {name: x}}`, header + "<pet><name>x</name></pet>\n"},
		{"writes a form", "application/x-www-form-urlencoded", `{schema: {type: object, properties: {e: {type: string, format: email}, n: {type: array, items: {type: integer}}, o: {type: object, properties: {a: {type: integer}}}}}, example: {e: a@b.c, n: [1, 2], o: {a: 1}}}`,
			"e=a%40b.c&n=1&n=2&o%5Ba%5D=1"},
		{"writes a form in the styles that it documents", "application/x-www-form-urlencoded", `{schema: {type: object, properties: {a: {type: array, items: {type: string}}, b: {type: array, items: {type: integer}}, c: {type: object, properties: {x: {type: integer}}}, d: {type: object, properties: {y: {type: integer}}}}},
 encoding: {a: {style: form, explode: false}, b: {style: pipeDelimited}, c: {contentType: application/json}, d: {style: form}}, example: {a: ["1,2", x], b: [1, 2], c: {x: 1}, d: {y: 2}}}`,
			"a=1%2C2,x&b=1%7C2&c=%7B%22x%22%3A1%7D&y=2"},
		{"writes a number as plain text", "text/plain", `{schema: {type: integer}, example: 5}`, "5"},
		{"writes text as it is", "text/plain; charset=utf-8", `{schema: {type: string}, example: "a b"}`, "a b"},
		{"writes JSON where plain text holds an object", "text/plain", `{schema: {$ref: '#/components/schemas/Pet'}, example: {name: x}}`, `{"name":"x"}`},
		{"writes rows as CSV", "text/csv", `{schema: {type: array, items: {type: object, properties: {a: {type: integer}, b: {type: string}}}}, example: [{a: 1, b: "x,y"}, {a: 2, b: z}]}`, "a,b\r\n1,\"x,y\"\r\n2,z\r\n"},
		{"writes a line for each value", "application/x-ndjson", `{schema: {$ref: '#/components/schemas/Pet'}, example: [{name: a}, {name: b}]}`, "{\"name\":\"a\"}\n{\"name\":\"b\"}\n"},
		{"writes a sequence of JSON texts", "application/json-seq", `{schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}, example: [{name: a}]}`, "\x1e{\"name\":\"a\"}\n"},
		{"writes events", "text/event-stream", `{itemSchema: {type: object, required: [data], properties: {event: {type: string}, data: {type: string}}}, example: [{event: tick, data: "a\nb"}]}`, "event: tick\ndata: a\ndata: b\n\n"},
		{"takes JSON given as text", "application/json", `{schema: {$ref: '#/components/schemas/Pet'}, example: '{"name":"x"}'}`, `{"name":"x"}`},
		{"leaves text in JSON where the schema asks for text", "application/json", `{schema: {type: string}, example: '{"name":"x"}'}`, `"{\"name\":\"x\"}"`},
		{"writes a +json type with parameters", "application/vnd.x+json;version=2", `{schema: {$ref: '#/components/schemas/Pet'}, example: {name: x}}`, `{"name":"x"}`},
		{"takes a default for an example", "application/json", `{schema: {type: object, properties: {a: {type: integer}}, default: {a: 7}}}`, `{"a":7}`},
		{"takes the serialised value of OpenAPI 3.2", "application/json", `{schema: {type: object}, examples: {a: {dataValue: {x: 1}, serializedValue: '{ "x": 1 }'}}}`, `{ "x": 1 }`},
		{"takes the data value of OpenAPI 3.2", "application/xml", `{schema: {$ref: '#/components/schemas/Pet'}, examples: {a: {dataValue: {name: q}}}}`, header + "<pet><name>q</name></pet>\n"},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			d, o := oneAnswer(t, tt.media, tt.content)
			got, err := o.Respond(Want{})
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Body) != tt.want || got.Header.Get("Content-Type") != tt.media {
				t.Errorf("got %v %q\nwant %q", got.Header, got.Body, tt.want)
			}
			for range 2 { // the second time by what is remembered
				for _, v := range d.CheckResponse(&Call{Operation: o, Request: &Request{Method: "GET"}}, got) {
					t.Errorf("it breaks the document: %s: %s", v.Where, v.Message)
				}
			}
			if c := d.Checked(); c.Seen != c.Fast+c.Library || c.Library > 1 {
				t.Errorf("checked %+v", c)
			}
		})
	}
}

// What is wrong in a body is found in every media type.
func TestBrokenBodiesInTheirMediaType(t *testing.T) {
	const pet = `{schema: {$ref: '#/components/schemas/Pet'}}`
	for _, tt := range []struct{ it, media, content, body, want string }{
		{"a number in XML that is none", "application/xml", pet, "<pet><name>x</name><age>old</age></pet>", "body/age type"},
		{"a missing element", "application/xml", pet, "<pet><age>1</age></pet>", "body required"},
		{"a root of another name", "application/xml", pet, "<cat><name>x</name></cat>", "body xml"},
		{"XML that breaks off", "application/xml", pet, "<pet><name>x</name>", "body syntax"},
		{"an undeclared element", "application/xml", pet, "<pet><name>x</name><wings>2</wings></pet>", "body/wings undeclared"},
		{"a wrong item in a list", "application/xml", `{schema: {type: array, items: {$ref: '#/components/schemas/Category'}}}`, "<a><Category><id>0</id></Category></a>", "body/0/id minimum"},
		{"a wrong member of a form", "application/x-www-form-urlencoded", pet, "name=x&age=old", "body/age type"},
		{"a wrong line", "application/x-ndjson", pet, "{\"name\":\"a\"}\n{\"age\":1}\n", "body/1 required"},
		{"a line that is no JSON", "application/x-ndjson", pet, "{\"name\":\"a\"}\n{\n", "body/1 syntax"},
		{"a wrong event", "text/event-stream", `{itemSchema: {type: object, required: [id], properties: {data: {type: string}, id: {type: string}}}}`, "data: x\n\n", "body/0 required"},
		{"a cell of the wrong type", "text/csv", `{schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}`, "name,age\nx,old\n", "body/0/age type"},
		{"plain text that is no number", "text/plain", `{schema: {type: integer}}`, "x", "body type"},
		{"JSON in plain text that lacks a member", "text/plain", pet, "{}", "body required"},
	} {
		t.Run("it finds "+tt.it, func(t *testing.T) {
			d, o := oneAnswer(t, tt.media, tt.content)
			r := &Response{Status: 200, Header: http.Header{"Content-Type": {tt.media}}, Body: []byte(tt.body)}
			var got []string
			for _, v := range d.CheckResponse(&Call{Operation: o, Request: &Request{Method: "GET"}}, r) {
				got = append(got, v.Where+" "+v.Keyword)
			}
			if !slices.Contains(got, tt.want) {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFilesAreOfTheirType(t *testing.T) {
	for _, media := range []string{"image/png", "image/jpeg", "image/gif", "application/pdf", "application/zip", "application/octet-stream", "image/*", "audio/wav", "text/html", "text/csv", "image/svg+xml"} {
		_, o := oneAnswer(t, media, `{schema: {type: string, format: binary}}`)
		got, err := o.Respond(Want{Seed: [2]uint64{3, 4}})
		if err != nil {
			t.Fatal(err)
		}
		body, contentType := got.Body, got.Header.Get("Content-Type")
		if sniffed := http.DetectContentType(body); !strings.HasPrefix(strings.Replace(sniffed, "wave", "wav", 1), contentType) && contentType != "text/csv" && contentType != "image/svg+xml" {
			t.Errorf("%s is %s: %q", contentType, sniffed, body)
		}
		switch contentType {
		case "image/png", "image/jpeg", "image/gif":
			if _, _, err := image.Decode(bytes.NewReader(body)); err != nil {
				t.Errorf("%s: %v", contentType, err)
			}
		case "application/zip":
			if _, err := zip.NewReader(bytes.NewReader(body), int64(len(body))); err != nil {
				t.Error(err)
			}
		}
	}
}

// nasty are schemas that are hard to satisfy, or hard to write in some type.
var nasty = []string{
	`{type: object, required: [a, b], properties: {a: {type: string, minLength: 40, maxLength: 41}, b: {type: array, minItems: 3, uniqueItems: true, items: {type: integer, minimum: 1, maximum: 3}}}}`,
	`{type: object, properties: {kind: {type: string}}, if: {properties: {kind: {const: x}}, required: [kind]}, then: {required: [x], properties: {x: {type: integer, multipleOf: 7, minimum: 50, exclusiveMaximum: 63}}}, else: {not: {required: [x]}}}`,
	`{allOf: [{$ref: '#/components/schemas/Pet'}, {$ref: '#/components/schemas/Category'}], unevaluatedProperties: false}`,
	`{type: object, propertyNames: {pattern: '^k[0-9]$'}, minProperties: 2, additionalProperties: {type: number, multipleOf: 0.25, minimum: 0, maximum: 2}}`,
	`{type: object, required: [list], properties: {list: {type: array, prefixItems: [{const: 1}, {type: boolean}], items: false, minItems: 2}, dep: {type: string}, other: {type: string}}, dependentRequired: {dep: [other]}}`,
	`{type: array, minItems: 1, maxItems: 4, contains: {type: integer, minimum: 100}, minContains: 2, items: {type: integer}}`,
	`{oneOf: [{$ref: '#/components/schemas/Pet'}, {$ref: '#/components/schemas/Category'}]}`,
	`{type: object, required: [code, at, mail, nothing], properties: {code: {type: string, pattern: '^[A-Z]{3}-\d{4}$'}, at: {type: string, format: date-time}, mail: {type: string, format: email, maxLength: 20}, nothing: {type: [string, 'null']}}}`,
	`{allOf: [{type: object, properties: {data: {type: array, items: {type: object}}}}, {properties: {data: {minItems: 1, items: {$ref: '#/components/schemas/Category'}}}, required: [data]}], x-why: deep}`,
	`{type: object, required: [up], properties: {up: {type: object, properties: {deep: {type: array, minItems: 2, items: {$ref: '#/components/schemas/Category'}}}}, n: {type: [integer, 'null']}}}`,
}

// Every sample passes the check of its media type, in both directions of time:
// made anew, and remembered.
func TestSamplesPassTheirCheckInEveryMediaType(t *testing.T) {
	flat := func(schema string) bool {
		return !strings.Contains(schema, "deep") && !strings.HasPrefix(schema, "{type: array")
	}
	for _, media := range []string{"application/json", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "application/x-ndjson", "application/json-seq", "text/plain", "application/vnd.a+json", "*/*"} {
		for i, schema := range nasty {
			if !flat(schema) && (strings.Contains(media, "form") || strings.Contains(media, "plain")) {
				continue // no object, no form
			}
			t.Run(fmt.Sprintf("%s %d", strings.ReplaceAll(media, "/", " "), i), func(t *testing.T) {
				d, o := oneAnswer(t, media, `{schema: `+schema+`}`)
				for seed := range uint64(25) {
					got, err := o.Respond(Want{Dynamic: true, Seed: [2]uint64{seed, seed * 7}, Now: time.Unix(1_800_000_000, 0)})
					if err != nil {
						t.Fatal(err)
					}
					for _, v := range d.CheckResponse(&Call{Operation: o, Request: &Request{Method: "GET"}}, got) {
						t.Fatalf("seed %d: %s: %s\n%q", seed, v.Where, v.Message, got.Body)
					}
				}
			})
		}
	}
}
