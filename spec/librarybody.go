package spec

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/content"
	liberrors "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/helpers"
	"github.com/pb33f/libopenapi-validator/requests"
	"github.com/pb33f/libopenapi-validator/responses"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
	lowv3 "github.com/pb33f/libopenapi/datamodel/low/v3"
)

// libraryBodies are the library's checks of one operation's bodies and of its
// responses' headers.
//
// They are put together from the library's exported parts as its constructors
// do it: its choice of the media type, its decoders, its rendering and compiling
// of schemas, its checks. The constructors themselves also bring in a second
// pair of decoders, for XML and forms, that is off unless asked for, and with it
// an XML library and the tables of every East Asian charset: 0.7 MB of program
// that never runs.
type libraryBodies struct {
	operation *v3.Operation
	template  string
	version   float32
	options   *config.ValidationOptions
}

func newLibraryBodies(model *v3.Document, item *v3.PathItem, o *Operation, template string, options config.Option) libraryBodies {
	return libraryBodies{
		operation: helpers.ExtractOperation(&http.Request{Method: o.Method}, item), template: template,
		version: helpers.VersionToFloat(model.Version), options: config.NewValidationOptions(options),
	}
}

// request checks a request's body.
func (l libraryBodies) request(req *http.Request, body []byte) []*liberrors.ValidationError {
	declared := l.operation.RequestBody
	if declared == nil {
		return nil
	}
	required := declared.Required != nil && *declared.Required
	contentType := req.Header.Get("Content-Type")
	if contentType == "" && !required {
		return nil
	}
	m, ok := helpers.FindMediaType(declared.Content, contentType)
	if contentType == "" || !ok {
		return []*liberrors.ValidationError{liberrors.RequestContentTypeNotFound(l.operation, req, l.template)}
	}
	v, ok, err := l.decode(m, contentType, req.Header, body, content.Request)
	if !ok {
		return undecoded(helpers.RequestBodyValidation, err)
	}
	_, found := requests.ValidateRequestSchema(&requests.ValidateRequestSchemaInput{
		Request: req, Schema: m.Schema.Schema(), Version: l.version, Options: []config.Option{config.WithExistingOpts(l.options)},
		BodyRequired: required, DecodedValue: v, RawBody: body, ValueDecoded: true,
	})
	return found
}

// response checks a response's status, headers and body.
func (l libraryBodies) response(req *http.Request, got *Response) []*liberrors.ValidationError {
	if l.operation.Responses == nil || l.operation.Responses.Codes == nil {
		return nil
	}
	code := strconv.Itoa(got.Status)
	declared := l.operation.Responses.Codes.GetOrZero(code)
	if declared == nil {
		code = fmt.Sprintf("%dXX", got.Status/100)
		declared = l.operation.Responses.Codes.GetOrZero(code)
	}
	if declared == nil {
		code, declared = lowv3.DefaultLabel, l.operation.Responses.Default
	}
	if declared == nil {
		return []*liberrors.ValidationError{liberrors.ResponseCodeNotFound(l.operation, req, got.Status)}
	}
	resp := &http.Response{StatusCode: got.Status, Header: got.Header, Body: io.NopCloser(bytes.NewReader(got.Body)), Request: req}
	if len(got.Body) == 0 {
		resp.Body = http.NoBody
	}
	var found []*liberrors.ValidationError
	if declared.Content.Len() > 0 {
		found = l.responseBody(req, resp, got.Body, declared, code)
	}
	if declared.Headers != nil {
		_, more := responses.ValidateResponseHeaders(req, resp, declared.Headers, l.template, code, config.WithExistingOpts(l.options))
		found = append(found, more...)
	}
	return found
}

func (l libraryBodies) responseBody(req *http.Request, resp *http.Response, body []byte, declared *v3.Response, code string) []*liberrors.ValidationError {
	contentType := resp.Header.Get("Content-Type")
	m, ok := helpers.FindMediaType(declared.Content, contentType)
	if !ok {
		return []*liberrors.ValidationError{liberrors.ResponseContentTypeNotFound(l.operation, req, resp, code, code == lowv3.DefaultLabel)}
	}
	v, ok, err := l.decode(m, contentType, resp.Header, body, content.Response)
	if !ok {
		return undecoded(helpers.ResponseBodyValidation, err)
	}
	_, found := responses.ValidateResponseSchema(&responses.ValidateResponseSchemaInput{
		Request: req, Response: resp, Schema: m.Schema.Schema(), Version: l.version, Options: []config.Option{config.WithExistingOpts(l.options)},
		DecodedValue: v, RawBody: body, ValueDecoded: len(body) > 0,
	})
	return found
}

// decode reads a body by the library's decoder for its type. Ok is false where
// there is nothing to check, or where the error says that it cannot be read.
func (l libraryBodies) decode(m *v3.MediaType, contentType string, header http.Header, body []byte, way content.Direction) (v any, ok bool, err error) {
	if m.Schema == nil {
		return nil, false, nil
	}
	decoder, normalized, params := l.options.BodyRegistry.Decoder(contentType)
	if decoder == nil {
		return nil, false, nil
	}
	if way == content.Response && len(body) == 0 {
		return nil, true, nil
	}
	v, err = decoder.Decode(&content.DecodeInput{
		Body: bytes.NewReader(body), Header: header, MediaType: normalized, Parameters: params,
		Schema: m.Schema.Schema(), Encoding: m.Encoding, Direction: way,
	})
	if err == nil {
		v, err = content.Canonicalize(v)
	}
	return v, err == nil, err
}

func undecoded(part string, err error) []*liberrors.ValidationError {
	if err == nil {
		return nil
	}
	return []*liberrors.ValidationError{{ValidationType: part, ValidationSubType: helpers.Schema, Message: "the body cannot be decoded", Reason: err.Error()}}
}
