package control

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// openAPI is the control API's own description.
//
//go:embed openapi.yaml
var openAPI []byte

// described is the description, loaded at the first call that needs it: most
// runs never do. It is nil only if the embedded file is broken, which the tests
// rule out.
var described = sync.OnceValue(func() *spec.Document {
	doc, err := spec.Loader{}.Parse(context.Background(), "openapi.yaml", openAPI)
	if err != nil {
		return nil
	}
	return doc
})

// describe answers with the description of what this fake's control API has:
// calls of behaviours that it lacks are left out.
func (a *api) describe(*call) answer {
	doc := described()
	if doc == nil {
		return *refuse(stateError, "the description of the control API cannot be read")
	}
	body, err := a.mountedOnly(doc)
	if err != nil {
		return *refuse(stateError, "the description of the control API cannot be read: %v", err)
	}
	return answer{status: http.StatusOK, body: body, media: "application/json"}
}

// mountedOnly is the document as JSON, without what is not mounted.
func (a *api) mountedOnly(doc *spec.Document) ([]byte, error) {
	missing := map[string]bool{}
	for _, op := range doc.Operations() {
		if path := strings.TrimPrefix(op.Path, mock.Prefix); !a.mounted(op.Method, path) {
			missing[op.Path] = true
		}
	}
	if len(missing) == 0 {
		return doc.JSON(), nil
	}
	var members, paths map[string]json.RawMessage
	if err := json.Unmarshal(doc.JSON(), &members); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(members["paths"], &paths); err != nil {
		return nil, err
	}
	for path := range missing {
		delete(paths, path)
	}
	kept, err := json.Marshal(paths)
	if err != nil {
		return nil, err
	}
	members["paths"] = kept
	return json.MarshalIndent(members, "", "  ")
}

// scenarioSchema answers with the JSON Schema of scenario files, for editors.
func (a *api) scenarioSchema(*call) answer {
	return answer{status: http.StatusOK, body: scenarios.Schema(), media: "application/schema+json"}
}
