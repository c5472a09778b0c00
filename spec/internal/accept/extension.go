package accept

import (
	"reflect"

	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/libopenapi-validator/openapi_vocabulary"
)

// vocabulary is the import path of the validator's OpenAPI keywords.
var vocabulary = reflect.TypeFor[openapi_vocabulary.VersionType]().PkgPath()

// discriminators returns the names of the properties that the OpenAPI keywords of a
// schema require. known is false if the extension asserts anything else.
//
// The validator's extensions are opaque values of unexported types. Their type names and
// the discriminator's name are read by reflection, when compiling only; what is not
// recognised, after an upgrade say, makes the schema's values unsure, not wrong.
func discriminators(ext jsonschema.SchemaExt) (required []string, known bool) {
	all, ok := pointee(reflect.ValueOf(ext), "combinedExtension")
	if !ok {
		return nil, false
	}
	list := all.FieldByName("extensions")
	if list.Kind() != reflect.Slice {
		return nil, false
	}
	for i := range list.Len() {
		item := list.Index(i)
		if item.Kind() == reflect.Interface {
			item = item.Elem()
		}
		if _, ok := pointee(item, "exampleExtension", "deprecatedExtension"); ok {
			continue // annotations
		}
		d, ok := pointee(item, "discriminatorExtension")
		if !ok {
			return nil, false
		}
		name := d.FieldByName("propertyName")
		if name.Kind() != reflect.String {
			return nil, false
		}
		// The extension's code lets an empty name pass.
		if name.String() != "" {
			required = append(required, name.String())
		}
	}
	return required, true
}

// pointee returns what a pointer to one of the vocabulary's struct types points to.
func pointee(v reflect.Value, names ...string) (reflect.Value, bool) {
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return v, false
	}
	t := v.Elem().Type()
	for _, name := range names {
		if t.PkgPath() == vocabulary && t.Name() == name {
			return v.Elem(), true
		}
	}
	return v, false
}
