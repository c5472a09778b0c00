package spec

import (
	"strings"

	"github.com/standin-dev/standin/spec/internal/swagger"
)

// upgrade makes an OpenAPI document of a Swagger 2.0 one, and says so.
func (x *indexer) upgrade() {
	at := x.root.Get("swagger")
	if !at.OK() || at.Str() != "2" && !strings.HasPrefix(at.Str(), "2.") {
		return
	}
	if x.references(); len(x.errs) > 0 {
		return // they are told as they are written
	}
	x.warn(at, "this is a Swagger "+at.Str()+" document; it was converted to OpenAPI "+swagger.Version,
		"pointers are into the converted document: GET /openapi.yaml shows it")
	x.doc.also = x.doc.files.Names()
	x.doc.files = swagger.Convert(x.root)
	x.root = x.doc.files.Root()
}
