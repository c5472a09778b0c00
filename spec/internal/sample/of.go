package sample

import "encoding/json"

// Of makes a Value of decoded JSON, or of a mixture of that with what
// [Value.Ordered] returns. Maps become objects with their members by name; raw JSON stays as it is, and only
// [Value.AppendJSON] knows what to do with it.
func Of(v any) Value { return Value{settle(v)} }

// settle is normal for a mixture: the values in an [Object] need not be normal.
func settle(v any) any {
	switch v := v.(type) {
	case Object:
		o := make(Object, len(v))
		for i, m := range v {
			o[i] = Member{m.Name, settle(m.Value)}
		}
		return o
	case map[string]any:
		o := make(Object, 0, len(v))
		for _, k := range sortedKeys(v) {
			o = append(o, Member{k, settle(v[k])})
		}
		return o
	case []any:
		s := make([]any, len(v))
		for i, x := range v {
			s[i] = settle(x)
		}
		return s
	case json.RawMessage:
		return v
	}
	return normal(v)
}
