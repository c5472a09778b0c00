package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// State values, bodies and what expressions give are the values of JSON: nil,
// bool, int, float64, string, []any, map[string]any. Two rules keep a state the
// same when it is exported and imported again:
//
//   - a number without a fraction is an int;
//   - a time is a [time.Time] in a state, and RFC 3339 text in JSON. Text that
//     is a time in exactly the form that we write (UTC, ending in Z) is a time
//     again when a state takes it up, whether from `set` or from an import.

// plainValue makes a JSON value of what an expression gave. It pays for it.
func (r *run) plainValue(v any) (any, error) {
	if err := r.charge(v); err != nil {
		return nil, err
	}
	return jsonValue(v)
}

// jsonValue makes a JSON value of a Go value. Times become text.
func jsonValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int, string:
		return v, nil
	case float64:
		return number64(v)
	case int64:
		return int(v), nil
	case time.Time:
		return timeText(v), nil
	case time.Duration:
		return v.String(), nil
	case time.Month:
		return int(v), nil
	case time.Weekday:
		return int(v), nil
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			x, err := jsonValue(item)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			x, err := jsonValue(item)
			if err != nil {
				return nil, err
			}
			out[k] = x
		}
		return out, nil
	}
	return throughJSON(v)
}

// throughJSON makes a JSON value of any Go value, by writing and reading it.
func throughJSON(v any) (any, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("a %T cannot be written as JSON", v)
	}
	return decodeJSON(data)
}

func decodeJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	return numbers(v), nil
}

// numbers makes ints and float64s of json.Numbers, in place.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return int(i)
		}
		f, _ := v.Float64()
		n, _ := number64(f)
		return n
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}

// number64 is an int where a float has no fraction.
func number64(f float64) (any, error) {
	switch {
	case !finite(f):
		return nil, errors.New("the number is not finite")
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return int(f), nil
	}
	return f, nil
}

func timeText(t time.Time) string { return utc(t).Format(time.RFC3339Nano) }

// withTimes copies a value, with the texts that are times in the form of
// timeText as times.
func withTimes(v any) any {
	switch v := v.(type) {
	case string:
		if len(v) < len("2006-01-02T15:04:05Z") || v[4] != '-' || v[len(v)-1] != 'Z' {
			return v
		}
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil && timeText(t) == v {
			return t.UTC()
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = withTimes(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = withTimes(v[k])
		}
		return out
	}
	return v
}

// textOf is a value within text: nothing for nil, RFC 3339 for a time, JSON
// for lists and objects.
func textOf(v any) (string, error) {
	v, err := jsonValue(v)
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// UnmarshalJSON reads an exported state: whole numbers become ints, and texts
// that are times become times, as they were.
func (s *State) UnmarshalJSON(data []byte) error {
	type plain State // without this method
	p := struct {
		*plain
		Vars json.RawMessage `json:"vars"`
	}{plain: (*plain)(s)}
	s.Vars = nil
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	if len(p.Vars) == 0 || string(p.Vars) == "null" {
		return nil
	}
	v, err := decodeJSON(p.Vars)
	if err != nil {
		return err
	}
	vars, ok := withTimes(v).(map[string]any)
	if !ok {
		return errors.New("vars of a scenario's state must be an object")
	}
	s.Vars = vars
	return nil
}
