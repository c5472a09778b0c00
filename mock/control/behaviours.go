package control

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/standin-dev/standin/mock"
)

// errRefused rolls a behaviour's transaction back.
var errRefused = errors.New("refused")

// added mounts a call that the fake's behaviours add: what only looks runs on
// the state as it stands, anything else in a transaction.
func (a *api) added(rt mock.ControlRoute) func(*call) answer {
	return func(c *call) answer {
		if refused := c.wellFormed(); refused != nil {
			return *refused
		}
		query, err := url.ParseQuery(c.r.URL.RawQuery)
		if err != nil {
			return *refuse(badQuery, "the query cannot be read: %v", err)
		}
		req := &mock.ControlRequest{Params: c.params, Query: query, Body: c.body}
		var ans mock.ControlAnswer
		if safe(c.r.Method) {
			c.box.View(c.r.Context(), func(tx *mock.Tx) { ans = rt.Serve(tx, req) })
			return fromBehaviour(ans)
		}
		err = c.box.Update(c.r.Context(), func(tx *mock.Tx) error {
			if ans = rt.Serve(tx, req); ans.Problem != "" {
				return errRefused
			}
			return nil
		})
		if err != nil && !errors.Is(err, errRefused) {
			return *refuse(stateError, "%v", err)
		}
		return fromBehaviour(ans)
	}
}

// fromBehaviour is a behaviour's answer as one of ours. Its problems have no type
// of their own (RFC 9457, 4.2.1).
func fromBehaviour(in mock.ControlAnswer) answer {
	out := answer{status: in.Status, value: in.Value}
	if in.Problem != "" {
		out.value = nil
		out.problem = &problem{Type: "about:blank", Title: http.StatusText(in.Status), Status: in.Status, Detail: in.Problem}
	}
	return out
}
