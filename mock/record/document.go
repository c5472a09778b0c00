package record

import (
	"encoding/json"
	"mime"
	"strconv"
	"strings"
)

// Document is an OpenAPI document that describes exchanges and nothing else: a
// path for each that was asked for, without schemas. It is for a capture of an
// API whose document is not at hand.
func Document(title string, seen []Exchange) []byte {
	type object = map[string]any
	paths := object{}
	child := func(of object, name string) object {
		inner, ok := of[name].(object)
		if !ok {
			inner = object{}
			of[name] = inner
		}
		return inner
	}
	for i := range seen {
		r, answer := &seen[i].Request, &seen[i].Response
		method := strings.ToLower(r.Method)
		switch method {
		case "get", "put", "post", "delete", "options", "head", "patch", "trace":
		default:
			continue
		}
		if strings.ContainsAny(r.Path, "{}") {
			continue
		}
		op := child(child(paths, r.Path), method)
		for part := range strings.SplitSeq(r.RawQuery, "&") {
			if name := nameIn(part); name != "" {
				child(op, "parameters")[name] = object{"name": name, "in": "query", "schema": object{}}
			}
		}
		if len(r.Body) > 0 {
			child(child(op, "requestBody"), "content")[mediaOf(r.Header.Get("Content-Type"))] = object{}
		}
		said := child(child(op, "responses"), strconv.Itoa(answer.Status))
		said["description"] = "As it was captured."
		if len(answer.Body) > 0 {
			child(said, "content")[mediaOf(answer.Header.Get("Content-Type"))] = object{}
		}
		for name := range headersOf(answer.Header) {
			if name != "Content-Type" {
				child(said, "headers")[name] = object{"schema": object{}}
			}
		}
	}
	for _, item := range paths { // parameters were gathered by name, and are a list
		for _, op := range item.(object) {
			if byName, ok := op.(object)["parameters"].(object); ok {
				list := []any{}
				for _, p := range byName {
					list = append(list, p)
				}
				op.(object)["parameters"] = list
			}
		}
	}
	out, _ := json.Marshal(object{"openapi": "3.1.0", "info": object{"title": title, "version": "captured"}, "paths": paths}) // it always encodes
	return out
}

// mediaOf is a content type's media type, any where there is none.
func mediaOf(contentType string) string {
	if media, _, err := mime.ParseMediaType(contentType); err == nil {
		return media
	}
	return "*/*"
}
