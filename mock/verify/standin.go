package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Standin is a service that is itself a Standin: its control API carries out the
// hooks, in a sandbox that is made for the run.
type Standin struct {
	base    string // without the sandbox
	token   string
	sandbox string
}

// DetectStandin asks whether a Standin answers at an address, with a control
// token if it wants one, and makes a sandbox of that name there. It is nil if
// none does.
func DetectStandin(ctx context.Context, address, token, sandbox string) *Standin {
	base, err := url.Parse(address)
	if err != nil || strings.Trim(base.Path, "/") != "" {
		return nil // below a path it is somebody's sandbox, which is meant as it is
	}
	s := &Standin{base: strings.TrimRight(address, "/"), token: token, sandbox: sandbox}
	var health struct {
		Status  string `json:"status"`
		Checked any    `json:"checked"`
	}
	if s.call(ctx, http.MethodGet, "/health", nil, &health) != nil || health.Status != "ok" || health.Checked == nil {
		return nil
	}
	if s.call(ctx, http.MethodPut, "/sandboxes/"+sandbox, struct{}{}, nil) != nil {
		return nil
	}
	return s
}

// Address is the API's in the run's sandbox.
func (s *Standin) Address() string { return s.base + "/~" + s.sandbox }

// Close forgets the run's sandbox.
func (s *Standin) Close(ctx context.Context) {
	_ = s.call(ctx, http.MethodDelete, "/sandboxes/"+s.sandbox, nil, nil)
}

// Hook is an Options.Hooks. `expire` and `expire-session` set the clock past the
// end of the tokens in the variables access and refresh, `recover` switches every
// scenario off, and any other name is a scenario to switch on.
func (s *Standin) Hook(ctx context.Context, name string, vars map[string]string) (map[string]string, error) {
	switch name {
	case "expire":
		return nil, s.passEnd(ctx, vars["access"])
	case "expire-session":
		return nil, s.passEnd(ctx, vars["refresh"])
	case "recover":
		return nil, s.call(ctx, http.MethodDelete, "/scenario", nil, nil)
	}
	return nil, s.call(ctx, http.MethodPut, "/scenario", map[string]any{"active": []string{name}}, nil)
}

// passEnd sets the clock past a token's end.
func (s *Standin) passEnd(ctx context.Context, token string) error {
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &claims); err != nil || claims.ExpiresAt == nil {
		return fmt.Errorf("the token has no end to pass: %w", err)
	}
	return s.call(ctx, http.MethodPut, "/clock", map[string]any{"now": claims.ExpiresAt.Add(time.Second).UTC()}, nil)
}

// call makes one call of the control API.
func (s *Standin) call(ctx context.Context, method, path string, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var data []byte
	if body != nil {
		data, _ = json.Marshal(body) // maps of texts and times
	}
	req, err := http.NewRequestWithContext(ctx, method, s.base+"/_standin"+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Standin-Sandbox", s.sandbox)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("the service's control API answered %d to %s %s: %s", resp.StatusCode, method, path, bytes.TrimSpace(answer))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}
