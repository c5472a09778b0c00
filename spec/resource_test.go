package spec_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec"
)

// described are a document's resources, a line each: home, item, key, actions.
func described(t *testing.T, document string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "doc.yaml")
	if err := os.WriteFile(file, []byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\n"+document), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, err := spec.Load(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range doc.Resources() {
		var actions []string
		for _, a := range r.Actions {
			actions = append(actions, fmt.Sprintf("%s%s", a.Kind, wayText(a.Output)))
		}
		parent := ""
		if r.Parent != nil {
			parent = " of " + r.Parent.Name
		}
		out = append(out, fmt.Sprintf("%s by %s%s: %s", r.Home, strings.Join(r.Key, "."), parent, strings.Join(actions, " ")))
	}
	return out
}

func wayText(way []string) string {
	if len(way) == 0 {
		return ""
	}
	return "(" + strings.Join(way, ".") + ")"
}

// op writes an operation that answers a status with a schema.
func op(method, status, schema string) string {
	content := ""
	if schema != "" {
		content = ", content: {application/json: {schema: " + schema + "}}"
	}
	body := ""
	if method == "post" || method == "put" || method == "patch" {
		body = "requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}, "
	}
	return "    " + method + ": {" + body + "responses: {'" + status + "': {description: d" + content + "}}}\n"
}

func path(template string, ops ...string) string {
	params := ""
	for rest := template; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			break
		}
		name, next, _ := strings.Cut(after, "}")
		params += "{name: " + name + ", in: path, required: true, schema: {type: string}}, "
		rest = next
	}
	return "  " + template + ":\n    parameters: [" + strings.TrimSuffix(params, ", ") + "]\n" + strings.Join(ops, "")
}

const pet = "{type: object, properties: {id: {type: string}, name: {type: string}, tag: {type: string}}}"

func TestResources(t *testing.T) {
	list := "{type: array, items: " + pet + "}"
	for _, tt := range []struct {
		name, paths string
		want        []string
	}{
		{"it sees a plain collection", path("/pets", op("get", "200", list), op("post", "201", pet)) +
			path("/pets/{petId}", op("get", "200", pet), op("put", "200", pet), op("patch", "200", pet), op("delete", "204", "")),
			[]string{"/pets by id: list create read replace patch delete"}},
		{"it sees through envelopes", path("/pets", op("get", "200", "{type: object, properties: {data: "+list+", meta: {type: object, properties: {total: {type: integer}}}}}"),
			op("post", "201", "{type: object, properties: {content: {type: object, properties: {pet: "+pet+"}}, success: {type: boolean}}}")) +
			path("/pets/{id}", op("get", "200", "{type: object, properties: {data: "+pet+"}}")),
			[]string{"/pets by id: list(data) create(content.pet) read(data)"}},
		{"it sees HAL", path("/pets", op("get", "200", "{type: object, properties: {_embedded: {type: object, properties: {pets: "+list+"}}, _links: {type: object}}}")) +
			path("/pets/{id}", op("get", "200", pet)), []string{"/pets by id: list(_embedded.pets) read"}},
		{"it nests", path("/pets", op("get", "200", list)) + path("/pets/{id}", op("get", "200", pet)) +
			path("/pets/{id}/toys", op("get", "200", list), op("post", "201", pet)) + path("/pets/{id}/toys/{toyId}", op("get", "200", pet), op("delete", "204", "")),
			[]string{"/pets by id: list read", "/pets/{id}/toys by id of pets: list create read delete"}},
		{"it finds other keys", path("/users", op("get", "200", "{type: array, items: {type: object, properties: {login: {type: string}, name: {type: string}}}}")) +
			path("/users/{username}", op("get", "200", "{type: object, properties: {login: {type: string}, name: {type: string}}}")),
			[]string{"/users by login: list read"}},
		{"it knows Kubernetes' names", path("/pods", op("post", "201", "{type: object, properties: {kind: {type: string}, metadata: {type: object, properties: {name: {type: string}}}}}")) +
			path("/pods/{name}", op("get", "200", "{type: object, properties: {kind: {type: string}, metadata: {type: object, properties: {name: {type: string}}}}}"), op("delete", "200", "")),
			[]string{"/pods by metadata.name: create read delete"}},
		{"it sees a single thing", path("/settings", op("get", "200", "{type: object, properties: {theme: {type: string}, name: {type: string}}}"),
			op("patch", "200", "{type: object, properties: {theme: {type: string}, name: {type: string}}}")), []string{"/settings by : read patch"}},
		{"it leaves a search alone", path("/search", op("post", "200", "{type: object, properties: {hits: {type: integer}}}")), nil},
		{"it leaves a single read alone", path("/pets/{id}", op("get", "200", pet)), nil},
		{"it leaves text alone", path("/files", op("get", "200", "{type: array, items: {type: string}}")) + path("/files/{name}", op("get", "200", "{type: string}")), nil},
		{"it takes a POST to a thing for a change", path("/pets", op("post", "200", pet)) + path("/pets/{pet}", op("get", "200", pet), op("post", "200", pet), op("delete", "200", "{type: object, properties: {id: {type: string}, deleted: {type: boolean}}}")),
			[]string{"/pets by id: create read patch delete"}},
		{"it keeps what else is done by the thing", path("/orders", op("get", "200", list)) + path("/orders/{id}", op("get", "200", pet)) + path("/orders/{id}/cancel", op("post", "200", pet)),
			[]string{"/orders by id: list read other"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := described(t, "paths:\n"+tt.paths); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestLinksGuide(t *testing.T) {
	thing := "{type: object, properties: {id: {type: string}, ref: {type: string}, name: {type: string}}}"
	got := described(t, "paths:\n"+
		"  /pets:\n    post:\n      requestBody: {content: {application/json: {schema: "+thing+"}}}\n      responses:\n        '201':\n          description: d\n"+
		"          content: {application/json: {schema: "+thing+"}}\n          links: {read: {operationId: readPet, parameters: {petId: '$response.body#/ref'}}}\n"+
		"  /pets/{petId}:\n    get:\n      operationId: readPet\n      parameters: [{name: petId, in: path, required: true, schema: {type: string}}]\n"+
		"      responses: {'200': {description: d, content: {application/json: {schema: "+thing+"}}}}\n")
	if want := []string{"/pets by ref: create read"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
