package har_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/spec"
)

func TestARoundTripLosesNothing(t *testing.T) {
	for _, tt := range []struct {
		it       string
		request  spec.Request
		response spec.Response
	}{
		{"keeps text", spec.Request{Method: "POST", Path: "/a%2Fb", RawQuery: "x=1&y=a%20b", Host: "api.example.com",
			Header: http.Header{"Content-Type": {"application/json"}, "Cookie": {"a=1; b=2"}, "X-Two": {"1", "2"}}, Body: []byte(`{"a":"ü"}`)},
			spec.Response{Status: 201, Header: http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {"s=1; Path=/; HttpOnly; Secure"}}, Body: []byte(`[]`)}},
		{"keeps bytes that are no text", spec.Request{Method: "PUT", Path: "/", Host: "h", Header: http.Header{"Content-Type": {"image/png"}}, Body: []byte{0xff, 0, 1}},
			spec.Response{Status: 200, Header: http.Header{"Content-Type": {"image/png"}}, Body: []byte{0xfe, 0, 2}}},
		{"keeps empty bodies", spec.Request{Method: "GET", Path: "/", Host: "h", Header: http.Header{}}, spec.Response{Status: 204, Header: http.Header{}}},
	} {
		t.Run(tt.it, func(t *testing.T) {
			address := "http://" + tt.request.Host + tt.request.Path
			if tt.request.RawQuery != "" {
				address += "?" + tt.request.RawQuery
			}
			a := &har.Archive{Log: har.Log{Version: "1.2", Entries: []har.Entry{{
				Started: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Request: har.NewRequest(address, &tt.request), Response: har.NewResponse(&tt.response),
			}}}}
			data, err := a.Encode()
			if err != nil {
				t.Fatal(err)
			}
			back, err := har.Parse("a.har", data)
			if err != nil {
				t.Fatal(err)
			}
			req, u, err := back.Log.Entries[0].Request.Spec()
			if err != nil {
				t.Fatal(err)
			}
			resp, err := back.Log.Entries[0].Response.Spec()
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*req, tt.request) || !reflect.DeepEqual(*resp, tt.response) || u.String() != address {
				t.Errorf("it came back as\n%+v %+v, was\n%+v %+v", *req, *resp, tt.request, tt.response)
			}
		})
	}
}

func TestParse(t *testing.T) {
	const entry = `{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[{"startedDateTime":"2026-03-01T00:00:00.000+01:00","time":1,
		"request":{"method":"get","url":"https://h/a?b=1","httpVersion":"h2","cookies":[],"headers":[{"name":":authority","value":"h"},{"name":"accept","value":"*/*"}],"queryString":[],"headersSize":-1,"bodySize":0%s},
		"response":{"status":200,"statusText":"","httpVersion":"h2","cookies":[],"headers":[{"name":"content-encoding","value":"gzip"}],"content":{"size":2,"mimeType":"application/json","text":"e30=","encoding":"base64"},"redirectURL":"","headersSize":-1,"bodySize":-1,"_transferSize":7},
		"cache":{},"timings":{"blocked":-1,"send":0,"wait":1,"receive":0}}]}}`
	a, err := har.Parse("a.har", []byte("\ufeff"+strings.Replace(entry, "%s", `,"postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"q","value":"a b"}]}`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	req, _, err := a.Log.Entries[0].Request.Spec()
	if err != nil || req.Method != "GET" || !req.TLS || req.Header.Get("Accept") != "*/*" || len(req.Header) != 2 || string(req.Body) != "q=a+b" {
		t.Errorf("a browser's request is %+v %q, %v", req, req.Body, err)
	}
	resp, err := a.Log.Entries[0].Response.Spec()
	if err != nil || string(resp.Body) != "{}" || resp.Header.Get("Content-Encoding") != "" || resp.Header.Get("Content-Type") != "application/json" {
		t.Errorf("its response is %+v, %v", resp, err)
	}
	for _, tt := range []struct{ it, data, want string }{
		{"tells the line of what is no JSON", "{\n\"log\": {\n]", "a.har:3:1: it is no JSON"},
		{"wants a log", `{"a":1}`, "no member log"},
		{"wants an object", `[]`, "no HTTP archive"},
		{"tells the place of what is of another type", "{\"log\":{\"entries\":[\n{\"request\":{\"method\":5}}]}}", "a.har:2:22: it is no HTTP archive: log.entries.request.method cannot be a JSON number"},
		{"tells the place of an entry", "{\"log\":{\"version\":\"1.2\",\"entries\":[\n  {\"request\":{\"method\":\"GET\",\"url\":\"http://h/\"}},\n  {\"request\":{\"url\":\"http://h/\"}}]}}", "a.har:3:3: log.entries[1].request has no method"},
		{"refuses what is no base64", `{"log":{"entries":[{"request":{"method":"GET","url":"http://h/"},"response":{"content":{"text":"%","encoding":"base64"}}}]}}`, "log.entries[0].response.content: "},
		{"wants a method", `{"log":{"entries":[{"request":{"url":"http://h/"}}]}}`, "log.entries[0].request has no method"},
		{"wants an absolute address", `{"log":{"entries":[{"request":{"method":"GET","url":"/a"}}]}}`, `request.url "/a"`},
	} {
		if _, err := har.Parse("a.har", []byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("it %s: %v", tt.it, err)
		}
	}
	bad := har.Response{Content: har.Content{Text: "%", Encoding: "base64"}}
	if _, err := bad.Spec(); err == nil {
		t.Error("a body that is no base64 was read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"log":{"version":"1.2","entries":[{"request":{"method":"GET","url":"http://h/"},"response":{"content":{"text":"e30=","encoding":"base64"}}}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := har.Parse("a.har", data)
		if err != nil {
			return
		}
		for i := range a.Log.Entries {
			_, _, _ = a.Log.Entries[i].Request.Spec()
			_, _ = a.Log.Entries[i].Response.Spec()
		}
		again, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := har.Parse("a.har", again); err != nil {
			t.Errorf("what was written is not read: %v", err)
		}
	})
}
