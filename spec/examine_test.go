package spec

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestExamine(t *testing.T) {
	text, err := os.ReadFile("testdata/examine.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Loader{}.Parse(t.Context(), "d.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range slices.Concat(d.Warnings(), d.Examine()) {
		got = append(got, w.Error())
	}
	want := []string{
		`d.yaml:2:1: the info has no version (at /info)`,
		`d.yaml:3:1: OpenAPI knows no member "pths" in a document, so it is not read (at /pths)`,
		`d.yaml:8:7: OpenAPI knows no member "operationID" in an operation, so it is not read (at /paths/~1a~1{id}/get/operationID)`,
		`d.yaml:10:9: the response has no description (at /paths/~1a~1{id}/get/responses/200)`,
		`d.yaml:17:9: this must be an object, so it is not read (at /paths/~1a~1{id}/get/responses/201)`,
		`d.yaml:6:80: the example breaks its schema: value must be an integer, not "x" (at /paths/~1a~1{id}/parameters/0/example)`,
		`d.yaml:16:23: the example "bad" breaks its schema: body/n must be an integer, not "one" (at /paths/~1a~1{id}/get/responses/200/content/application~1json/examples/bad/value)`,
		`d.yaml:19:92: the example breaks its schema: the body lacks the property "n" (at /paths/~1a~1{id}/post/requestBody/content/application~1json/example)`,
		`d.yaml:27:40: the example breaks its schema: value must be at most 9, not 10 (at /components/schemas/A/properties/n/example)`,
		`d.yaml:29:7: the example breaks its schema: value/ok must be a string, not 2 (at /components/schemas/A/example)`,
		`d.yaml:30:5: no value satisfies this schema: each would have to hold another of its kind, without end, through the required property "next" (at /components/schemas/Chain)`,
		`d.yaml:31:5: no value satisfies this schema: each would have to hold another of its kind, without end, through the required property "chain" (at /components/schemas/Link)`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("it finds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
