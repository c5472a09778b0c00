package main

import (
	"context"
	"fmt"
	"strings"
)

const usage = `standin serves a stateful fake of an HTTP API from its OpenAPI document,
and checks every exchange against it.

  standin                                    the built-in storefront Auth API, on 127.0.0.1:4010
  standin serve openapi.yaml                 your own document
  standin serve openapi.yaml --port 8080 --scenario slow
  standin proxy https://api.example.com/v1 openapi.yaml
                                             the real service behind, both directions checked
  standin serve --replay capture.har         answer from what a browser or a proxy has captured
  standin serve users.yaml /billing=bills.yaml   two documents behind one port
  standin exec openapi.yaml -- npm test      run the client's tests against it, and judge
  standin verify https://api.example.com/v1 openapi.yaml
                                             does the real service keep the contract?
  standin check openapi.yaml scenarios/      everything wrong with them, without serving; --format json
  standin check --exercise openapi.yaml      send its fake everything it describes, and judge the answers
  standin check --har capture.har openapi.yaml   judge what a browser or a proxy has captured
  standin diff old.yaml new.yaml             what changes, and whom it breaks
  standin scenarios                          what can be switched on
  standin report http://127.0.0.1:4010       judge a fake that runs, or reports in files
  standin explain ID                         why an exchange was answered as it was
  standin health http://127.0.0.1:4010       0 if a server answers there

Switch a scenario while it runs, for everybody or for one request:

  curl -X PUT localhost:4010/_standin/scenario -d '{"active":["expired-token"]}'
  curl -X POST localhost:4010/auth/logout -H 'Prefer: scenario=unknown-user'

standin serve [DOCUMENT…] [flags]            DOCUMENT is a file, - or a URL; of several,
                                             /path=DOCUMENT is put below a path of its own

  --overlay FILE         change the document by an OpenAPI Overlay first; repeatable
  --allow-remote-refs    follow references into URLs
  --port N               4010; 0 picks a free one
  --host NAME            127.0.0.1; 0.0.0.0 listens on all interfaces
  --scenario NAME        switch on from the start; repeatable
  --scenarios DIR        more scenario files, or one; repeatable
  --seed N               1; ids, tokens, data and chance all come from it
  --clock TIME           what the clock shows at the start, RFC 3339
  --freeze               the clock stands still until it is advanced
  --strict               warnings are errors; an answer that breaks the document becomes a 500
  --lenient              requests that break the document are reported, and answered anyway
  --auth KIND            any; issued takes only credentials of POST /_standin/tokens
  --watch                reload when the document or a scenario file changes
  --state FILE           start from a world exported by GET /_standin/state
  --state none           remember nothing: answer with examples and samples only
  --state-seed FILE      what collections start with: {pets: [{name: Rex}]}
  --replay FILE          answer what an HTTP archive holds from it: the scenario replay, on from the start
  --journal N            exchanges kept for each sandbox, 1000
  --control-token TOKEN  every call under /_standin needs it as a bearer token
  --callback-hosts HOST  where callbacks and webhooks may go: loopback, NAME, *.NAME, NAME:PORT,
                         ADDRESS, NETWORK or *; repeatable, commas between; loopback
  --log-format FORMAT    text or json
  --tls-cert FILE        serve HTTPS with this certificate …
  --tls-key FILE         … and this key, both PEM

  for the storefront's Auth API:
  --otp CODE             123456; the one-time password that always works
  --token-algorithm ALG  HS256, RS256 or EdDSA
  --token-secret TEXT    the secret of HS256
  --access-ttl TIME      15m
  --refresh-ttl TIME     720h

standin verify URL [DOCUMENT] [flags]        holds a real service against the document

  --suite FILE           scenario files with trials, or Arazzo workflows, instead of those that ship; repeatable
  --only PARTS           scenarios, arazzo, cases
  --har FILE             send the requests of an HTTP archive again
  --var NAME=VALUE       what trials and workflows need to know; repeatable
  --credential S=VALUE   for the security scheme S; repeatable
  --hook NAME=COMMAND    brings the service into a state; repeatable
  --allow-writes         send requests that change data
  --safe OPERATION       this one changes none; repeatable
  --rate N               requests a second at most
  --format FORMAT        text, or evidence on standard output: junit, sarif, html, har, json
  and --insecure, --seed, --control-token, --report, --fail-on, --fail-under, --no-redact

standin proxy URL [DOCUMENT] [flags]         URL is the real service's

  --insecure             its certificate is not verified
  --record DIR           write what it answers as a scenario that serve can answer from, without secrets
  --no-redact            leave them in
  and those of serve

standin exec [DOCUMENT…] [flags] -- COMMAND  on a free port, told by STANDIN_URL and STANDIN_CONTROL_URL;
                                             1 if the command fails or the contract was broken

  --fail-on WHO,…        client,fake,upstream; also document, warning, or none
  --fail-under N,…       least coverage in percent, of all or of a kind: operations=100
  --report FORMAT=FILE   junit, sarif, html, har or json, - is standard output; repeatable
  --no-redact            leave secrets in the reports
  and those of serve; the exchanges are logged if --log-format is given

standin check --har FILE [DOCUMENT…] [flags] judges a capture, an HTTP archive, as if it had passed through a proxy

  --strict               warnings count, and so do entries that reach no operation
  --format FORMAT        text, or evidence on standard output: junit, sarif, html, har, json
  and --report, --fail-on, --fail-under, --no-redact, --overlay

standin report URL|FILE…                     all of them as one; FILE is a report in json

  --format FORMAT        to standard output; and --fail-on, --fail-under, --report, --no-redact
  --control-token TOKEN

standin diff OLD NEW [flags]                 1 if something breaks

  --format FORMAT        text, json, or markdown for a pull request
  --fail-on WHAT         breaking, any or none
  --used-by FILE         only what a recorded client uses: an HTTP archive or a journal, or a fake's address
  and --overlay, --allow-remote-refs, --control-token

standin explain ID

  --url URL              http://127.0.0.1:4010
  --control-token TOKEN

Every flag has a variable, which it wins over: STANDIN_PORT, STANDIN_LOG_FORMAT
and so on; those of repeatable flags hold names with commas between.

Exit codes: 0 fine, 1 the contract was broken or the command failed, 2 wrong
usage, 3 a document or a scenario cannot be loaded.
`

func (p program) help(ctx context.Context, args []string) error {
	fmt.Fprint(p.stdout, usage)
	return errHelp
}

// isHelp reports whether an argument asks for the manual.
func isHelp(arg string) bool {
	return arg == "-h" || arg == "--help" || strings.EqualFold(arg, "-help")
}
