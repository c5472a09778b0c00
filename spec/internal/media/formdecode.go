package media

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// maxFormDepth bounds the brackets of one name.
const maxFormDepth = 64

// field is what a form holds under a name: texts, still escaped, and members in
// brackets.
type field struct {
	texts []string
	below map[string]*field
	names []string
}

func (f *field) child(name string) *field {
	c := f.below[name]
	if c == nil {
		if c = new(field); f.below == nil {
			f.below = map[string]*field{}
		}
		f.below[name] = c
		f.names = append(f.names, name)
	}
	return c
}

// decodeForm reads a form by its schema.
func decodeForm(s Schema, encoding tree.Place, body []byte) (any, error) {
	var root field
	for pair := range strings.SplitSeq(string(body), "&") {
		if pair == "" {
			continue
		}
		name, text, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, err
		}
		if _, err := url.QueryUnescape(text); err != nil {
			return nil, err
		}
		if strings.Count(name, "[") > maxFormDepth {
			return nil, fmt.Errorf("the name %.40s… has more than %d brackets", name, maxFormDepth)
		}
		f := &root
		for _, part := range brackets(name) {
			if part != "" { // a[]=1 is a list
				f = f.child(part)
			}
		}
		f.texts = append(f.texts, text)
	}
	return s.formObject(encoding, &root)
}

// brackets splits a[b][c] into its parts. A name that is not well-formed is one.
func brackets(name string) []string {
	i := strings.IndexByte(name, '[')
	if i <= 0 || name[len(name)-1] != ']' {
		return []string{name}
	}
	return append([]string{name[:i]}, strings.Split(name[i+1:len(name)-1], "][")...)
}

func (s Schema) formObject(encoding tree.Place, f *field) (any, error) {
	o := s.object()
	out := map[string]any{}
	taken := map[string]bool{}
	for _, name := range o.names {
		p, st := o.properties[name], styleOf(encoding, name)
		if st.name == "form" && st.explode && p.types().object { // its members stand among ours
			members := map[string]any{}
			inner := p.object()
			for _, n := range inner.names {
				if c := f.below[n]; c != nil {
					v, err := inner.properties[n].formValue(style{explode: true}, c)
					if err != nil {
						return nil, err
					}
					members[n], taken[n] = v, true
				}
			}
			if len(members) > 0 || o.required[name] {
				out[name] = members
			}
			continue
		}
		c := f.below[name]
		if c == nil {
			if t := p.types(); o.required[name] && t.array && !t.text && !st.json {
				out[name] = []any{}
			} else if o.required[name] && t.object && !t.text && !st.json {
				out[name] = map[string]any{}
			}
			continue
		}
		v, err := p.formValue(st, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name], taken[name] = v, true
	}
	for _, name := range f.names {
		if taken[name] {
			continue
		}
		v, err := o.property(name).formValue(styleOf(encoding, name), f.below[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = v
	}
	return out, nil
}

// formValue reads one member.
func (s Schema) formValue(st style, f *field) (any, error) {
	t := s.types()
	switch {
	case st.json && len(f.texts) == 1:
		return parseJSON(unescape(f.texts[0]))
	case len(f.below) > 0 && (t.array && !t.object || !t.object && f.indexed()):
		return s.formList(f)
	case len(f.below) > 0:
		return s.formObject(tree.Place{}, f)
	case t.array && !t.text || t.array && len(f.texts) > 1:
		texts := f.texts
		if !st.explode && len(texts) == 1 {
			texts = splitAny(texts[0], st.delimiter())
		}
		list := []any{}
		for i, text := range texts {
			list = append(list, s.item(i).Scalar(unescape(text)))
		}
		return list, nil
	case t.object && !t.text && !st.explode && len(f.texts) == 1:
		flat, o, out := splitAny(f.texts[0], st.delimiter()), s.object(), map[string]any{}
		for i := 0; i+1 < len(flat); i += 2 {
			name := unescape(flat[i])
			out[name] = o.property(name).Scalar(unescape(flat[i+1]))
		}
		return out, nil
	case t.object && !t.text && len(f.texts) == 1: // RFC 1866 text of an object is JSON
		if v, err := parseJSON(unescape(f.texts[0])); err == nil {
			return v, nil
		}
	case len(f.texts) > 1:
		list := []any{}
		for _, text := range f.texts {
			list = append(list, s.Scalar(unescape(text)))
		}
		return list, nil
	}
	return s.Scalar(unescape(f.texts[0])), nil
}

func (f *field) indexed() bool {
	return !slices.ContainsFunc(f.names, func(n string) bool { _, err := strconv.Atoi(n); return err != nil })
}

func (s Schema) formList(f *field) (any, error) {
	names := slices.Clone(f.names)
	slices.SortStableFunc(names, func(a, b string) int {
		i, _ := strconv.Atoi(a)
		j, _ := strconv.Atoi(b)
		return i - j
	})
	list := []any{}
	for i, name := range names {
		v, err := s.item(i).formValue(style{explode: true}, f.below[name])
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// splitAny splits an escaped text at a delimiter, escaped or not.
func splitAny(text, delimiter string) []string {
	if delimiter != "," {
		text = strings.ReplaceAll(text, url.QueryEscape(delimiter), delimiter)
		text = strings.ReplaceAll(text, "%20", " ")
	}
	return strings.Split(text, delimiter)
}

// unescape undoes escapes that are known to be good.
func unescape(text string) string {
	if s, err := url.QueryUnescape(text); err == nil {
		return s
	}
	return text
}

func parseJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("it is not valid JSON: %w", err)
	}
	if d.More() {
		return nil, fmt.Errorf("there is more after the JSON value")
	}
	return v, nil
}
