package control_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/standin-dev/standin/mock/control"
	"github.com/standin-dev/standin/mock/report"
)

func TestTheReportIsOfAllSandboxesOrOfTheOneThatIsNamed(t *testing.T) {
	h := newHarness(t, control.Options{})
	h.call("POST", "/~w1/auth/login/password", `{"email":7}`)
	h.call("POST", "/auth/login/password", `{"email":"asha@example.com","password":"standin-Passw0rd"}`)
	for target, want := range map[string]uint64{"/_standin/report": 2, "/~w1/_standin/report": 1, "/~default/_standin/report": 1, "/~w9/_standin/report": 0} {
		r, err := report.Parse(h.want(200, "GET", target, "").Body)
		if err != nil || r.Exchanges != want {
			t.Errorf("GET %s has %d exchanges, want %d; %v", target, r.Exchanges, want, err)
		}
	}
	for _, box := range h.fake.Sandboxes() {
		if box.Name() == "w9" {
			t.Error("asking for a report has made a sandbox")
		}
	}
	if c := as[report.Coverage](h.want(200, "GET", "/_standin/coverage", "")); c.Summary.Operations.Covered != 1 || c.Summary.Operations.Total != 25 {
		t.Errorf("coverage is %+v", c.Summary)
	}
}

func TestEveryFormatIsServed(t *testing.T) {
	h := newHarness(t, control.Options{})
	h.call("POST", "/auth/login/password", `{"email":"asha@example.com","password":"standin-Passw0rd"}`)
	h.call("POST", "/auth/login/password", `{"email":7,"password":"standin-Passw0rd"}`)
	for format, want := range map[string]string{
		"junit": "<testsuites>", "sarif": `"version": "2.1.0"`, "html": "<!doctype html>", "har": `"entries": [`, "json": `"kind": "standin-report"`,
	} {
		r := h.want(200, "GET", "/_standin/report?format="+format, "")
		if !strings.Contains(string(r.Body), want) {
			t.Errorf("%s is %.200s", format, r.Body)
		}
		if strings.Contains(string(r.Body), "standin-Passw0rd") {
			t.Errorf("%s tells the password", format)
		}
		if format == "html" && !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Error("the page comes without a policy")
		}
	}
	if r := h.want(200, "GET", "/_standin/report?format=har&redact=false", ""); !strings.Contains(string(r.Body), "standin-Passw0rd") {
		t.Error("redact=false leaves secrets out")
	}
	var archive struct {
		Log struct{ Entries []json.RawMessage }
	}
	if err := json.Unmarshal(h.want(200, "GET", "/_standin/report?format=har", "").Body, &archive); err != nil || len(archive.Log.Entries) != 2 {
		t.Errorf("the archive has %d entries, %v", len(archive.Log.Entries), err)
	}
	h.call("GET", "/_standin/report?format=pdf", "").refused(400, "bad-query", "pdf", "junit, sarif, html, har, json")
	h.call("GET", "/_standin/report?fromat=html", "").refused(400, "bad-query", "fromat")
	h.call("GET", "/_standin/report?format=html&format=json", "").refused(400, "bad-query", "twice")
}
