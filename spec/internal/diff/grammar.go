package diff

import "strings"

// Kind is what an [Item] is in OpenAPI.
type Kind uint8

// The kinds of items. Those that end in s hold many by name, or in a list.
const (
	Unit  Kind = iota // a value that is compared as a whole
	Value             // one value of a set: of enum, required or tags
	Root
	Servers
	Server
	Paths
	PathItem
	Operation
	Parameters
	Parameter
	Body
	Content
	Media
	Encodings
	Encoding
	Responses
	Response
	Headers
	Header
	Callbacks
	Callback
	Components
	Schemas
	Schema
	Branches
	Schemes
	Scheme
	Values
)

// grammar says of what kind the members of an object are; "*" stands for all.
// What it does not name is a Unit.
var grammar = map[Kind]map[string]Kind{
	Root:       {"servers": Servers, "paths": Paths, "webhooks": Paths, "components": Components},
	Servers:    {"*": Server},
	Paths:      {"*": PathItem},
	PathItem:   {"additionalOperations": PathItem},
	Operation:  {"parameters": Parameters, "requestBody": Body, "responses": Responses, "callbacks": Callbacks, "tags": Values},
	Parameters: {"*": Parameter},
	Parameter:  {"schema": Schema, "content": Content},
	Header:     {"schema": Schema, "content": Content},
	Body:       {"content": Content},
	Content:    {"*": Media},
	Media:      {"schema": Schema, "itemSchema": Schema, "encoding": Encodings},
	Encodings:  {"*": Encoding},
	Encoding:   {"headers": Headers},
	Responses:  {"*": Response},
	Response:   {"headers": Headers, "content": Content},
	Headers:    {"*": Header},
	Callbacks:  {"*": Callback},
	Callback:   {"*": PathItem},
	Components: {"schemas": Schemas, "securitySchemes": Schemes},
	Schemas:    {"*": Schema},
	Branches:   {"*": Schema},
	Schemes:    {"*": Scheme},
	Values:     {"*": Value},
	Schema: {
		"properties": Schemas, "patternProperties": Schemas, "dependentSchemas": Schemas,
		"allOf": Branches, "anyOf": Branches, "oneOf": Branches, "prefixItems": Branches,
		"items": Schema, "additionalProperties": Schema, "unevaluatedItems": Schema, "unevaluatedProperties": Schema,
		"not": Schema, "if": Schema, "then": Schema, "else": Schema, "contains": Schema, "propertyNames": Schema, "contentSchema": Schema,
		"required": Values, "enum": Values,
	},
}

// named are the kinds whose members' names are the author's, so that an x- in
// front of one means nothing.
var named = map[Kind]bool{Schemas: true, Headers: true, Content: true, Encodings: true, Callbacks: true, Schemes: true}

func below(k Kind, key string) Kind {
	if strings.HasPrefix(key, "x-") && !named[k] {
		return Unit
	}
	if k == PathItem && methods[key] {
		return Operation
	}
	if kind, ok := grammar[k][key]; ok {
		return kind
	}
	return grammar[k]["*"]
}

var methods = map[string]bool{"get": true, "put": true, "post": true, "delete": true, "options": true, "head": true, "patch": true, "trace": true, "query": true}

// words are what people call an item of a kind.
var words = map[Kind]string{
	Server: "server", PathItem: "path", Operation: "operation", Parameter: "parameter", Body: "request body", Media: "media type",
	Encoding: "encoding", Response: "response", Header: "header", Callback: "callback", Schema: "schema", Scheme: "security scheme",
}
