package report_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/mock/internal/nodetest"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/spec"
)

// secrets are planted in requests, one of every kind. None may be seen in any
// evidence.
var secrets = []string{
	"pl4nted-passw0rd", "pl4nted-bearer-token-000", "pl4ntedbasic", "cGw0bnRlZDpiYXNpY3Bhc3M=", "pl4nted-cookie", "pl4nted-setcookie", "pl4nted-query-key",
	"pl4nted-api-key", "907431", "pl4nted-refresh", "pl4nted-form-secret", "pl4nted-multipart", "pl4nted-xml", "pl4nted-cut-off", "pl4nted%20code", "pl4nted code",
	"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbDRudGVkIn0.c2lnbmF0dXJl", "sk_live_pl4nted0000000000", "pl4nted-userinfo",
}

const html = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'` + "`" + `&amp;`

// played is a fake that has seen a mistake of every kind, secrets and markup.
func played(t *testing.T) *mock.Handler {
	t.Helper()
	doc, err := spec.Load(t.Context(), spec.Builtin)
	if err != nil {
		t.Fatal(err)
	}
	behaviours, err := storefront.New(storefront.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := mock.New(doc, mock.Options{Behaviours: behaviours, Wall: func() time.Time { return time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	const jsonType, form = "Content-Type: application/json", "Content-Type: application/x-www-form-urlencoded"
	quoted, _ := json.Marshal(html)
	for _, a := range []struct{ line, body, headers string }{
		{"POST /auth/login/password", `{"email":"asha@example.com","password":"standin-Passw0rd"}`, jsonType},
		{"POST /auth/login/password", `{"email":7,"password":"pl4nted-passw0rd","deep":{"client_secret":["pl4nted-passw0rd"]}}`, jsonType},
		{"POST /auth/login/password", `{"email":` + string(quoted) + `,"password":` + string(quoted) + `}`, jsonType + "\nX-Own: " + html},
		{"POST /auth/login/password", `{"email":"a","password":"pl4nted-cut-off`, jsonType},
		{"POST /auth/logout?api_key=pl4nted-query-key&code=pl4nted%20code&" + "x=%3Cscript%3Ealert(1)%3C/script%3E", "", "Authorization: Bearer pl4nted-bearer-token-000\nCookie: session=pl4nted-cookie; standin-sandbox=a"},
		{"POST /auth/logout", "", "Authorization: Basic cGw0bnRlZDpiYXNpY3Bhc3M=\nX-Api-Key: pl4nted-api-key\nReferer: http://u:pl4nted-userinfo@h/?token=pl4nted-refresh"},
		{"POST /auth/verify-otp", `{"otp":"907431","otp_token":"pl4nted-refresh","otp_action":"no","note":"again eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbDRudGVkIn0.c2lnbmF0dXJl or sk_live_pl4nted0000000000 or 907431"}`, jsonType},
		{"POST /auth/refresh-token", "refresh_token=pl4nted-form-secret&x=1", form},
		{"POST /auth/refresh-token", "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\npl4nted-multipart\r\n--b--\r\n", "Content-Type: multipart/form-data; boundary=b"},
		{"POST /auth/refresh-token", "<login><password>pl4nted-xml</password></login>", "Content-Type: application/xml"},
		{"POST /auth/refresh-token", "\xff\xfe bytes", "Content-Type: application/octet-stream"},
		{"GET /auth/logot?token=pl4nted-refresh", "", ""},
		{"GET /auth/" + "%3Cb%3E", "", ""},
		{"GET /auth/logout", "", ""},
		{"POST /auth/logout", "", "Prefer: scenario=outage"},
	} {
		method, target, _ := strings.Cut(a.line, " ")
		r := httptest.NewRequest(method, target, strings.NewReader(a.body))
		for line := range strings.SplitSeq(a.headers, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				r.Header.Set(name, value)
			}
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	return h
}

// written is the evidence of a fake in a format.
func written(t *testing.T, h *mock.Handler, f report.Format, o report.Options) []byte {
	t.Helper()
	if f == report.HAR {
		o.Exchanges = h.Recorded("")
	}
	data, err := report.Write(h.Report(""), f, o)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestNoSecretIsInAnyEvidence(t *testing.T) {
	h := played(t)
	for _, f := range report.Formats {
		text := string(written(t, h, f, report.Options{}))
		for _, secret := range append(secrets, "standin-Passw0rd") {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s tells %q: …%s…", f, secret, text[max(0, i-120):min(len(text), i+120)])
			}
		}
		if strings.Contains(text, "eyJ") {
			t.Errorf("%s has a token", f)
		}
	}
	for name, text := range map[string]string{
		"the verdict":     report.Redact(h.Report("")).Verdict(report.DefaultFailOn()),
		"the annotations": report.Redact(h.Report("")).Annotations(report.DefaultFailOn()),
		"the summary":     report.Redact(h.Report("")).Markdown(report.DefaultFailOn()),
	} {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s tells %q", name, secret)
			}
		}
	}
}

func TestWhoInsistsHasTheSecrets(t *testing.T) {
	h := played(t)
	text := string(written(t, h, report.HAR, report.Options{NoRedact: true}))
	for _, secret := range []string{"pl4nted-passw0rd", "pl4nted-bearer-token-000", "pl4nted-cookie", "pl4nted-query-key", "907431", "pl4nted-multipart"} {
		if !strings.Contains(text, secret) {
			t.Errorf("%q is left out", secret)
		}
	}
}

func TestRedactingKeepsWhatHelps(t *testing.T) {
	h := played(t)
	text := string(written(t, h, report.JSON, report.Options{}))
	for _, kept := range []string{"Bearer [redacted]", "Basic [redacted]", "session=[redacted]; standin-sandbox=a", `api_key=[redacted]`, "body/email must be a string", "asha@example.com"} {
		if kept != "asha@example.com" && !strings.Contains(text, kept) {
			t.Errorf("%q is left out", kept)
		}
	}
	if !strings.Contains(string(written(t, h, report.HAR, report.Options{})), "asha@example.com") {
		t.Error("an address is left out")
	}
}

// schemas are the published ones, from the packages that the lock file pins.
func schema(t *testing.T, main string, files ...string) *jsonschema.Schema {
	t.Helper()
	dir := filepath.Join("..", "storefront", "testdata", "client")
	nodetest.Open(t, dir)
	c := jsonschema.NewCompiler()
	for _, pattern := range files {
		found, err := filepath.Glob(filepath.Join(dir, "node_modules", pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s is not there: %v", pattern, err)
		}
		for _, file := range found {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			// A draft that has been replaced, and says the same here.
			text := strings.ReplaceAll(string(data), "http://json-schema.org/draft-06/schema#", "http://json-schema.org/draft-07/schema#")
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.AddResource("mem:///"+filepath.Base(file), value); err != nil {
				t.Fatal(err)
			}
		}
	}
	s, err := c.Compile("mem:///" + main)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, data []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(value); err != nil {
		t.Errorf("%v\n%.1500s", err, data)
	}
}

func TestSARIFKeepsToItsSchema(t *testing.T) {
	s := schema(t, "sarif-2.1.0-rtm.5.json", "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")
	data := written(t, played(t), report.SARIF, report.Options{})
	valid(t, s, data)
	if err := s.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{}}}); err == nil {
		t.Error("the judge takes anything")
	}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Locations []struct {
					PhysicalLocation *struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
				PartialFingerprints map[string]string
			}
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatal(err)
	}
	prints, placed := map[string]bool{}, 0
	for _, r := range log.Runs[0].Results {
		if log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("the rule at %d is not %s", r.RuleIndex, r.RuleID)
		}
		if p := r.PartialFingerprints["standin/v1"]; prints[p] {
			t.Errorf("two results share the fingerprint %s", p)
		} else {
			prints[p] = true
		}
		if p := r.Locations[0].PhysicalLocation; p != nil && p.Region.StartLine > 1 && p.ArtifactLocation.URI != "" {
			placed++
		}
	}
	if placed < 4 {
		t.Errorf("%d results point into the document", placed)
	}
}

func TestHARKeepsToItsSchema(t *testing.T) {
	s := schema(t, "har.json", "har-schema/lib/*.json")
	data := written(t, played(t), report.HAR, report.Options{})
	valid(t, s, data)
	if err := s.Validate(map[string]any{"log": map[string]any{"version": "1.2"}}); err == nil {
		t.Error("the judge takes anything")
	}
	a, err := har.Parse("a.har", data)
	if err != nil || len(a.Log.Entries) != 15 {
		t.Errorf("it has %d entries, %v", len(a.Log.Entries), err)
	}
	// Without a journal, of a report that was read, it holds the samples.
	r, err := report.Parse(written(t, played(t), report.JSON, report.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	data, err = report.Write(r, report.HAR, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	valid(t, s, data)
}

// TestJUnitKeepsToItsSchemas holds the evidence against Ant's published schema
// and that of Jenkins, which testdata/junit.mjs takes from the packages that the
// lock file pins.
func TestJUnitKeepsToItsSchemas(t *testing.T) {
	project := nodetest.Open(t, filepath.Join("..", "storefront", "testdata", "client"))
	script, err := filepath.Abs(filepath.Join("testdata", "junit.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "junit.xml")
	if err := os.WriteFile(file, written(t, played(t), report.JUnit, report.Options{}), 0o600); err != nil {
		t.Fatal(err)
	}
	project.Run(t, time.Minute, nil, "node", script, file)
}

// junitXML is JUnit's form.
type junitXML struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		Hostname  string `xml:"hostname,attr"`
		Time      string `xml:"time,attr"`
		Tests     int    `xml:"tests,attr"`
		Failures  int    `xml:"failures,attr"`
		Errors    int    `xml:"errors,attr"`
		Out       string `xml:"system-out"`
		Cases     []struct {
			Name      string                          `xml:"name,attr"`
			ClassName string                          `xml:"classname,attr"`
			Time      string                          `xml:"time,attr"`
			Failure   *struct{ Message, Type string } `xml:"failure"`
			Skipped   *struct{}                       `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

// allowed are the children of each element, in their order.
var allowed = map[string][]string{
	"":           {"testsuites"},
	"testsuites": {"testsuite"},
	"testsuite":  {"properties", "testcase", "system-out", "system-err"},
	"properties": {"property"},
	"testcase":   {"skipped", "error", "failure"},
}

func TestJUnitKeepsToItsRules(t *testing.T) {
	data := written(t, played(t), report.JUnit, report.Options{})
	var stack []string
	last := map[int]int{}
	for dec := xml.NewDecoder(strings.NewReader(string(data))); ; {
		token, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			parent := ""
			if len(stack) > 0 {
				parent = stack[len(stack)-1]
			}
			at := -1
			for i, name := range allowed[parent] {
				if name == e.Name.Local {
					at = i
				}
			}
			if at < 0 || at < last[len(stack)] {
				t.Fatalf("<%s> in <%s> at line %d", e.Name.Local, parent, line(dec))
			}
			last[len(stack)] = at
			stack = append(stack, e.Name.Local)
			last[len(stack)] = 0
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
	var all junitXML
	if err := xml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	failures := 0
	for _, s := range all.Suites {
		failed := 0
		names := map[string]bool{}
		for _, c := range s.Cases {
			if c.Name == "" || c.ClassName != s.Name || c.Time == "" || names[c.Name] {
				t.Errorf("%s has the case %+v, or has it twice", s.Name, c)
			}
			names[c.Name] = true
			if c.Failure != nil {
				failed++
			}
		}
		if _, err := time.Parse("2006-01-02T15:04:05", s.Timestamp); err != nil || s.Hostname == "" || s.Time == "" {
			t.Errorf("%s: %q %q %v", s.Name, s.Hostname, s.Time, err)
		}
		if s.Tests != len(s.Cases) || s.Failures != failed {
			t.Errorf("%s counts %d, %d and has %d, %d", s.Name, s.Tests, s.Failures, len(s.Cases), failed)
		}
		failures += failed
	}
	if failures < 8 {
		t.Errorf("it has %d failures", failures)
	}
}

func line(dec *xml.Decoder) int { l, _ := dec.InputPos(); return l }

func TestScenariosAndWarningsFailNoTest(t *testing.T) {
	data := string(written(t, played(t), report.JUnit, report.Options{}))
	if i := strings.Index(data, "undocumented (scenario)"); i < 0 || strings.Contains(data[i:i+300], "<failure") || strings.Count(data, "undocumented (scenario)") != 2 {
		t.Error("what a scenario was asked for fails a test")
	}
}

func TestNothingRecordedBecomesMarkup(t *testing.T) {
	page := string(written(t, played(t), report.HTML, report.Options{NoRedact: true}))
	for _, bad := range []string{"<script>alert", "<img", "onerror=alert(1)>"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if strings.Count(page, "<script>") != 1 || !strings.Contains(page, "&lt;img src=x onerror=alert(1)&gt;") {
		t.Error("there is more than one script, or what was recorded is not shown")
	}
	for _, f := range []report.Format{report.JUnit} {
		if strings.Contains(string(written(t, played(t), f, report.Options{NoRedact: true})), "<img") {
			t.Errorf("%s holds markup that was recorded", f)
		}
	}
	md := played(t).Report("").Markdown(report.DefaultFailOn())
	if strings.Contains(md, "<img") || strings.Contains(md, "<script") {
		t.Error("the summary holds markup that was recorded")
	}
	if strings.Contains(played(t).Report("").Annotations(report.DefaultFailOn()), "\n::error file=x") {
		t.Error("what was recorded makes annotations")
	}
}

// TestThePageInABrowser plays testdata/page.mjs in a headless Chromium.
func TestThePageInABrowser(t *testing.T) {
	project := nodetest.Open(t, filepath.Join("..", "storefront", "testdata", "client"))
	browser := nodetest.Browser(t)
	script, err := filepath.Abs(filepath.Join("testdata", "page.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, written(t, played(t), report.HTML, report.Options{NoRedact: true}), 0o644); err != nil {
		t.Fatal(err)
	}
	shots := os.Getenv("STANDIN_SHOTS") // a folder, for people to look at the page
	project.Test(t, script, "STANDIN_BROWSER="+browser, "STANDIN_PAGE=file://"+file, "STANDIN_SHOTS="+shots)
}

func TestParse(t *testing.T) {
	r := played(t).Report("")
	data, err := report.Write(r, report.JSON, report.Options{NoRedact: true})
	if err != nil {
		t.Fatal(err)
	}
	back, err := report.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := report.Write(back, report.JSON, report.Options{NoRedact: true})
	if err != nil || string(again) != string(data) {
		t.Errorf("it comes back otherwise, %v", err)
	}
	for _, tt := range []struct{ it, data, want string }{
		{"wants JSON", "<html>", "no JSON"},
		{"wants a report", `{"log":{}}`, "no report of Standin's"},
		{"wants a version that it knows", `{"kind":"standin-report","version":99}`, "version is 99"},
		{"wants the form of a report", `{"kind":"standin-report","version":1,"findings":7}`, "cannot be read"},
	} {
		if _, err := report.Parse([]byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("it %s: %v", tt.it, err)
		}
	}
}

func TestAnnotations(t *testing.T) {
	r := report.New()
	for i := range 30 {
		r.Findings = append(r.Findings, report.Finding{Template: fmt.Sprintf("GET /p%d", i), Where: "query.a,b:c", Count: 2, Violation: spec.Violation{
			In: "request", Message: "50% of\nit", Blame: spec.BlameClient, Severity: spec.SeverityError, Position: spec.Position{File: "a,b.yaml", Line: 3, Column: 7},
		}})
	}
	text := r.Annotations(report.DefaultFailOn())
	if n := strings.Count(text, "::error "); n != 10 {
		t.Errorf("%d annotations, GitHub shows 10", n)
	}
	want := "::error file=a%2Cb.yaml,line=3,col=7,title=GET /p0 request query.a%2Cb%3Ac::50%25 of%0Ait (client to blame, seen 2 times)\n"
	if !strings.HasPrefix(text, want) {
		t.Errorf("they are\n%s\nwant\n%s", text, want)
	}
}

func TestRedactingLeavesJSONBehind(t *testing.T) {
	for _, tt := range []struct{ it, body, want string }{
		{"quotes what stands for a number", `{"pin": 123456, "n": -1.5e3, "s": "a\"1"}`, `{"pin": "[redacted]", "n": -1.5e3, "s": "a\"1"}`},
		{"quotes a number that holds a secret", `{"pin":"4711","n":[147112, 5]}`, `{"pin":"[redacted]","n":["[redacted]", 5]}`},
		{"leaves what is no JSON", `{"pin": 123456`, `{"pin": [redacted]`},
	} {
		t.Run(tt.it, func(t *testing.T) {
			e := &report.Exchange{Request: report.Message{Headers: map[string][]string{}}, Response: report.Message{Headers: map[string][]string{}, Body: &tt.body}}
			if got := report.RedactExchange(e, nil).Response.Text(); got != tt.want {
				t.Errorf("%s is redacted to %s, want %s", tt.body, got, tt.want)
			}
		})
	}
}
