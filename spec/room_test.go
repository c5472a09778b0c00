package spec

import "testing"

func TestRoomFor(t *testing.T) {
	all := Room{Object: true, Texts: true, Objects: true}
	for _, tt := range []struct {
		it, schema string
		want       Room
	}{
		{"finds a map", `{properties: {errors: {type: object}}}`, Room{Object: true}},
		{"finds a list of texts", `{properties: {errors: {type: array, items: {type: string}}}}`, Room{Texts: true}},
		{"finds a list of objects", `{properties: {errors: {items: {properties: {field: {type: string}}}}}}`, Room{Objects: true}},
		{"leaves it open what a list holds", `{properties: {errors: {type: array}}}`, Room{Texts: true, Objects: true}},
		{"looks into alternatives", `{oneOf: [{properties: {x: {}}}, {properties: {errors: {type: [object, "null"]}}}]}`, Room{Object: true}},
		{"leaves it open where nothing is said", `{properties: {errors: {}}}`, all},
		{"leaves it open where no member is named", `{type: object}`, all},
		{"leaves it open where there may be more", `{properties: {x: {}}, additionalProperties: true}`, all},
		{"takes the schema of all others", `{properties: {x: {}}, additionalProperties: {type: object}}`, Room{Object: true}},
		{"has none beside members that are named", `{properties: {x: {}}}`, Room{}},
		{"has none in text", `{properties: {errors: {type: string}}}`, Room{}},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			_, o := oneAnswer(t, "application/json", `{schema: `+tt.schema+`}`)
			if got := o.RoomFor(200, "application/json", "errors"); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			for _, at := range []struct {
				status int
				media  string
			}{{404, "application/json"}, {200, "text/plain"}} {
				if got := o.RoomFor(at.status, at.media, "errors"); got != (Room{}) {
					t.Errorf("%d %s has room: %+v", at.status, at.media, got)
				}
			}
		})
	}
}
