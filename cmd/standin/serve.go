package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/control"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// Bounds on connections. A client that is slower than these, or sends more, is
// cut off.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute // a whole request
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 1 << 20          // well beyond mock.MaxHeader, whose refusal is JSON
	drainTime         = 10 * time.Second // for requests under way, once we are asked to stop
)

// serve serves until ctx ends, then drains.
func (p program) serve(ctx context.Context, args []string) error {
	s, err := p.parseServe(args)
	if err != nil {
		return p.orHelp(ctx, err)
	}
	return p.serveAs(ctx, s)
}

// orHelp is the manual where that was asked for, else the error.
func (p program) orHelp(ctx context.Context, err error) error {
	if err == errAskedHelp {
		return p.help(ctx, nil)
	}
	return err
}

// serveAs serves as the settings say until ctx ends, then drains.
func (p program) serveAs(ctx context.Context, s settings) error {
	logFile := &gatherer{w: p.stderr}
	defer logFile.flush()
	p.stderr = logFile
	fake, err := p.newFake(ctx, s)
	if err != nil {
		return err
	}
	listener, err := listen(s)
	if err != nil {
		return err
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	server, err := newServer(s, fake)
	if err != nil {
		return err
	}
	if s.watch {
		go p.watcher(s, fake).run(ctx)
	}
	endRecording := p.startRecording(s, fake)
	p.tellFewWarnings(s.sources, fake.Document().Warnings())
	p.announce(s, fake)
	go p.examine(ctx, s.sources, fake.Document())
	go rest(ctx)
	go p.tellUnsatisfiable(ctx, fake.Document())
	err = run(ctx, server, listener)
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	fake.Close(drain)
	if failed := endRecording(); err == nil {
		err = failed
	}
	return err
}

// manyOperations is how many operations a document may have whose samples are
// all tried at the start; `standin check` tries those of any.
const manyOperations = 300

// tellUnsatisfiable warns of schemas that no answer can be made of.
func (p program) tellUnsatisfiable(ctx context.Context, doc *spec.Document) {
	if len(doc.Operations()) <= manyOperations {
		p.tellWarnings(doc.Unsatisfiable(ctx))
	}
}

// newFake loads what s names and makes a fake of it.
func (p program) newFake(ctx context.Context, s settings) (*mock.Handler, error) {
	made, err := p.load(ctx, s)
	if err != nil {
		return nil, err
	}
	front := storefrontOptions(s)
	behaviours, err := storefront.New(front)
	if err != nil {
		return nil, &usageError{err.Error(), "standin help tells what there is"}
	}
	var fake *mock.Handler
	beside := files(func() *spec.Document { return fake.Document() }, front) // a reload changes it
	if s.upstream != "" {                                                    // which knows its own users, and has its own files
		behaviours, beside = mock.Behaviours{}, nil
	}
	start, err := s.start()
	if err != nil {
		return nil, err
	}
	o := mock.Options{
		Scenarios: made.own,
		Active:    s.active(),
		Seed:      s.seed, Start: start, Freeze: s.freeze,
		Keep: s.journal, Lenient: s.lenient, Strict: s.strict, Auth: s.authKind(),
		Logger:     newLogger(p.stderr, s.logFormat),
		Behaviours: behaviours,
		Files:      beside,
		Upstream:   s.real(),

		CallbackHosts: s.callbackHosts,
	}
	if s.recorder != nil {
		o.Observe = s.recorder.Observe
	}
	if o.NoState = s.state == "none"; s.state != "" && !o.NoState {
		if o.State, err = os.ReadFile(s.state); err != nil {
			return nil, &hinted{err, "give a file that was made by GET /_standin/state, or none", exitLoad}
		}
	}
	if s.stateSeed != "" {
		if o.Seeds, err = readSeeds(made.doc, s.stateSeed); err != nil {
			return nil, err
		}
	}
	fake, err = mock.New(made.doc, o)
	var unknown *mock.UnknownScenario
	if errors.As(err, &unknown) {
		return nil, &usageError{"--scenario: " + unknown.Error(), "standin scenarios lists them all"}
	}
	var host *mock.HostError
	if errors.As(err, &host) {
		return nil, &usageError{"--callback-hosts: " + host.Error(), "for example: --callback-hosts loopback,hooks.example.com:443"}
	}
	if err != nil {
		return nil, &hinted{err, "", exitLoad}
	}
	return fake, nil
}

// readSeeds reads what collections start with.
func readSeeds(doc *spec.Document, file string) (map[string][]map[string]any, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &hinted{err, "give a file of things by collection: pets: [{name: Rex}]", exitLoad}
	}
	seeds, err := doc.Seeds(file, data)
	var some spec.Errors
	if err != nil && !errors.As(err, &some) {
		return nil, &hinted{fmt.Errorf("%s: %w", file, err), "", exitLoad}
	}
	return seeds, err
}

func storefrontOptions(s settings) storefront.Options {
	return storefront.Options{
		Algorithm: s.algorithm, Secret: s.secret, OTP: s.otp,
		AccessTTL: s.accessTTL, RefreshTTL: s.refreshTTL,
	}
}

// files are served beside the API: the document itself, and the keys of the
// tokens.
func files(doc func() *spec.Document, front storefront.Options) map[string]mock.File {
	out := map[string]mock.File{
		"/openapi.yaml": {ContentType: "application/yaml", Body: func() []byte { return doc().YAML() }},
		"/openapi.json": {ContentType: "application/json", Body: func() []byte { return doc().JSON() }},
	}
	out["/.well-known/jwks.json"] = mock.File{ContentType: "application/json", Body: func() []byte {
		keys, _ := storefront.KeySet(front) // New has taken the same options
		return keys
	}}
	return out
}

// listen takes the port.
func listen(s settings) (net.Listener, error) {
	address := net.JoinHostPort(s.host, strconv.Itoa(s.port))
	listener, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &hinted{fmt.Errorf("port %d is taken", s.port), "give another with --port, or --port 0 for a free one", exitBroken}
	case errors.Is(err, syscall.EACCES):
		return nil, &hinted{fmt.Errorf("port %d may not be used by this user", s.port), "give one above 1023 with --port", exitBroken}
	}
	return nil, &hinted{fmt.Errorf("listening on %s: %w", address, err), "check --host and --port", exitBroken}
}

func newServer(s settings, fake *mock.Handler) (*http.Server, error) {
	handler := control.New(fake, control.Options{Token: s.controlToken, Loopback: s.loopback(), Version: versionText()})
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// Broken handshakes and the like are the client's business.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	if s.tlsCert != "" {
		cert, err := tls.LoadX509KeyPair(s.tlsCert, s.tlsKey)
		if err != nil {
			return nil, &hinted{fmt.Errorf("the certificate cannot be used: %w", err), "--tls-cert and --tls-key name PEM files that belong together", exitUsage}
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	return server, nil
}

// run serves until ctx ends. Requests under way then have drainTime to finish.
func run(ctx context.Context, server *http.Server, listener net.Listener) error {
	done := make(chan error, 1)
	go func() {
		if server.TLSConfig != nil {
			done <- server.ServeTLS(listener, "", "")
			return
		}
		done <- server.Serve(listener)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return server.Close()
	}
	return nil
}

// announce prints what a user needs in the first minute.
func (p program) announce(s settings, fake *mock.Handler) {
	base := s.dialURL()
	doc := fake.Document()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %d operations\n\n", doc.Title(), doc.Version(), len(doc.Operations()))
	fmt.Fprintf(&b, "  API        %s\n  page       %s%s/\n", base, base, mock.Prefix)
	users := s.upstream == "" && doc.Operation("POST /auth/login/password") != nil
	if s.upstream != "" {
		fmt.Fprintf(&b, "  service    %s\n", s.upstream)
	}
	if s.recorder != nil {
		fmt.Fprintf(&b, "  records    into %s; to answer from it: standin serve %s\n", s.record,
			strings.Join(append(slices.Clone(s.documents), "--scenarios", s.record, "--scenario", s.recorder.Name()), " "))
	}
	if users {
		announceUsers(&b, s)
	}
	fmt.Fprintf(&b, "\n  scenarios  %s\n", scenarioNames(fake.Scenarios()))
	fmt.Fprintf(&b, "  switch     curl -X PUT %s%s/scenario -d '{\"active\":[\"slow\"]}'\n", base, mock.Prefix)
	if s.auth == "issued" {
		fmt.Fprintf(&b, "  tokens     curl -X POST %s%s/tokens -d '{}'\n", base, mock.Prefix)
	}
	if try := tryLine(doc, base, users); try != "" {
		fmt.Fprintf(&b, "\n  try        %s\n", try)
	}
	b.WriteString("\n")
	fmt.Fprint(p.stdout, b.String())
}

func announceUsers(b *strings.Builder, s settings) {
	b.WriteString("\n")
	label := "users"
	for _, who := range storefront.Seeded() {
		password := who.Password
		if password == "" {
			password = "no password"
		}
		fmt.Fprintf(b, "  %-9s  %-20s %s  %-17s %s\n", label, who.Email, who.Phone, password, who.Note)
		label = ""
	}
	otp := s.otp
	if otp == "" {
		otp = storefront.DefaultOTP
	}
	fmt.Fprintf(b, "  OTP        %s\n", otp)
}

func scenarioNames(set *scenarios.Set) string {
	var names []string
	for _, sc := range set.All() {
		names = append(names, sc.Name)
	}
	return strings.Join(names, ", ")
}

// tryLine is one curl command that works; users tells whether the storefront's
// are there.
func tryLine(doc *spec.Document, base string, users bool) string {
	if users {
		first := storefront.Seeded()[0]
		return fmt.Sprintf(`curl -X POST %s/auth/login/password -H 'Content-Type: application/json' -d '{"email":"%s","password":"%s"}'`, base, first.Email, first.Password)
	}
	for _, op := range doc.Operations() {
		if op.Method == http.MethodGet && !strings.Contains(op.Path, "{") {
			return "curl " + base + op.Path
		}
	}
	for _, op := range doc.Operations() {
		return "curl -X " + op.Method + " '" + base + op.Path + "'"
	}
	return ""
}
