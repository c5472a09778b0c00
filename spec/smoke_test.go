package spec

import (
	"net/http"
	"testing"
)

func TestSmoke(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range d.Prepare() {
		t.Error(w)
	}
	try := func(method, path string, h http.Header, body string) {
		r := &Request{Method: method, Path: path, Header: h, Body: []byte(body)}
		c, vs := d.Bind(r, d.Find(method, path))
		t.Log(method, path, c.Insecure, c.Credentials)
		for _, v := range vs {
			t.Logf("   %+v", v)
		}
	}
	auth := http.Header{"Authorization": {"Bearer abc"}}
	js := http.Header{"Content-Type": {"application/json"}}
	try("POST", "/auth/logout", nil, "")
	try("POST", "/auth/logout", auth, "")
	try("POST", "/auth/logout", auth, "{}")
	try("POST", "/auth/logout", auth, "x")
	try("POST", "/auth/login/password", js, `{"email":"asha@example.com","password":"x"}`)
	try("POST", "/auth/login/password", js, `{"email":"asha@example.com"}`)
	try("POST", "/auth/login/password", js, `{"email":"asha","password":"x"}`)
	try("POST", "/auth/login/password", js, `{"email":3,"password":"x"}`)
	try("POST", "/auth/login/email", js, `{"emial":3}`)
	try("POST", "/auth/generate-otp", http.Header{"Authorization": {"Bearer abc"}, "Content-Type": {"application/json"}}, `{"channel":"email","email":"x"}`)
	for _, o := range d.Operations() {
		for _, r := range o.Responses() {
			for _, m := range r.Content {
				for _, e := range m.Examples {
					c := &Call{Operation: o, Request: &Request{Method: o.Method}}
					vs := d.CheckResponse(c, &Response{Status: r.Code(), Header: http.Header{"Content-Type": {m.Type}}, Body: e.Body})
					for _, v := range vs {
						t.Errorf("%s %s %q %+v", o.ID, r.Status, e.Name, v)
					}
				}
			}
		}
	}
	t.Logf("%+v", d.Checked())
}

func TestSmokeSamples(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range d.Operations() {
		for _, r := range o.Responses() {
			for seed := range uint64(20) {
				got, err := o.Respond(Want{Status: r.Code(), Dynamic: true, Seed: [2]uint64{1, seed}})
				if err != nil {
					t.Error(err)
					continue
				}
				if o.ID == "logout" && seed == 0 && r.Status == "200" {
					t.Logf("%s %s", got.Header, got.Body)
				}
				for _, v := range d.CheckResponse(&Call{Operation: o, Request: &Request{Method: o.Method}}, got) {
					t.Error(o.ID, v)
				}
			}
		}
	}
	t.Logf("%+v", d.Checked())
}
