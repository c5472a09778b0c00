package spec

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

const outgoingDocument = `openapi: 3.1.0
info: {title: Outgoing, version: "1"}
security: [{key: []}]
paths:
  /subscribe:
    post:
      operationId: subscribe
      responses: {"201": {description: Made.}}
      callbacks:
        onOrder:
          "{$request.body#/url}/orders":
            post:
              operationId: orderSent
              parameters:
                - {name: X-Event, in: header, required: true, schema: {type: string, const: order}}
                - {name: X-Try, in: header, schema: {type: integer}}
                - {name: v, in: query, example: 2, schema: {type: integer}}
              requestBody:
                required: true
                content:
                  text/plain: {schema: {type: string}}
                  application/json:
                    schema: {$ref: "#/components/schemas/Event"}
                    examples:
                      first: {value: {type: order, id: "0", count: 1, order: {id: o, total: 2, note: n}, note: x}}
                      wrong: {value: {type: 7}}
              responses:
                "204": {description: Taken.}
        shared: {$ref: "#/components/callbacks/Shared"}
        broken:
          "{url}/x": {post: {responses: {"200": {description: Fine.}}}}
webhooks:
  paid:
    post:
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Event"}}
      responses: {"200": {description: Fine.}}
    put:
      responses: {"200": {description: Fine.}}
  refunded: {$ref: "#/components/pathItems/Refunded"}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  callbacks:
    Shared:
      "$request.query.url": {get: {responses: {"200": {description: Fine.}}}}
  pathItems:
    Refunded: {post: {operationId: refund, responses: {"200": {description: Fine.}}}}
  schemas:
    Event:
      type: object
      required: [type, id]
      properties:
        type: {type: string, enum: [order]}
        id: {type: string, readOnly: true}
        secret: {type: string, writeOnly: true}
        count: {type: integer}
        note: {type: string, maxLength: 3}
        order:
          type: object
          properties: {id: {type: string}, total: {type: integer}, note: {type: string}}
`

func outgoing(t *testing.T) *Document {
	t.Helper()
	d, err := Loader{}.Parse(context.Background(), "outgoing.yaml", []byte(outgoingDocument))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCallbacksAndWebhooksAreRead(t *testing.T) {
	d := outgoing(t)
	var got []string
	for _, c := range d.Operation("subscribe").Callbacks() {
		got = append(got, c.Name+" "+c.URL.String()+" "+c.Operation.Method+" "+c.Operation.ID)
		if len(c.Operation.Security) > 0 {
			t.Errorf("%s asks for a credential of the API's", c.Name)
		}
	}
	for _, w := range d.Webhooks() {
		got = append(got, w.Name+" "+w.Operation.Method+" "+w.Operation.ID)
	}
	want := []string{
		"onOrder {$request.body#/url}/orders POST orderSent", "shared $request.query.url GET shared",
		"paid POST paid", "paid PUT paid", "refunded POST refund",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(d.Operations()) != 1 || d.Find("POST", "/").Operation != nil {
		t.Error("routing sees what only the API sends")
	}
	if w := d.Warnings(); len(w) != 1 || !strings.Contains(w[0].Msg, "the callback broken is never sent") || w[0].Pos.Line == 0 {
		t.Errorf("warnings: %v", w)
	}
	if es := d.Prepare(); len(es) > 0 {
		t.Errorf("Prepare: %v", es)
	}
}

func TestWebhook(t *testing.T) {
	d := outgoing(t)
	if o, _ := d.Webhook("paid", ""); o == nil || o.Method != "POST" {
		t.Errorf("the first method of paid is %v", o)
	}
	if o, _ := d.Webhook("paid", "put"); o == nil || o.Method != "PUT" {
		t.Errorf("PUT of paid is %v", o)
	}
	for name, want := range map[string]string{"payd": "paid", "refund": "refunded", "zzzzzzzz": "paid"} {
		if o, near := d.Webhook(name, ""); o != nil || len(near) == 0 || near[0] != want {
			t.Errorf("%s: %v, near %q, want %q", name, o, near, want)
		}
	}
}

func TestComposeFromExample(t *testing.T) {
	op := outgoing(t).Operation("subscribe").Callbacks()[0].Operation
	for _, tc := range []struct {
		name, example string
		from          []string
		body          string
		faults        int
	}{
		{"the example as it is", "", nil, `{"type":"order","id":"0","count":1,"order":{"id":"o","total":2,"note":"n"},"note":"x"}`, 0},
		{"values of the same names, the first body first", "", []string{`{"id":"a"}`, `{"id":"b","count":5}`}, `{"type":"order","id":"a","count":5,"order":{"id":"o","total":2,"note":"n"},"note":"x"}`, 0},
		{"no value that does not fit its place", "", []string{`{"id":7,"count":5,"note":"long"}`}, `{"type":"order","id":"0","count":5,"order":{"id":"o","total":2,"note":"long"},"note":"x"}`, 0},
		{"an object inside that shares names", "", []string{`{"total":9,"id":"b"}`}, `{"type":"order","id":"b","count":1,"order":{"id":"b","total":9,"note":"n"},"note":"x"}`, 0},
		{"what an envelope holds", "", []string{`{"data":{"count":6}}`}, `{"type":"order","id":"0","count":6,"order":{"id":"o","total":2,"note":"n"},"note":"x"}`, 0},
		{"nothing of what is no object", "", []string{`[1]`, `{"id`, ``}, `{"type":"order","id":"0","count":1,"order":{"id":"o","total":2,"note":"n"},"note":"x"}`, 0},
		{"an example that is wrong, and no worse", "wrong", []string{`{"type":9}`}, `{"type":9}`, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := Composition{Want: Want{Example: tc.example, Seed: [2]uint64{1, 2}}}
			for _, f := range tc.from {
				c.From = append(c.From, []byte(f))
			}
			r, example, err := op.Compose(c)
			if err != nil {
				t.Fatal(err)
			}
			if string(r.Body) != tc.body || !example {
				t.Errorf("body %s, example %v\nwant %s", r.Body, example, tc.body)
			}
			if r.Method != "POST" || r.Header.Get("X-Event") != "order" || r.Header.Get("X-Try") != "" || r.RawQuery != "v=2" || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("request %+v", r)
			}
			_, found := op.doc.Bind(r, Route{Operation: op})
			if len(found) != tc.faults {
				t.Errorf("violations: %v", found)
			}
		})
	}
	if _, _, err := op.Compose(Composition{Want: Want{Example: "none"}}); err == nil || !strings.Contains(err.Error(), "it has first, wrong") {
		t.Errorf("an example that is not there: %v", err)
	}
	if r, example, err := op.Compose(Composition{Body: []byte(`{}`)}); err != nil || example || string(r.Body) != `{}` {
		t.Errorf("a body at hand: %v %v %v", r, example, err)
	}
}

func TestComposeSample(t *testing.T) {
	d := outgoing(t)
	op, _ := d.Webhook("paid", "")
	c := Composition{Want: Want{Seed: [2]uint64{1, 2}, Now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, From: [][]byte{[]byte(`{"count":12345}`)}}
	r, example, err := op.Compose(c)
	if err != nil || example {
		t.Fatal(err, example)
	}
	var body map[string]any
	if err := json.Unmarshal(r.Body, &body); err != nil {
		t.Fatal(err)
	}
	if body["count"] != 12345.0 || body["id"] == nil || body["secret"] != nil {
		t.Errorf("the sample is %s: want the count taken over, the read-only id, and no write-only secret", r.Body)
	}
	call, found := d.Bind(r, Route{Operation: op})
	if len(found) > 0 {
		t.Errorf("the sample breaks its schema: %v", found)
	}
	if again, _, _ := op.Compose(c); string(again.Body) != string(r.Body) {
		t.Error("the same seed gives another body")
	}
	if wrong := d.CheckResponse(call, &Response{Status: 500}); len(wrong) != 1 || wrong[0].Where != "status" {
		t.Errorf("an answer that is not documented: %v", wrong)
	}
}

func TestOutgoingRequestsAreChecked(t *testing.T) {
	d := outgoing(t)
	op := d.Operation("subscribe").Callbacks()[0].Operation
	r, _, err := op.Compose(Composition{Body: []byte(`{"type":"order","secret":"s"}`)})
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Del("X-Event")
	_, found := d.Bind(r, Route{Operation: op})
	var got []string
	for _, v := range found {
		got = append(got, v.Where+" "+v.Keyword)
	}
	if want := []string{"body required", "body/secret writeOnly", "header.X-Event required"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
