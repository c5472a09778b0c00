package mock

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec"
)

const mediaDocument = `openapi: 3.1.0
info: {title: x, version: "1"}
paths:
  /pets:
    get:
      operationId: list
      responses:
        '200':
          description: ok
          content:
            application/vnd.shop+json;version=2: {schema: {$ref: '#/components/schemas/Pet'}, example: {name: json}}
            application/xml: {schema: {$ref: '#/components/schemas/Pet'}, example: {name: xml}}
            text/*: {schema: {type: string}, example: text}
    post:
      operationId: make
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses:
        '201': {description: ok, headers: {Location: {schema: {type: string, format: uri-reference}}}, content: {application/json: {schema: {type: object}, example: {a: 1}}}}
        '422': {description: bad, content: {application/json: {schema: {type: object, required: [why], properties: {why: {const: bad}}}}}}
    put:
      operationId: put
      requestBody: {content: {application/json: {schema: {type: object}}, image/*: {}}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: object}, example: {a: 1}}}}
        '406': {description: none, content: {application/json: {example: {no: 406}}}}
        '415': {description: none, content: {application/json: {example: {no: 415}}}}
        4XX: {description: bad, content: {application/json: {example: {no: 400}}}}
  /only-default:
    get:
      operationId: onlyDefault
      parameters: [{name: q, in: query, required: true, schema: {type: integer}}]
      responses: {default: {description: ok, content: {application/json: {example: {ok: true}}}}}
  /nothing:
    get: {operationId: nothing, responses: {'205': {description: reset, content: {application/json: {example: 1}}}}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}}, xml: {name: pet}}
`

func TestNegotiation(t *testing.T) {
	doc, err := spec.Loader{}.Parse(t.Context(), "d.yaml", []byte(mediaDocument))
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(doc, Options{NoState: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, method, target, body string
		headers                    []string
		status                     int
		contentType, contains      string
	}{
		{"the first type where anything is welcome", "GET", "/pets", "", nil, 200, "application/vnd.shop+json;version=2", `{"name":"json"}`},
		{"a type by its parameter", "GET", "/pets", "", []string{"Accept: application/vnd.shop+json;version=2, application/xml;q=0.9"}, 200, "application/vnd.shop+json;version=2", "json"},
		{"another type where the parameter differs", "GET", "/pets", "", []string{"Accept: application/vnd.shop+json;version=3, application/xml;q=0.1"}, 200, "application/xml", "<pet><name>xml</name></pet>"},
		{"what is named before what is merely let through", "GET", "/pets", "", []string{"Accept: application/xml, */*"}, 200, "application/xml", "xml"},
		{"what weighs more", "GET", "/pets", "", []string{"Accept: application/xml;q=0.2, text/html;q=0.4"}, 200, "text/html", "text"},
		{"not what weighs nothing", "GET", "/pets", "", []string{"Accept: */*, application/vnd.shop+json;q=0, application/xml;q=0"}, 200, "text/plain", "text"},
		{"a +json type for JSON", "GET", "/pets", "", []string{"Accept: application/json"}, 200, "application/vnd.shop+json;version=2", "json"},
		{"a refusal where nothing fits", "GET", "/pets", "", []string{"Accept: image/png"}, 406, "application/problem+json", "not-acceptable"},
		{"the document's own 406", "PUT", "/pets", "", []string{"Accept: image/png"}, 406, "application/json", `{"no":406}`},
		{"an error whatever is welcome", "POST", "/pets", "[]", []string{"Accept: image/png"}, 422, "application/json", `"why":"bad"`},
		{"422 where the document has no 400", "POST", "/pets", "[]", nil, 422, "application/json", `"why":"bad"`},
		{"a refusal of a body of another type", "POST", "/pets", "a: 1", []string{"Content-Type: text/yaml"}, 415, "application/problem+json", "unsupported-media-type"},
		{"the document's own 415", "PUT", "/pets", "a: 1", []string{"Content-Type: text/yaml"}, 415, "application/json", `"no":415}`},
		{"a body in a documented range", "PUT", "/pets", "x", []string{"Content-Type: image/png"}, 200, "application/json", `{"a":1}`},
		{"a refusal of a body without a type", "POST", "/pets", "{}", []string{"Content-Type: "}, 415, "application/problem+json", "no Content-Type"},
		{"400 from a range", "PUT", "/pets", "[]", nil, 400, "application/json", `"no":400`},
		{"a problem where default is the success", "GET", "/only-default", "", nil, 400, "application/problem+json", "invalid-request"},
		{"default as the success", "GET", "/only-default?q=1", "", nil, 200, "application/json", `{"ok":true}`},
		{"no body with 205", "GET", "/nothing", "", nil, 205, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := ask(h, tc.method, tc.target, tc.body, override(tc.headers)...)
			if tc.headers != nil && strings.HasPrefix(tc.headers[0], "Content-Type") {
				w = askTyped(h, tc.method, tc.target, tc.body, strings.TrimPrefix(tc.headers[0], "Content-Type: "))
			}
			if w.Code != tc.status || w.Header().Get("Content-Type") != tc.contentType || !strings.Contains(w.Body.String(), tc.contains) {
				t.Errorf("got %d %q %s", w.Code, w.Header().Values("Content-Type"), w.Body)
			}
			for _, v := range last(t, h, DefaultSandbox).Violations {
				if v.In == "response" {
					t.Errorf("the answer breaks the document: %s", v.Message)
				}
			}
		})
	}
	get, head := ask(h, "GET", "/pets", ""), ask(h, "HEAD", "/pets", "")
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != get.Header().Get("Content-Length") ||
		head.Header().Get("Content-Type") != get.Header().Get("Content-Type") || head.Header().Get("Standin-Violations") != "" {
		t.Errorf("HEAD gets %d %v %s", head.Code, head.Header(), head.Body)
	}
	if a, b := ask(h, "POST", "/pets?__code=201&__dynamic=true", ""), ask(h, "POST", "/pets?__code=201&__dynamic=true", ""); a.Header().Get("Location") == "" || a.Header().Get("Location") == b.Header().Get("Location") {
		t.Errorf("locations are %q and %q", a.Header().Get("Location"), b.Header().Get("Location"))
	}
}

// override are the headers that ask may add: a Content-Type is set by itself.
func override(headers []string) []string {
	if len(headers) > 0 && strings.HasPrefix(headers[0], "Content-Type") {
		return nil
	}
	return headers
}

// askTyped sends a body of a type, "" for none.
func askTyped(h *Handler, method, target, body, contentType string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
