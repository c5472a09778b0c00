package control_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/control"
)

func newHooks(t *testing.T) *harness {
	t.Helper()
	h := controlled(t, "../testdata/hooks.yaml", mock.Options{}, control.Options{})
	t.Cleanup(func() { h.fake.Close(t.Context()) })
	return h
}

// hook is a receiver; what it gets comes out of the channel.
func hook(t *testing.T, status int) (url string, got chan string) {
	t.Helper()
	got = make(chan string, 16)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.Method + " " + r.URL.Path + " " + string(body)
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

// sent is a delivery as it is shown.
type sent struct {
	ID, Kind, Name, Status, Reason, Cause string
	Tries                                 int
	Exchanges                             []string
}

func deliveriesOf(h *harness, prefix string) []sent {
	h.t.Helper()
	return as[struct{ Deliveries []sent }](h.want(200, "GET", prefix+"/_standin/deliveries?settled=true", "")).Deliveries
}

func TestWebhooks(t *testing.T) {
	h := newHooks(t)
	list := as[struct {
		Webhooks []struct {
			Name, Method, Operation string
			Examples                []string
		}
	}](h.want(200, "GET", "/_standin/webhooks", ""))
	if len(list.Webhooks) != 1 || list.Webhooks[0].Name != "shipped" || !slices.Equal(list.Webhooks[0].Examples, []string{"big", "small"}) {
		t.Errorf("webhooks: %+v", list)
	}
	url, got := hook(t, 204)
	d := as[sent](h.want(202, "POST", "/_standin/webhooks/shipped", `{"url":"`+url+`/in","body":{"id":"x","amount":1},"headers":{"X-Extra":"1"}}`))
	if d.Kind != "webhook" || d.Name != "shipped" {
		t.Errorf("delivery: %+v", d)
	}
	if g := <-got; g != `POST /in {"id":"x","amount":1}` {
		t.Errorf("the receiver got %s", g)
	}
	all := deliveriesOf(h, "")
	if len(all) != 1 || all[0].Status != "delivered" || len(all[0].Exchanges) != 1 {
		t.Fatalf("deliveries: %+v", all)
	}
	h.want(200, "GET", "/_standin/deliveries/"+d.ID, "")
	ex := as[struct{ Source, Delivery, Target string }](h.want(200, "GET", "/_standin/exchanges/"+all[0].Exchanges[0], ""))
	if ex.Source != "webhook" || ex.Delivery != d.ID || ex.Target != url+"/in" {
		t.Errorf("exchange: %+v", ex)
	}
	h.want(202, "POST", "/~ada/_standin/webhooks/shipped", `{"url":"`+url+`","example":"small"}`)
	if all := deliveriesOf(h, "/~ada"); len(all) != 1 {
		t.Errorf("ada's deliveries: %+v", all)
	}
	if all := deliveriesOf(h, ""); len(all) != 1 {
		t.Errorf("the default sandbox's deliveries: %+v", all)
	}
}

func TestWebhooksRefuse(t *testing.T) {
	h := newHooks(t)
	for _, tc := range []struct {
		name, target, body string
		status             int
		contains           string
	}{
		{"an unknown name", "/shiped", `{"url":"http://localhost/"}`, 404, `"shipped"`},
		{"no address", "/shipped", `{}`, 400, "say where it shall go"},
		{"no body at all", "/shipped", ``, 400, "say where it shall go"},
		{"an unknown member", "/shipped", `{"uri":"http://localhost/"}`, 400, "there is no member"},
		{"a body that breaks the schema", "/shipped", `{"url":"http://localhost/","body":{"id":7}}`, 400, `"where": "body/id"`},
		{"a host that is not allowed", "/shipped", `{"url":"http://example.com/"}`, 403, "--callback-hosts example.com"},
		{"no web address", "/shipped", `{"url":"nowhere"}`, 403, "no absolute http or https address"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if out := h.want(tc.status, "POST", "/_standin/webhooks"+tc.target, tc.body); !strings.Contains(string(out.Body), tc.contains) {
				t.Errorf("%s, want %q", out.Body, tc.contains)
			}
		})
	}
	h.want(404, "GET", "/_standin/deliveries/none", "")
	h.want(400, "GET", "/_standin/deliveries?settle=yes", "")
	for _, d := range deliveriesOf(h, "") {
		if d.Status != "refused" {
			t.Errorf("delivery: %+v", d)
		}
	}
}

func TestCallbacksAreRetriedWhenTheClockIsAdvanced(t *testing.T) {
	h := newHooks(t)
	url, got := hook(t, 500)
	out := h.call("POST", "/orders", `{"callbackUrl":"`+url+`"}`)
	if out.Status != 201 {
		t.Fatal(out.Status)
	}
	<-got
	for range 3 {
		h.want(200, "POST", "/_standin/clock/advance", `{"by":"1m"}`)
		<-got
	}
	all := deliveriesOf(h, "")
	if all[0].Status != "failed" || all[0].Tries != 4 || all[0].Cause != out.Header.Get("Standin-Exchange") {
		t.Errorf("delivery: %+v", all[0])
	}
	h.want(200, "GET", "/_standin/exchanges?violations=true", "")
}
