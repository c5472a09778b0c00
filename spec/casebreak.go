package spec

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/spoil"
)

// invalid makes the requests that break one thing each.
func (m *caseMaker) invalid() {
	base, ok := m.least()
	if !ok {
		return
	}
	for _, q := range m.params {
		m.spoilParam(base, q)
	}
	m.spoilBody(base)
	m.spoilSecurity(base)
}

// without and with are the draft's parameters with one left out or set.
func (d draft) without(q *checked) draft {
	d.params = slices.DeleteFunc(slices.Clone(d.params), func(p madeParam) bool { return p.checked == q })
	return d
}

func (d draft) with(q *checked, v any) draft {
	d = d.without(q)
	d.params = append(d.params, madeParam{q, v})
	return d
}

func (m *caseMaker) spoilParam(base draft, q madeParam) {
	where := q.in + "." + q.name
	if q.required && q.in != "path" {
		m.spoiled(where, "required", base.without(q.checked))
	}
	if q.schema == nil {
		return
	}
	plan := m.o.doc.checker.plan
	done := map[string]bool{}
	for _, c := range spoil.Cases(spoil.Schema{At: plan.Source(q.param.schema, compile.Generic), Resolve: plan.Resolve}, q.value) {
		if done[c.Keyword] || !q.refuses(c.Instance) {
			continue
		}
		done[c.Keyword] = m.spoiled(where, c.Keyword, base.with(q.checked, c.Instance))
	}
}

// refuses reports whether a value breaks the parameter's schema however its
// text is read: "5" is a string, too.
func (q *checked) refuses(v any) bool {
	if q.media != "" {
		return jsonType(mediaBase(q.media)) && q.schema.Validate(v) != nil
	}
	switch v := v.(type) {
	case nil:
		return false // there is no text for it
	case []any:
		if shapeOf(q.schema) != "array" || len(v) == 0 || slices.ContainsFunc(v, composite) {
			return false
		}
		texts := make([]any, len(v))
		for i, x := range v {
			texts[i] = scalarText(x)
		}
		_, err := q.value([]any{texts})
		return err != nil
	case map[string]any:
		if shapeOf(q.schema) != "object" || len(v) == 0 {
			return false
		}
		texts := make(map[string]any, len(v))
		for name, x := range v {
			if composite(x) {
				return false
			}
			texts[name] = scalarText(x)
		}
		_, err := q.value([]any{texts})
		return err != nil
	}
	text := scalarText(v)
	return shapeOf(q.schema) == "string" && text != "" &&
		!slices.ContainsFunc(readings(text, []string{"number", "boolean", "null"}), func(x any) bool { return q.schema.Validate(x) == nil })
}

func composite(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// unlikelyType is a media type that no document declares.
const unlikelyType = "application/x-undeclared"

func (m *caseMaker) spoilBody(base draft) {
	if len(m.bodies) == 0 {
		return
	}
	b := m.bodies[0]
	good, ok := base.withBody(b, b.values[0])
	if !ok {
		return
	}
	if m.o.body.required {
		none := base
		none.body, none.media = nil, ""
		m.spoiled("body", "required", none)
	}
	if len(good.body) > 0 && mediaFor(m.p.bodies, unlikelyType) == nil {
		other := good
		other.media = unlikelyType
		m.spoiled("content-type", "content", other)
	}
	for _, b := range m.bodies {
		if b.json {
			m.spoilJSON(base, b)
			return
		}
	}
}

// spoilJSON breaks a JSON body: its syntax, and its schema in every way.
func (m *caseMaker) spoilJSON(base draft, b madeBody) {
	good, ok := base.withBody(b, b.values[0])
	if !ok {
		return
	}
	cut := good
	cut.body = slices.Clone(good.body[:len(good.body)-1])
	if !json.Valid(cut.body) {
		m.spoiled("body", "json", cut)
	}
	if b.schema == nil {
		return
	}
	plan := m.o.doc.checker.plan
	done := map[string]bool{}
	for _, v := range b.values { // what an example leaves out, a generated body holds
		for _, c := range spoil.Cases(spoil.Schema{At: plan.Source(b.spec.schema, compile.Request), Resolve: plan.Resolve}, v) {
			if done[c.Keyword] || len(done) >= maxBroken || b.schema.Validate(c.Instance) == nil {
				continue
			}
			if d, ok := base.withBody(b, c.Instance); ok {
				done[c.Keyword] = m.spoiled("body"+c.Pointer, c.Keyword, d)
			}
		}
	}
}

// spoilSecurity leaves the credential out, and presents malformed ones.
func (m *caseMaker) spoilSecurity(base draft) {
	auth := m.auth()
	if auth == nil || !slices.ContainsFunc(auth, func(s SchemeUse) bool { return s.Type != "mutualTLS" }) {
		return
	}
	none := base
	none.auth = nil
	m.spoiled("security", "security", none)
	for _, s := range auth {
		bad := ""
		switch {
		case s.Bearer():
			bad = "Bearer"
		case s.Type == "http" && s.Kind == "basic":
			bad = "Basic not-base64!"
		default:
			continue
		}
		r, err := m.o.write(none)
		if err != nil {
			return
		}
		r.Header["Authorization"] = []string{bad}
		m.out.Invalid = append(m.out.Invalid, Case{Name: "security malformed " + strings.ToLower(strings.Fields(bad)[0]), Request: r, Breaks: &Break{"security", "security"}})
		return
	}
}
