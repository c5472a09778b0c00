package scenarios

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxDelay is the longest delay that a rule may ask for.
const MaxDelay = 10 * time.Minute

var (
	nameForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$`)
	digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	// A header's name is a token of RFC 9110, 5.6.2.
	headerForm = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")
)

// checkHead checks what a scenario says of itself.
func (s subject) checkHead() {
	switch {
	case s.refused("name"):
	case s.sc.Name == "":
		s.add("name", -1, "", "a scenario needs a name")
	case !nameForm.MatchString(s.sc.Name):
		s.add("name", -1, "letters, digits, blanks, dots, dashes and underscores, at most 64, the first a letter or a digit",
			"%q cannot be a scenario's name", excerpt(s.sc.Name))
	}
	if len(s.sc.Rules) == 0 && !s.refused("rules") {
		s.add("rules", -1, "", "a scenario needs rules")
	}
}

// checkRule checks what can be told of a rule without a document, expressions
// apart.
func (s subject) checkRule() {
	r := s.rule
	if len(r.On) == 0 && !s.refused("on") {
		s.add("on", -1, `"*" is every operation`, "a rule needs `on`, the operations that it is for")
	}
	for i, on := range r.On {
		if strings.TrimSpace(on) == "" && !s.refused("on") {
			s.add(onPath(r, i), -1, `"*" is every operation`, "`on` names no operation")
		}
	}
	for _, n := range []struct {
		path  string
		value int
	}{{"times", r.Times}, {"after", r.After}, {"every", r.Every}} {
		if n.value < 0 {
			s.add(n.path, -1, "", "%s must not be negative", n.path)
		}
	}
	if !(r.Chance >= 0 && r.Chance <= 1) { // NaN too
		s.add("chance", -1, "one call in five is 0.2", "chance must lie between 0 and 1")
	}
	if r.Fault != "" && !slices.Contains(faults, string(r.Fault)) {
		s.add("fault", -1, suggest(string(r.Fault), faults, "a fault is one of"), "unknown fault %q", excerpt(string(r.Fault)))
	}
	s.checkDelay()
	if r.Match != nil && r.Match.Digest != "" && !digestForm.MatchString(r.Match.Digest) {
		s.add("match/digest", 0, "it is sha256: and 64 hexadecimal digits", "%q is no digest", excerpt(r.Match.Digest))
	}
	if r.Reply != nil {
		s.checkReply()
	}
}

func (s subject) checkDelay() {
	d := s.rule.Delay
	switch {
	case d.Min < 0 || d.Max < 0:
		s.add("delay", -1, "", "a delay must not be negative")
	case max(d.Min, d.Max) > MaxDelay:
		s.add("delay", -1, "", "a delay must not be longer than %s", "10m")
	case d.Max != 0 && d.Max < d.Min:
		s.add("delay/max", -1, "", "the delay's max is less than its min")
	}
}

func (s subject) checkReply() {
	r := s.rule.Reply
	switch {
	case s.refused("reply/status"):
	case r.Status == 0:
		s.add("reply", -1, "", "a reply needs a status")
	case r.Status < 200 || r.Status > 599:
		s.add("reply/status", -1, "", "a reply's status must lie between 200 and 599, not be %d", r.Status)
	}
	if r.Example != "" && (r.Body != nil || r.Raw != nil) {
		s.add("reply/body", -1, "leave one of them out", "a reply has an example or a body, not both")
	}
	if r.Body != nil && r.Raw != nil {
		s.add("reply/body", -1, "leave one of them out", "a reply has a body, or it has it as text, base64 or a file")
	}
	if r.Body != nil && (r.Status == 204 || r.Status == 304) {
		s.add("reply/body", -1, "", "a %d has no body (RFC 9110, 15)", r.Status)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		value, at := r.Headers[name], "reply/headers/"+name
		switch {
		case !headerForm.MatchString(name):
			s.add(at, -1, "", "%q cannot be a header's name", excerpt(name))
		case ownHeader(name):
			s.add(at, -1, "what goes wrong on the wire is a `fault`", "the header %s is written by the server", name)
		case !headerValue(strings.ReplaceAll(value, "\n", "")):
			s.add(at, -1, "", "the header %s holds a control character", name)
		}
	}
}

// ownHeader reports whether a header frames the message or is Standin's own.
func ownHeader(name string) bool {
	switch strings.ToLower(name) {
	case "content-length", "transfer-encoding", "connection", "trailer", "upgrade", "keep-alive":
		return true
	}
	return len(name) >= 8 && strings.EqualFold(name[:8], "standin-")
}

// headerValue reports whether text may be a header's value (RFC 9110, 5.5).
func headerValue(v string) bool {
	for i := range len(v) {
		if c := v[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// onPath is the path of a rule's selector: in a file one alone may stand
// without a list.
func onPath(r *Rule, i int) string {
	if _, ok := r.at["on/0"]; !ok {
		return "on"
	}
	return "on/" + strconv.Itoa(i)
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
