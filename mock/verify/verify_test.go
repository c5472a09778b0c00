package verify_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/control"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/mock/verify"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// service is a storefront that is verified: our own fake, with the behaviours
// that mutate gives it.
func service(t *testing.T, mutate func(map[string]mock.Behaviour)) string {
	t.Helper()
	doc, err := spec.Load(t.Context(), spec.Builtin)
	if err != nil {
		t.Fatal(err)
	}
	behaviours, err := storefront.New(storefront.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if mutate != nil {
		mutate(behaviours.Operations)
	}
	h, err := mock.New(doc, mock.Options{Behaviours: behaviours})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(control.New(h, control.Options{Loopback: true}))
	t.Cleanup(server.Close)
	return server.URL
}

// verifier is a verifier of a service, in a sandbox of its own.
func verifier(t *testing.T, address string, o verify.Options) (*verify.Verifier, *verify.Standin) {
	t.Helper()
	standin := verify.DetectStandin(t.Context(), address, "", "verified")
	if standin == nil {
		t.Fatal("there is no Standin at " + address)
	}
	doc, err := spec.Load(t.Context(), spec.Builtin)
	if err != nil {
		t.Fatal(err)
	}
	h, err := mock.New(doc, mock.Options{Upstream: &mock.Upstream{URL: standin.Address()}, Lenient: true})
	if err != nil {
		t.Fatal(err)
	}
	if o.Hooks == nil {
		o.Hooks = standin.Hook
	}
	o.Vars = map[string]string{"email": "asha@example.com", "password": storefront.SeededPassword, "otp": storefront.DefaultOTP, "new_email": "new@example.com"}
	o.SignIn = storefront.SignIn("asha@example.com", storefront.SeededPassword)
	return verify.New(h, o), standin
}

// everything runs the whole suite that ships.
func everything(t *testing.T, v *verify.Verifier) {
	t.Helper()
	story, err := verify.ParseWorkflows("logout.arazzo.yaml", storefront.Story())
	if err != nil {
		t.Fatal(err)
	}
	v.Scenarios(t.Context(), scenarios.Builtin())
	v.Play(t.Context(), story)
	v.Cases(t.Context())
}

func failures(v *verify.Verifier) []string {
	var out []string
	for _, c := range v.Checks() {
		if c.Outcome == verify.Failed {
			out = append(out, c.Suite+" "+c.Operation+" "+c.Name+" ["+c.Keyword+"]: "+c.Detail)
		}
	}
	return out
}

func TestOurOwnFakePasses(t *testing.T) {
	if testing.Short() {
		t.Skip("sends a thousand requests")
	}
	v, _ := verifier(t, service(t, nil), verify.Options{AllowWrites: true})
	everything(t, v)
	for _, f := range failures(v) {
		t.Error(f)
	}
	if v.Count(verify.Passed) < 150 {
		t.Errorf("only %d checks passed", v.Count(verify.Passed))
	}
	// Every shipped scenario shows itself on a service that can be brought to it.
	shown := map[string]bool{}
	for _, c := range v.Checks() {
		if c.Outcome == verify.Passed {
			shown[c.Suite] = true
		} else if strings.HasPrefix(c.Suite, "scenario ") || strings.HasPrefix(c.Suite, "arazzo ") {
			t.Errorf("%s %s: %s: %s", c.Suite, c.Name, c.Outcome, c.Detail)
		}
	}
	for _, sc := range scenarios.Builtin() {
		if !shown["scenario "+sc.Name] {
			t.Errorf("scenario %s shows nothing", sc.Name)
		}
	}
	for _, f := range v.Report().Findings {
		if f.Failed() {
			t.Errorf("reported: %s %s: %s", f.Template, f.Where, f.Violation.Message)
		}
	}
}

// edit changes the JSON body of a behaviour's successes.
func edit(of mock.Behaviour, change func(body map[string]any)) mock.Behaviour {
	return func(tx *mock.Tx, c *mock.Call) mock.Answer {
		a := of(tx, c)
		var body map[string]any
		if a.Status == 200 && json.Unmarshal(a.Body, &body) == nil {
			change(body)
			a.Body, _ = json.Marshal(body)
		}
		return a
	}
}

func user(body map[string]any) map[string]any {
	return body["content"].(map[string]any)["user"].(map[string]any)
}

// TestMutants breaks the fake in the ways that services break, and wants each
// found, by name.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("sends many requests")
	}
	const (
		login   = "POST /auth/login/password"
		logout  = "POST /auth/logout"
		refresh = "POST /auth/refresh-token"
		get     = "GET /auth/user/{id}"
		remove  = "DELETE /auth/user/{id}"
	)
	for _, m := range []struct {
		name   string
		mutate func(map[string]mock.Behaviour)
		want   string // in one of the failures
	}{
		{"the old token is still accepted", func(b map[string]mock.Behaviour) {
			of := b[logout]
			b[logout] = func(tx *mock.Tx, c *mock.Call) mock.Answer { a := of(tx, c); a.Rollback = true; return a }
		}, "POST /auth/logout was answered 200"},
		{"a required field is dropped", func(b map[string]mock.Behaviour) {
			b[get] = edit(b[get], func(body map[string]any) { delete(user(body), "is_email_verified") })
		}, "is_email_verified"},
		{"a field has another type", func(b map[string]mock.Behaviour) {
			b[get] = edit(b[get], func(body map[string]any) { user(body)["is_logged_in"] = "yes" })
		}, "is_logged_in"},
		{"the status is wrong", func(b map[string]mock.Behaviour) {
			of := b[get]
			b[get] = func(tx *mock.Tx, c *mock.Call) mock.Answer {
				a := of(tx, c)
				if a.Status == 200 {
					a.Status = 201
				}
				return a
			}
		}, "201"},
		{"a secret is leaked", func(b map[string]mock.Behaviour) {
			b[get] = edit(b[get], func(body map[string]any) { user(body)["password_hash"] = "x" })
		}, "password_hash"},
		{"the tokens are not rotated", func(b map[string]mock.Behaviour) {
			of := b[refresh]
			b[refresh] = func(tx *mock.Tx, c *mock.Call) mock.Answer {
				var in struct {
					Token string `json:"refresh_token"`
				}
				_ = c.Decode(&in)
				a := of(tx, c)
				if a.Status != 200 {
					return a
				}
				var body map[string]any
				_ = json.Unmarshal(a.Body, &body)
				body["content"].(map[string]any)["refresh_token"] = in.Token
				a.Body, _ = json.Marshal(body)
				return a
			}
		}, "must be another"},
		{"a deleted user lives on", func(b map[string]mock.Behaviour) {
			of := b[remove]
			b[remove] = func(tx *mock.Tx, c *mock.Call) mock.Answer { a := of(tx, c); a.Rollback = true; return a }
		}, "unknown-user"},
		{"the wrong user is shown after a logout", func(b map[string]mock.Behaviour) {
			b[logout] = edit(b[logout], func(body map[string]any) { user(body)["is_logged_in"] = true })
		}, "is_logged_in"},
		{"it crashes on what is valid", func(b map[string]mock.Behaviour) {
			b[get] = func(*mock.Tx, *mock.Call) mock.Answer { return mock.Answer{Status: 500, Body: []byte("{}")} }
		}, "500"},
		{"it answers with something that is no JSON", func(b map[string]mock.Behaviour) {
			of := b[login]
			b[login] = func(tx *mock.Tx, c *mock.Call) mock.Answer {
				a := of(tx, c)
				a.Body = []byte("<p>Welcome</p>")
				return a
			}
		}, "login-with-password"},
	} {
		t.Run("it finds that "+m.name, func(t *testing.T) {
			t.Parallel()
			v, _ := verifier(t, service(t, m.mutate), verify.Options{AllowWrites: true})
			everything(t, v)
			found := failures(v)
			if !strings.Contains(strings.Join(found, "\n"), m.want) {
				t.Errorf("%q is not found:\n%s", m.want, strings.Join(found, "\n"))
			}
		})
	}
}

func TestManners(t *testing.T) {
	address := service(t, nil)
	t.Run("it writes nothing unless it may", func(t *testing.T) {
		v, _ := verifier(t, address, verify.Options{})
		v.Cases(t.Context())
		if f := failures(v); len(f) > 0 {
			t.Error(f)
		}
		skipped := 0
		for _, c := range v.Checks() {
			if c.Outcome == verify.Skipped && strings.Contains(c.Detail, "--allow-writes") {
				skipped++
			} else if c.Operation == "delete-user" {
				t.Errorf("%+v", c)
			}
		}
		if skipped < 20 {
			t.Errorf("%d operations are left alone", skipped)
		}
	})
	t.Run("it skips what it lacks, and says so", func(t *testing.T) {
		v, _ := verifier(t, address, verify.Options{Hooks: func(context.Context, string, map[string]string) (map[string]string, error) {
			return nil, verify.ErrNoHook
		}})
		v.Scenarios(t.Context(), scenarios.Builtin())
		if f := failures(v); len(f) > 0 || v.Count(verify.Skipped) < 5 || v.Count(verify.Passed) < 2 {
			t.Errorf("%d passed, %d skipped, failed: %v", v.Count(verify.Passed), v.Count(verify.Skipped), f)
		}
	})
	t.Run("it keeps to the rate", func(t *testing.T) {
		var waited time.Duration
		v, _ := verifier(t, address, verify.Options{Rate: 2, Wait: func(_ context.Context, d time.Duration) error { waited += d; return nil }})
		v.Scenarios(t.Context(), scenarios.Builtin()[4:5]) // two requests
		if waited <= 0 {
			t.Error("it did not wait")
		}
	})
}

func TestParseWorkflows(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "no Arazzo",
		"a: b":                   "no member `arazzo`",
		"- x":                    "no Arazzo",
		"arazzo: 1.0.1\ninfo: 7": "it.yaml:",
		"{":                      "it.yaml",
	} {
		if _, err := verify.ParseWorkflows("it.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
