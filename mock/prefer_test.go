package mock

import (
	"net/http"
	"reflect"
	"testing"
	"time"
)

func TestReadPreferences(t *testing.T) {
	for _, tc := range []struct {
		name    string
		prefer  []string
		query   string
		want    preferences
		rest    string
		applied string
		err     string
	}{
		{name: "it finds none", query: "a=1&b=2", rest: "a=1&b=2"},
		{name: "it reads the header", prefer: []string{"code=404, example=gone"}, want: preferences{code: 404, example: "gone"}, applied: "code=404, example=gone"},
		{name: "it reads several headers, quotes and parameters", prefer: []string{`scenario="slow"; x=1`, "Dynamic=true , wait=1.5"},
			want: preferences{scenarios: []string{"slow"}, dynamic: true, wait: 1500 * time.Millisecond}, applied: "scenario=slow, dynamic=true, wait=1.5"},
		{name: "it keeps several scenarios in order", prefer: []string{"scenario=a, scenario=b"}, want: preferences{scenarios: []string{"a", "b"}}, applied: "scenario=a, scenario=b"},
		{name: "it lets preferences be that are not ours", prefer: []string{"respond-async, return=minimal"}},
		{name: "it keeps a comma in quotes", prefer: []string{`example="a, b"`}, want: preferences{example: "a, b"}, applied: "example=a, b"},
		{name: "it reads the query twins and takes them out", query: "a=1&__code=404&b=2&__scenario=slow", want: preferences{code: 404, scenarios: []string{"slow"}}, rest: "a=1&b=2", applied: "scenario=slow, code=404"},
		{name: "it decodes the query twins", query: "__example=two+words", want: preferences{example: "two words"}, applied: "example=two words"},
		{name: "it takes every __ member out", query: "__unknown=1&x=__y", rest: "x=__y"},
		{name: "it refuses what is no status", prefer: []string{"code=9999"}, err: "code=9999 is no HTTP status: give a number from 100 to 599"},
		{name: "it refuses a wait that is no number", prefer: []string{"wait=NaN"}, err: "wait=NaN is no number of seconds"},
		{name: "it cuts a long wait", prefer: []string{"wait=1e9"}, want: preferences{wait: maxWait}, applied: "wait=60"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, rest, err := readPreferences(http.Header{"Prefer": tc.prefer}, tc.query)
			if tc.err != "" {
				if err == nil || err.Error() != tc.err {
					t.Fatalf("err = %v, want %s", err, tc.err)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got, tc.want) || rest != tc.rest {
				t.Errorf("got %+v, rest %q, %v; want %+v, rest %q", got, rest, err, tc.want, tc.rest)
			}
			if got.applied() != tc.applied {
				t.Errorf("applied %q, want %q", got.applied(), tc.applied)
			}
		})
	}
}

func FuzzReadPreferences(f *testing.F) {
	f.Add(`code=404, example="x\"y"; q`, "__code=1&&__=&a")
	f.Add(`"`, "__%zz=%")
	f.Fuzz(func(t *testing.T, prefer, query string) {
		_, rest, _ := readPreferences(http.Header{"Prefer": {prefer}}, query)
		if len(rest) > len(query) {
			t.Errorf("the rest %q is longer than %q", rest, query)
		}
	})
}
