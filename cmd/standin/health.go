package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// health asks a server how it is: for container health checks, which have no
// shell and no curl. Without an address it asks the one that serve would listen
// on with the same variables.
func (p program) health(ctx context.Context, args []string) error {
	base := ""
	switch {
	case len(args) == 1 && isHelp(args[0]):
		return p.help(ctx, nil)
	case len(args) == 1 && !strings.HasPrefix(args[0], "-"):
		base = strings.TrimRight(args[0], "/")
	case len(args) > 0:
		return &usageError{"health takes one address", "for example: standin health http://127.0.0.1:4010"}
	default:
		s, err := p.parseServe(nil)
		if err != nil {
			return err
		}
		base = s.dialURL()
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/_standin/health", nil)
	if err != nil {
		return &usageError{quote(base) + " is no address", "for example: standin health http://127.0.0.1:4010"}
	}
	if token := p.getenv("STANDIN_CONTROL_TOKEN"); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := anyCertificate.Do(req)
	if err != nil {
		return &hinted{fmt.Errorf("nothing answers at %s", base), "start it with: standin serve", exitBroken}
	}
	defer resp.Body.Close()
	var answer struct{ Status, Version string }
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if json.Unmarshal(body, &answer) != nil || answer.Status != "ok" {
		return &hinted{fmt.Errorf("%s answers %d, and is no healthy Standin", base, resp.StatusCode), "if it has a control token, set STANDIN_CONTROL_TOKEN", exitBroken}
	}
	fmt.Fprintf(p.stdout, "ok %s\n", answer.Version)
	return nil
}

// dialURL is where a client on the same machine reaches a server with these
// settings.
func (s settings) dialURL() string {
	host := s.host
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http"
	if s.tlsCert != "" {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(s.port))
}

// anyCertificate asks fakes, whose certificates are rarely ones that this
// machine trusts: who asks knows what it has started.
var anyCertificate = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
