package spec

import (
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// securitySchemes reads components/securitySchemes.
func (x *indexer) securitySchemes() {
	x.doc.schemes = make(map[string]SchemeUse)
	x.doc.known = make(map[string]bool)
	x.root.Get("components").Get("securitySchemes").Each(func(name string, at tree.Place) {
		at = x.follow(at)
		s := SchemeUse{Name: name, Type: at.Get("type").Str()}
		switch s.Type {
		case "http":
			s.Kind = strings.ToLower(at.Get("scheme").Str())
		case "apiKey":
			s.Kind, s.Param = at.Get("in").Str(), at.Get("name").Str()
			if s.Kind == "header" {
				x.doc.known[strings.ToLower(s.Param)] = true
			}
		case "oauth2", "openIdConnect", "mutualTLS":
		default:
			x.warn(at, "the type of a security scheme is one of http, apiKey, oauth2, openIdConnect, mutualTLS", "")
		}
		x.doc.schemes[name] = s
	})
}

// requirements reads a `security` list.
func (x *indexer) requirements(at tree.Place) []Requirement {
	if !at.IsList() {
		return nil
	}
	out := []Requirement{}
	at.Each(func(_ string, alt tree.Place) {
		req := Requirement{}
		alt.Each(func(name string, scopes tree.Place) {
			s, ok := x.doc.schemes[name]
			if !ok {
				x.warn(scopes, "no security scheme is named "+name+", so it is not checked", "add it under components/securitySchemes")
				return
			}
			scopes.Each(func(_ string, scope tree.Place) { s.Scopes = append(s.Scopes, scope.Str()) })
			req = append(req, s)
		})
		out = append(out, req)
	})
	return out
}
