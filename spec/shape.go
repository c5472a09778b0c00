package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// layouts are OpenAPI's objects: their members, and what those hold. "x" is an
// object of that name, "[]x" a list of them, "{}x" a map of them, and "" is not
// looked into. A member that ends in "!" has to be there.
var layouts = map[string]string{
	"document":   "openapi,$self,info:info,jsonSchemaDialect,servers:[],paths:{}path,webhooks:{}path,components:components,security:[],tags:[],externalDocs",
	"info":       "title!,version!,summary,description,termsOfService,contact,license",
	"path":       "$ref,summary,description,servers:[],parameters:[]parameter,get:operation,put:operation,post:operation,delete:operation,options:operation,head:operation,patch:operation,trace:operation,query:operation,additionalOperations:{}operation",
	"operation":  "tags:[],summary,description,externalDocs,operationId,parameters:[]parameter,requestBody:body,responses:{}response,callbacks:{},deprecated,security:[],servers:[]",
	"parameter":  "$ref,name!,in!,description,summary,required,deprecated,allowEmptyValue,style,explode,allowReserved,schema,example,examples:{},content:{}media",
	"header":     "$ref,name,in,description,summary,required,deprecated,allowEmptyValue,style,explode,allowReserved,schema,example,examples:{},content:{}media",
	"body":       "$ref,summary,description,required,content!:{}media",
	"response":   "$ref,summary,description!,headers:{}header,content:{}media,links:{}",
	"media":      "$ref,summary,description,schema,itemSchema,example,examples:{},encoding:{},prefixEncoding:[],itemEncoding",
	"components": "schemas:{},responses:{}response,parameters:{}parameter,examples:{},requestBodies:{}body,headers:{}header,securitySchemes:{},links:{},callbacks:{},pathItems:{}path,mediaTypes:{}media",
}

// shapeMember is one member of a layout.
type shapeMember struct {
	holds string
	must  bool
}

func shapeOfObject(kind string) map[string]shapeMember {
	out := map[string]shapeMember{}
	for part := range strings.SplitSeq(layouts[kind], ",") {
		name, holds, _ := strings.Cut(part, ":")
		name, must := strings.CutSuffix(name, "!")
		out[name] = shapeMember{holds, must}
	}
	return out
}

// shaper looks for what is not as OpenAPI says and can be lived with: members of
// a wrong type, which are not read, members that no one knows, and members that
// have to be there.
type shaper struct {
	*indexer
	known map[string]map[string]shapeMember
	seen  map[*yaml.Node]bool
}

func (x *indexer) shapes() {
	s := shaper{indexer: x, known: map[string]map[string]shapeMember{}, seen: map[*yaml.Node]bool{}}
	for kind := range layouts {
		s.known[kind] = shapeOfObject(kind)
	}
	s.check(x.root, "document")
}

func (s *shaper) check(at tree.Place, holds string) {
	kind, list := strings.CutPrefix(holds, "[]")
	kind, named := strings.CutPrefix(kind, "{}")
	switch {
	case list && !at.IsList():
		s.warn(at, "this must be a list, so it is not read", "")
	case list && kind != "":
		at.Each(func(_ string, v tree.Place) { s.check(v, kind) })
	case list:
	case !at.IsMap():
		s.warn(at, "this must be an object, so it is not read", "")
	case named && kind != "":
		at.Each(func(name string, v tree.Place) {
			if !strings.HasPrefix(name, "x-") {
				s.check(v, kind)
			}
		})
	case !named:
		s.object(at, kind)
	}
}

func (s *shaper) object(at tree.Place, kind string) {
	if s.seen[at.Node] {
		return
	}
	s.seen[at.Node] = true
	if at.Ref() != "" {
		if to := s.follow(at); to.OK() && to.File != s.root.File {
			s.object(to, kind)
		}
		if kind != "path" {
			return // what stands beside a reference adds nothing, or little
		}
	}
	known := s.known[kind]
	at.Each(func(name string, v tree.Place) {
		m, ok := known[name]
		switch {
		case ok && m.holds != "":
			s.check(v, m.holds)
		case ok || strings.HasPrefix(name, "x-"):
		default:
			s.unknown(v, kind, name)
		}
	})
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if m := known[name]; m.must && !at.Get(name).OK() && !(kind == "response" && s.doc.minor > 1) {
			s.warn(at, "the "+kind+" has no "+name, "")
		}
	}
}

func (s *shaper) unknown(v tree.Place, kind, name string) {
	names := slices.Sorted(maps.Keys(s.known[kind]))
	hint := "take it out, or begin its name with x-"
	if near := Near(name, names); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %s?", near[0])
	}
	s.warn(v, fmt.Sprintf("OpenAPI knows no member %q in %s, so it is not read", name, kindName(kind)), hint)
}

func kindName(kind string) string {
	switch kind {
	case "path":
		return "a path item"
	case "body":
		return "a request body"
	case "media":
		return "a media type"
	case "operation", "info":
		return "an " + kind
	}
	return "a " + kind
}
