package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/standin-dev/standin/mock"
)

// settleTime bounds how long a call waits for deliveries.
const settleTime = 30 * time.Second

// listWebhooks lists what the document can send.
func (a *api) listWebhooks(*call) answer {
	type webhook struct {
		Name      string   `json:"name"`
		Method    string   `json:"method"`
		Operation string   `json:"operation"`
		Summary   string   `json:"summary,omitempty"`
		Examples  []string `json:"examples"`
	}
	list := []webhook{}
	for _, w := range a.fake.Document().Webhooks() {
		examples := w.Operation.BodyExamples()
		if examples == nil {
			examples = []string{}
		}
		list = append(list, webhook{w.Name, w.Operation.Method, w.Operation.ID, w.Operation.Summary, examples})
	}
	return ok(map[string]any{"webhooks": list})
}

// webhookCall is what sending a webhook takes.
type webhookCall struct {
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Body    json.RawMessage   `json:"body"`
	Example string            `json:"example"`
	Dynamic bool              `json:"dynamic"`
	Headers map[string]string `json:"headers"`
}

// sendWebhook queues a webhook.
func (a *api) sendWebhook(c *call) answer {
	var want webhookCall
	if refused := c.decode(&want); refused != nil {
		return *refused
	}
	if want.URL == "" {
		return *refuse(badBody, `say where it shall go: {"url": "http://localhost:3000/hooks"}`)
	}
	header := http.Header{}
	for name, value := range want.Headers {
		header.Set(name, value)
	}
	d, err := c.box.Webhook(c.r.Context(), mock.WebhookCall{
		Name: c.params["name"], Method: want.Method, URL: want.URL, Body: want.Body, Example: want.Example, Dynamic: want.Dynamic, Header: header,
	})
	if err != nil {
		return *webhookRefused(err)
	}
	return answer{status: http.StatusAccepted, value: shownDelivery(d)}
}

func webhookRefused(err error) *answer {
	var wrong *mock.WebhookError
	if !errors.As(err, &wrong) {
		return refuse(stateError, "%v", err)
	}
	k := badBody
	switch {
	case wrong.Unknown:
		k = unknownWebhook
	case wrong.Forbidden:
		k = forbiddenHost
	case wrong.Violations != nil:
		k = invalidWebhook
	}
	ans := refuse(k, "%s", wrong.Msg)
	ans.problem.Nearest, ans.problem.Violations = wrong.Nearest, wrong.Violations
	return ans
}

// delivery is a delivery as the API shows it: its messages stand in the journal.
type delivery struct {
	ID        string              `json:"id"`
	Kind      mock.Source         `json:"kind"`
	Name      string              `json:"name"`
	Status    mock.DeliveryStatus `json:"status"`
	Reason    string              `json:"reason,omitempty"`
	Method    string              `json:"method"`
	URL       string              `json:"url"`
	Cause     string              `json:"cause,omitempty"`
	Created   time.Time           `json:"created"`
	Due       time.Time           `json:"due,omitzero"`
	Tries     int                 `json:"tries"`
	Exchanges []string            `json:"exchanges"`
}

func shownDelivery(d mock.Delivery) delivery {
	if d.Exchanges == nil {
		d.Exchanges = []string{}
	}
	return delivery{d.ID, d.Kind, d.Name, d.Status, d.Reason, d.Method, d.URL, d.Cause, d.Created, d.Due, d.Tries, d.Exchanges}
}

// listDeliveries lists the sandbox's callbacks and webhooks, once what is due has
// been sent if the query asks for that.
func (a *api) listDeliveries(c *call) answer {
	switch query := c.r.URL.RawQuery; query {
	case "":
	case "settled=true":
		ctx, cancel := context.WithTimeoutCause(c.r.Context(), settleTime, fmt.Errorf("deliveries were still under way after %v", settleTime))
		defer cancel()
		if err := c.box.Settle(ctx); err != nil {
			return *refuse(unsettled, "%v", err)
		}
	default:
		return *refuse(badQuery, "the query is %s; want settled=true, or nothing", short(query))
	}
	list := []delivery{}
	for _, d := range c.box.Deliveries(c.r.Context()) {
		list = append(list, shownDelivery(d))
	}
	return ok(map[string]any{"deliveries": list})
}

// showDelivery is one delivery.
func (a *api) showDelivery(c *call) answer {
	id := c.params["id"]
	for _, d := range c.box.Deliveries(c.r.Context()) {
		if d.ID == id {
			return ok(shownDelivery(d))
		}
	}
	return *refuse(unknownDelivery, "delivery %s is not, or no longer, among those of %s", short(id), c.sandbox)
}
