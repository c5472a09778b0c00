package accept

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// maker makes schemas, instances and broken instances out of one stream of chance.
type maker struct {
	*rand.Rand
	defs map[string]any // the schema's $defs, once made
}

func newMaker(seed uint64) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(seed, 7))}
}

func pick[T any](m *maker, list ...T) T { return list[m.IntN(len(list))] }

func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

var (
	someNames    = []string{"a", "b", "kind", "name", "first_name", "last_name", "items", "n", "नाम", "x-1", "is_verified", "is_verifies"}
	somePatterns = []string{
		`^[0-9]{2}$`, `^a`, `^[a-z]+$`, `^x-`, `[0-9]`, `^\+[1-9]\d{0,4}$`, `^[A-Z]{0,2}[0-9]+$`, `^(a|b)+$`, `.`,
		`^a*a$`, `^[^x]*$`, `^(?i)ab$`, `^a?b?$`, `^[a-c]{1,2}[d-f]{2}$`, `^.{1,3}$`, `\bverified$`, `^é+$`,
	}
	someFormats = []string{
		"date-time", "date", "time", "uuid", "email", "ipv4", "ipv6", "uri", "hostname", "int32", "int64",
		"uri-reference", "duration", "regex", "password", "json-pointer", "semver", "uri-template",
	}
	someTexts = []string{
		"", "a", "ab", "abc", "aab", "12", "7", "+91", "x-1", "kind", "cat", "dog", "é", "éé", "आशा", "₹", "a/b", "a\"b", "\\", "a&b", "\n", "😀",
		"2026-11-23", "2024-02-29", "2023-02-29", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00.25+05:30", "2026-11-23t10:00:60z",
		"23:59:60Z", "10:00:00Z", "10:00:00", "asha@example.com", "a..b@example.com", ".a@b.c", "a@-b.c", "a@b_c", "127.0.0.1", "256.1.1.1", "1.2.3", "01.2.3.4",
		"http://example.com/a?b=c", "https://example.com", "http://", "http://a b", "http://[::1]", "::1", "example.com", "-a.b", "a.b.", "p",
		"0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950", "P1D", "P", "/a/~0", "~2", "1.2.3-rc.1", "AB12", "A1", "{a}",
		"0", "-1", "1.5", "1e3", "true", "false", "null", "42", "2147483648",
	}
	someNumbers = []string{
		"0", "1", "-1", "2", "3", "5", "10", "0.5", "1.0", "1.50", "-0", "-0.0", "0.1", "0.3", "2.5", "1e2", "1E-2", "1.0e0", "2147483647", "2147483648",
		"-2147483649", "123456789012345", "1234567890123456", "9007199254740993", "9223372036854775808", "123456789012345678901234567890", "0.30000000000000004", "99.99", "0.000000000000001",
		"0.0000000000000001", "1.00000000000000000001", "1e400",
	}
	someTypes = []string{"null", "boolean", "integer", "number", "string", "array", "object"}
)

// schema makes a whole schema with definitions.
func (m *maker) schema() []byte {
	m.defs = map[string]any{}
	for i := range m.IntN(3) {
		m.defs[fmt.Sprint("d", i)] = true // so that they can refer to one another
	}
	for name := range m.defs {
		m.defs[name] = m.sub(2)
	}
	root, ok := m.sub(3).(map[string]any)
	if !ok {
		root = map[string]any{"type": "object"}
	}
	if len(m.defs) > 0 {
		root["$defs"] = m.defs
	}
	text, err := json.Marshal(root)
	if err != nil {
		panic(err)
	}
	return text
}

func (m *maker) sub(depth int) any {
	if m.chance(4) {
		return m.chance(70)
	}
	s := map[string]any{}
	if m.chance(75) {
		if m.chance(75) {
			s["type"] = pick(m, someTypes...)
		} else {
			s["type"] = []any{pick(m, someTypes[:4]...), pick(m, someTypes[4:]...)}
		}
	}
	if m.chance(20) && len(m.defs) > 0 {
		s["$ref"] = fmt.Sprint("#/$defs/d", m.IntN(len(m.defs)))
		if m.chance(50) {
			return s
		}
	}
	has := func(t string) bool {
		return s["type"] == nil && m.chance(30) || strings.Contains(fmt.Sprint(s["type"]), t)
	}
	if has("string") {
		m.textKeywords(s)
	}
	if has("number") || has("integer") {
		m.numberKeywords(s)
	}
	if has("object") {
		m.objectKeywords(s, depth)
	}
	if has("array") {
		m.arrayKeywords(s, depth)
	}
	m.anyKeywords(s, depth)
	return s
}

// maybe sets a keyword now and then.
func (m *maker) maybe(s map[string]any, percent int, keyword string, value func() any) {
	if m.chance(percent) {
		s[keyword] = value()
	}
}

func (m *maker) small() any { return m.IntN(4) }

func (m *maker) textKeywords(s map[string]any) {
	m.maybe(s, 15, "minLength", m.small)
	m.maybe(s, 15, "maxLength", func() any { return m.IntN(12) })
	m.maybe(s, 15, "pattern", func() any { return pick(m, somePatterns...) })
	m.maybe(s, 20, "format", func() any { return pick(m, someFormats...) })
}

func (m *maker) numberKeywords(s map[string]any) {
	number := func() any { return json.Number(pick(m, someNumbers[:30]...)) }
	m.maybe(s, 15, "minimum", number)
	m.maybe(s, 15, "maximum", number)
	m.maybe(s, 10, "exclusiveMinimum", number)
	m.maybe(s, 10, "exclusiveMaximum", number)
	m.maybe(s, 15, "multipleOf", func() any {
		return json.Number(pick(m, "1", "2", "3", "0.5", "0.1", "0.01", "1e2", "123456789012345678901", "0.0000000000000000001"))
	})
	m.maybe(s, 15, "format", func() any { return pick(m, someFormats...) })
}

func (m *maker) objectKeywords(s map[string]any, depth int) {
	m.maybe(s, 80, "properties", func() any { return m.properties(depth) })
	m.maybe(s, 40, "required", func() any { return m.nameList() })
	m.maybe(s, 10, "minProperties", m.small)
	m.maybe(s, 10, "maxProperties", m.small)
	m.maybe(s, 10, "dependentRequired", func() any { return map[string]any{pick(m, someNames...): m.nameList()} })
	if depth == 0 {
		return
	}
	m.maybe(s, 15, "patternProperties", func() any {
		return map[string]any{pick(m, somePatterns...): m.sub(depth - 1)}
	})
	m.maybe(s, 25, "additionalProperties", func() any {
		return pick[any](m, false, false, true, m.sub(depth-1))
	})
	m.maybe(s, 8, "propertyNames", func() any { return m.sub(0) })
	m.maybe(s, 8, "unevaluatedProperties", func() any { return pick[any](m, false, m.sub(0)) })
	m.maybe(s, 8, "dependentSchemas", func() any { return map[string]any{pick(m, someNames...): m.sub(depth - 1)} })
	m.maybe(s, 4, "discriminator", func() any { return map[string]any{"propertyName": "kind"} })
}

func (m *maker) properties(depth int) any {
	count := 1 + m.IntN(4)
	if m.chance(3) {
		count = 70
	}
	all := map[string]any{}
	for i := range count {
		name := pick(m, someNames...)
		if count == 70 {
			name = fmt.Sprint("p", i)
		}
		all[name] = m.sub(max(depth-1, 0))
	}
	return all
}

func (m *maker) nameList() []string {
	var list []string
	for range 1 + m.IntN(2) {
		if name := pick(m, someNames[:6]...); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

func (m *maker) arrayKeywords(s map[string]any, depth int) {
	m.maybe(s, 15, "minItems", m.small)
	m.maybe(s, 15, "maxItems", m.small)
	m.maybe(s, 20, "uniqueItems", func() any { return true })
	if depth == 0 {
		return
	}
	m.maybe(s, 70, "items", func() any { return m.sub(depth - 1) })
	m.maybe(s, 15, "prefixItems", func() any { return []any{m.sub(depth - 1), m.sub(0)} })
	m.maybe(s, 12, "contains", func() any { return m.sub(0) })
	m.maybe(s, 6, "minContains", m.small)
	m.maybe(s, 6, "maxContains", m.small)
	m.maybe(s, 6, "unevaluatedItems", func() any { return false })
}

func (m *maker) anyKeywords(s map[string]any, depth int) {
	m.maybe(s, 8, "enum", func() any { return []any{m.scalar(), m.scalar(), m.scalar()} })
	m.maybe(s, 4, "const", func() any { return m.scalar() })
	m.maybe(s, 4, "readOnly", func() any { return true })
	m.maybe(s, 4, "writeOnly", func() any { return true })
	m.maybe(s, 4, "example", func() any { return m.scalar() })
	m.maybe(s, 4, "deprecated", func() any { return true })
	if depth == 0 {
		return
	}
	list := func() any { return []any{m.sub(depth - 1), m.sub(depth - 1)} }
	m.maybe(s, 10, "allOf", list)
	m.maybe(s, 12, "anyOf", list)
	m.maybe(s, 12, "oneOf", list)
	m.maybe(s, 6, "not", func() any { return m.sub(depth - 1) })
	if m.chance(6) {
		s["if"], s["then"] = m.sub(depth-1), m.sub(depth-1)
		m.maybe(s, 50, "else", func() any { return m.sub(depth - 1) })
	}
}

func (m *maker) scalar() any {
	switch m.IntN(6) {
	case 0:
		return nil
	case 1:
		return m.chance(50)
	case 2:
		return json.Number(pick(m, someNumbers[:30]...))
	case 3:
		return pick[any](m, map[string]any{"a": 1}, []any{1}, map[string]any{})
	}
	return pick(m, someTexts...)
}

// instance makes a value that means to fit a schema, most of the time.
func (m *maker) instance(schema any, depth int) any {
	s, ok := schema.(map[string]any)
	if !ok || m.chance(3) || depth > 6 {
		return m.scalar()
	}
	if v, ok := s["const"]; ok {
		return v
	}
	if list, ok := s["enum"].([]any); ok {
		return pick(m, list...)
	}
	t, _ := s["type"].(string)
	if list, ok := s["type"].([]any); ok {
		t, _ = pick(m, list...).(string)
	}
	if s = m.flat(s, 0); t == "" {
		t, _ = s["type"].(string)
	}
	if t == "" {
		t = pick(m, someTypes...)
	}
	switch t {
	case "null":
		return nil
	case "boolean":
		return m.chance(50)
	case "integer":
		return json.Number(pick(m, someNumbers[:7]...))
	case "number":
		return json.Number(pick(m, someNumbers...))
	case "string":
		return m.text(s)
	case "array":
		return m.array(s, depth)
	}
	return m.object(s, depth)
}

// flat merges what $ref, allOf and one branch of the unions say, roughly.
func (m *maker) flat(s map[string]any, depth int) map[string]any {
	parts := []any{}
	if ref, ok := s["$ref"].(string); ok {
		parts = append(parts, m.defs[strings.TrimPrefix(ref, "#/$defs/")])
	}
	if all, ok := s["allOf"].([]any); ok {
		parts = append(parts, all...)
	}
	for _, union := range []string{"anyOf", "oneOf"} {
		if list, ok := s[union].([]any); ok && len(list) > 0 {
			parts = append(parts, pick(m, list...))
		}
	}
	parts = append(parts, s["then"])
	merged := map[string]any{}
	for k, v := range s {
		merged[k] = v
	}
	for _, part := range parts {
		p, ok := part.(map[string]any)
		if !ok || depth > 3 {
			continue
		}
		for k, v := range m.flat(p, depth+1) {
			mine, ok1 := merged[k].(map[string]any)
			other, ok2 := v.(map[string]any)
			switch {
			case merged[k] == nil:
				merged[k] = v
			case ok1 && ok2 && k == "properties":
				both := map[string]any{}
				for name, p := range other {
					both[name] = p
				}
				for name, p := range mine {
					both[name] = p
				}
				merged[k] = both
			}
		}
	}
	return merged
}

func (m *maker) text(s map[string]any) any {
	_, format := s["format"].(string)
	_, pattern := s["pattern"].(string)
	if format || pattern || m.chance(50) {
		return pick(m, someTexts...)
	}
	return strings.Repeat(pick(m, "a", "é", "x"), m.IntN(6))
}

func (m *maker) array(s map[string]any, depth int) any {
	list := []any{}
	prefix, _ := s["prefixItems"].([]any)
	for i := range m.IntN(4) {
		items := s["items"]
		if i < len(prefix) {
			items = prefix[i]
		}
		if items == nil {
			items = s["contains"]
		}
		list = append(list, m.instance(items, depth+1))
	}
	return list
}

func (m *maker) object(s map[string]any, depth int) any {
	obj := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	for _, name := range sortedKeys(properties) {
		if m.chance(75) {
			obj[name] = m.instance(properties[name], depth+1)
		}
	}
	required, _ := s["required"].([]any)
	for _, name := range required {
		if name, ok := name.(string); ok && m.chance(95) && obj[name] == nil {
			obj[name] = m.instance(properties[name], depth+1)
		}
	}
	if m.chance(15) {
		obj[pick(m, someNames...)] = m.instance(s["additionalProperties"], depth+1)
	}
	return obj
}

func sortedKeys(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// encode writes a value as JSON, with the spaces and escapes that a peer may choose.
func (m *maker) encode(v any) []byte {
	var b bytes.Buffer
	m.write(&b, v)
	return b.Bytes()
}

func (m *maker) write(b *bytes.Buffer, v any) {
	if m.chance(3) {
		b.WriteString(pick(m, " ", "\n\t", "\r\n "))
	}
	switch v := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		keys := sortedKeys(v)
		m.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		for i, k := range keys {
			if i > 0 {
				b.WriteByte(',')
			}
			m.write(b, k)
			b.WriteByte(':')
			m.write(b, v[k])
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			m.write(b, item)
		}
		b.WriteByte(']')
	case string:
		m.writeText(b, v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		b.Write(text)
	}
	if m.chance(3) {
		b.WriteString(pick(m, " ", "\n\t", "\r\n "))
	}
}

func (m *maker) writeText(b *bytes.Buffer, v string) {
	if m.chance(85) {
		e := json.NewEncoder(b)
		e.SetEscapeHTML(m.chance(50))
		if err := e.Encode(v); err != nil {
			panic(err)
		}
		b.Truncate(b.Len() - 1)
		return
	}
	b.WriteByte('"')
	for _, r := range v {
		switch {
		case r == '/' && m.chance(50):
			b.WriteString(`\/`)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(b, `\u%04x\u%04X`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		case r < 0x20 || r == '"' || r == '\\' || m.chance(30):
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// mutate breaks a body in one of the ways in which bodies break.
func (m *maker) mutate(body []byte) []byte {
	if m.chance(50) {
		return m.mutateTree(body)
	}
	out := bytes.Clone(body)
	if len(out) == 0 {
		return []byte("{}")
	}
	at := m.IntN(len(out))
	switch m.IntN(5) {
	case 0:
		out[at] = byte(m.IntN(256))
	case 1:
		out = slices.Delete(out, at, min(len(out), at+1+m.IntN(4)))
	case 2:
		out = slices.Insert(out, at, []byte(pick(m, `"`, `\`, "{", "}", ",", ":", " ", "0", "-", ".", "e1", "\x00", "\xff", `\ud800`, `\u0061`, "null", "é"))...)
	case 3:
		end := min(len(out), at+m.IntN(20))
		out = slices.Insert(out, m.IntN(len(out)), bytes.Clone(out[at:end])...)
	case 4:
		out = append(out, pick(m, " ", "x", "{}", ",", "\x00", "\n")...)
	}
	return out
}

// mutateTree changes a value somewhere inside, or repeats a member.
func (m *maker) mutateTree(body []byte) []byte {
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return body
	}
	if m.chance(15) {
		name := []byte(fmt.Sprintf(`"%s":%s,`, pick(m, someNames...), pick(m, `1`, `"a"`, `null`, `{}`, `true`)))
		if at := bytes.IndexByte(body, '{'); at >= 0 {
			return slices.Insert(bytes.Clone(body), at+1, name...)
		}
	}
	return m.encode(m.change(v, 0))
}

func (m *maker) change(v any, depth int) any {
	switch v := v.(type) {
	case map[string]any:
		keys := sortedKeys(v)
		if len(keys) == 0 || m.chance(15) {
			v[pick(m, someNames...)] = m.scalar()
			return v
		}
		k := pick(m, keys...)
		if m.chance(25) {
			delete(v, k)
		} else {
			v[k] = m.change(v[k], depth+1)
		}
		return v
	case []any:
		if len(v) == 0 || m.chance(20) {
			return append(v, m.scalar())
		}
		i := m.IntN(len(v))
		if m.chance(30) {
			return append(v, v[i])
		}
		v[i] = m.change(v[i], depth+1)
		return v
	}
	if m.chance(10) {
		return map[string]any{"a": v}
	}
	return m.scalar()
}
