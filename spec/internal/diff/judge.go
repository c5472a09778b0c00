package diff

import (
	"encoding/json"
	"slices"
	"strings"
)

// Verdict says whom a change breaks, each with the reason, "" for nobody.
type Verdict struct {
	Request  string // who sends what was right before
	Response string // who relies on what was answered before
	Always   string // whoever uses the API
}

// both is a verdict on what shows in requests and responses alike.
func both(why string) Verdict { return Verdict{Request: why, Response: why} }

// Breaking is why the change breaks a client, "" if it does not: what it breaks
// must show in the messages of some operation.
func (c *Change) Breaking() string {
	if c.Breaks.Always != "" {
		return c.Breaks.Always
	}
	for _, u := range c.Uses {
		if why := c.Breaks.in(u.In); why != "" {
			return why
		}
	}
	return ""
}

// in is the verdict on messages of that direction.
func (v Verdict) in(d Direction) string {
	if d&Asked != 0 && v.Request != "" {
		return v.Request
	}
	if d&Answered != 0 {
		return v.Response
	}
	return ""
}

const (
	whyGone     = "clients may use it"
	whyUnsent   = "clients may send it"
	whyUnseen   = "clients may rely on it"
	whyMissing  = "clients that do not send it are refused"
	whyNarrower = "a request that was valid may be refused"
	whyWider    = "an answer may be one that was not valid before"
)

// judge says whom a change breaks. What the library what-changed says otherwise
// is listed in docs/decisions/0008-diff.md.
func (c *comparer) judge(change *Change) Verdict {
	i, added, removed := change.Item(), change.Old == nil, change.New == nil
	switch i.Kind {
	case PathItem, Operation, Callback:
		if removed {
			return both(whyGone)
		}
	case Parameter:
		if removed {
			return both(whyUnsent)
		}
		if added && (i.Get("required").true() || strings.HasPrefix(i.Key, "path.")) {
			return both(whyMissing)
		}
	case Body:
		if removed {
			return both(whyUnsent)
		}
		if added && i.Get("required").true() {
			return both(whyMissing)
		}
	case Media, Header:
		if removed {
			return Verdict{Request: whyUnsent, Response: whyUnseen}
		}
	case Response:
		if removed && i.Key != "default" && change.NewOwner.Get(i.Key[:min(1, len(i.Key))]+"XX") == nil && change.NewOwner.Get("default") == nil {
			return both(whyUnseen)
		}
	case Server:
		return server(change)
	case Schema, Branches, Value, Values:
		return c.schema(change)
	case Unit:
		if i.Parent.Kind == Schema {
			return c.schema(change)
		}
		return unit(change)
	}
	return Verdict{}
}

// server judges a server: without any, an API is at the root.
func server(change *Change) Verdict {
	switch {
	case change.New == nil:
		return Verdict{Always: whyGone}
	case len(change.OldOwner.members) == 0 && change.NewOwner.Get("/") == nil && change.NewOwner.members[0] == change.New && basePath(change.New.Key) != "":
		return Verdict{Always: "the API is at / no longer"}
	}
	return Verdict{}
}

func basePath(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		_, url, _ = strings.Cut(rest, "/")
	}
	return strings.Trim(url, "/")
}

// unit judges a member of what is no schema.
func unit(change *Change) Verdict {
	i, added, removed := change.Item(), change.Old == nil, change.New == nil
	holder := i.Parent.Kind
	switch i.Key {
	case "required":
		switch {
		case holder == Header && removed:
			return both("it may be missing")
		case holder != Header && added:
			return both(whyMissing)
		}
	case "security":
		if i.Parent.Kind == Operation && !admits(change.Old.text, change.New.text) {
			return both("a credential that was enough is so no longer")
		}
	case "style", "explode", "contentType":
		return Verdict{Request: "it is written in another way", Response: "it is written in another way"}
	case "allowReserved", "allowEmptyValue":
		if removed {
			return both(whyNarrower)
		}
	case "type", "scheme", "in", "name", "openIdConnectUrl":
		if holder == Scheme {
			return both("credentials are presented in another way")
		}
	}
	return Verdict{}
}

// admits reports whether each alternative of a security that was enough still is:
// some new one must ask for no scheme and no scope beyond it.
func admits(old, new string) bool {
	was, is := alternatives(old), alternatives(new)
	for _, a := range was {
		if !slices.ContainsFunc(is, func(b map[string][]string) bool { return within(b, a) }) {
			return false
		}
	}
	return true
}

// alternatives are those of a security; of none there is one that asks for nothing.
func alternatives(text string) (out []map[string][]string) {
	_ = json.Unmarshal([]byte(text), &out) // what is no list of schemes asks for nothing
	if len(out) == 0 {
		return []map[string][]string{{}}
	}
	return out
}

func within(b, a map[string][]string) bool {
	for scheme, scopes := range b {
		have, ok := a[scheme]
		if !ok {
			return false
		}
		for _, s := range scopes {
			if !slices.Contains(have, s) {
				return false
			}
		}
	}
	return true
}
