package spec

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// subscribed is an exchange for runtime expressions to look at.
func subscribed() Moment {
	req := &Request{
		Method: "POST", Path: "/subscribe/myevent", RawQuery: "queryUrl=https%3A%2F%2Fclient.example%2Fa&empty=", Host: "example.org", TLS: true,
		Header: http.Header{"Content-Type": {"application/json"}, "X-Trace": {"t1", "t2"}},
		Body:   []byte(`{"failedUrl":"https://client.example/failed","successUrls":["https://client.example/fast","https://client.example/slow"],"n":10000000000000000001,"null":null,"a/b":{"m~n":true},"mail":"a b&c@d.example"}`),
	}
	return Moment{
		Call:     &Call{Request: req, Params: []Param{{"eventType", "myevent"}}},
		Response: &Response{Status: 201, Header: http.Header{"Location": {"https://example.org/subscription/1"}}, Body: []byte(`{"id":7}`)},
	}
}

func TestRuntimeExpressionURL(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"it is the request's address", "$url", "https://example.org/subscribe/myevent?queryUrl=https%3A%2F%2Fclient.example%2Fa&empty="},
		{"it is the method", "$method", "POST"},
		{"it is the status", "{$statusCode}", "201"},
		{"it is a path parameter", "$request.path.eventType", "myevent"},
		{"it is a query parameter, decoded", "$request.query.queryUrl", "https://client.example/a"},
		{"it is an empty query parameter", "x{$request.query.empty}y", "xy"},
		{"it is a header's first value, whatever its case", "$request.header.x-trace", "t1"},
		{"it is a member of the body", "{$request.body#/failedUrl}", "https://client.example/failed"},
		{"it is an item of a list", "$request.body#/successUrls/1", "https://client.example/slow"},
		{"it is a member with escapes", "$request.body#/a~1b/m~0n", "true"},
		{"it is a number as it was written", "{$request.body#/n}", "10000000000000000001"},
		{"it is an object as JSON", "$request.body#/a~1b", `{"m~n":true}`},
		{"it is a response's header", "$response.header.Location", "https://example.org/subscription/1"},
		{"it is a member of the response's body", "http://c.example/{$response.body#/id}/x", "http://c.example/7/x"},
		{"it goes on after a whole address", "{$request.query.queryUrl}/data", "https://client.example/a/data"},
		{"it encodes a value behind a question mark", "http://n.example?t={$request.body#/mail}&u={$request.query.queryUrl}", "http://n.example?t=a+b%26c%40d.example&u=https%3A%2F%2Fclient.example%2Fa"},
		{"it is a text without expressions", "http://fixed.example/hook", "http://fixed.example/hook"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, err := ParseRuntimeExpression(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := e.URL(subscribed()); err != nil || got != tc.want {
				t.Errorf("%s is %q, %v; want %q", tc.text, got, err, tc.want)
			}
		})
	}
}

func TestRuntimeExpressionForm(t *testing.T) {
	m := subscribed()
	m.Call.Request.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	m.Call.Request.Body = []byte("url=http%3A%2F%2Fx.example%2F&b=2")
	e, _ := ParseRuntimeExpression("{$request.body#/url}")
	if got, err := e.URL(m); err != nil || got != "http://x.example/" {
		t.Errorf("a form's member is %q, %v", got, err)
	}
}

func TestRuntimeExpressionValue(t *testing.T) {
	for text, want := range map[string]any{
		"$request.body#/successUrls": []any{"https://client.example/fast", "https://client.example/slow"},
		"$request.body#/n":           json.Number("10000000000000000001"),
		"$response.body":             map[string]any{"id": json.Number("7")},
		"$statusCode":                json.Number("201"),
		"id-{$response.body#/id}":    "id-7",
	} {
		e, err := ParseRuntimeExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.Value(subscribed()); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, %v; want %#v", text, got, err, want)
		}
	}
}

func TestRuntimeExpressionLacks(t *testing.T) {
	for text, want := range map[string]string{
		"{$request.body#/nowhere}":       `the request's body has nothing at "/nowhere"`,
		"{$request.body#/null}":          `the request's body has nothing at "/null"`,
		"{$request.body#/successUrls/9}": `the request's body has nothing at`,
		"{$request.body#/failedUrl/x}":   `the request's body has nothing at`,
		"{$request.header.None}":         "the request has no header None",
		"{$request.query.none}":          "the request has no query parameter none",
		"{$request.path.none}":           "the request has no path parameter none",
		"{$response.header.None}":        "the response has no header None",
	} {
		e, err := ParseRuntimeExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.URL(subscribed()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is %q, %v; want the error %q", text, got, err, want)
		}
	}
}

func TestParseRuntimeExpressionRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"{$request.body.callbackUrl}":    "a member of the body is $request.body#/callbackUrl",
		"{$request.body#callbackUrl}":    "JSON pointer",
		"{$request.body#/url":            "is not closed",
		"{host}/hook":                    "it starts with $request.",
		"{}":                             "it starts with $request.",
		"$request":                       "it goes on with",
		"$request.cookie.a":              "$request has .header",
		"$response.query.a":              "a response has .header and .body only",
		"$request.header.":               "the name is missing",
		"$request.header.a b":            "is no header's name",
		"$urls":                          "it starts with",
		"http://x/{$request.query.}/{$}": "the name is missing",
	} {
		if _, err := ParseRuntimeExpression(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want the error %q", text, err, want)
		}
	}
}

func FuzzRuntimeExpression(f *testing.F) {
	for _, s := range []string{"$url", "{$request.body#/a/0}", "http://x?{$response.header.Location}={$method}", "$request.body#/~0~1", "{{$url}}", "{$request.query.a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseRuntimeExpression(text)
		if err != nil {
			return
		}
		if e.String() != text {
			t.Errorf("%q became %q", text, e)
		}
		if _, err := e.URL(subscribed()); err == nil {
			if _, err := e.Value(subscribed()); err != nil {
				t.Errorf("%q has an address and no value: %v", text, err)
			}
		}
		if !strings.ContainsAny(text, "{$") {
			if got, err := e.URL(subscribed()); err != nil || got != text {
				t.Errorf("%q without an expression is %q, %v", text, got, err)
			}
		}
	})
}
