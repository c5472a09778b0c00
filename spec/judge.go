package spec

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/pb33f/libopenapi-validator/config"
	liberrors "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/helpers"
	"github.com/pb33f/libopenapi-validator/parameters"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Judge is libopenapi-validator as it comes, for one operation: a second
// opinion on our own verdicts. With the way that exchanges are checked it shares
// no more than how the library's parts are put together: it reads the operation's schemas as the document writes them,
// from an extract that holds all that the operation refers to, renders and
// compiles them itself, and decodes bodies with its own decoders. Formats are
// asserted.
//
// An operation that refers to more than the stock library can take
// ([MaxExtract]) is judged by the library over schemas that are compiled as for
// exchanges, and still without the accept-only checker: [Judge.Stock] tells.
//
// A Judge is slow, keeps to the library's known faults ([LibraryFaults]), and
// is not safe for concurrent use.
type Judge struct {
	o      *Operation
	stock  bool
	why    error // it is not
	item   *v3.PathItem
	params parameters.ParameterValidator
	bodies libraryBodies
}

// Finding is something that a [Judge] has against a message.
type Finding struct {
	Where   string `json:"where"`             // body/items/0/price, query.limit, header.x; as in a Violation
	Keyword string `json:"keyword,omitempty"` // of the schema; "" where the library does not say
	Message string `json:"message"`           // the library's own words

	media string // of the body, in lower case, without parameters
}

// MaxExtract bounds the extract that a Judge is made of. The library compiles
// each schema together with the whole extract, so that beyond this an operation
// takes seconds, and gigabytes.
const MaxExtract = 192 << 10

// Judge makes a judge of the operation.
func (o *Operation) Judge() *Judge {
	j := &Judge{o: o}
	j.why = j.build()
	j.stock = j.why == nil
	return j
}

// Stock reports whether the library judges by itself. If not, the error says
// why: its method is none of OpenAPI 3.1's, or it refers to too much.
func (j *Judge) Stock() (bool, error) { return j.stock, j.why }

func (j *Judge) build() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the library panicked: %v", v)
		}
	}()
	extract := newWhole(j.o).document()
	if len(extract) > MaxExtract {
		return fmt.Errorf("what it refers to is over %d KiB", MaxExtract>>10)
	}
	model, err := modelOf(extract)
	if model == nil {
		return fmt.Errorf("the library cannot read it: %w", err)
	}
	j.item = model.Paths.PathItems.GetOrZero(j.o.Path)
	if j.item == nil || helpers.ExtractOperation(&http.Request{Method: j.o.Method}, j.item) == nil {
		return fmt.Errorf("the library does not know the method %s", j.o.Method)
	}
	options := config.WithExistingOpts(config.NewValidationOptions(
		config.WithFormatAssertions(), config.WithoutSecurityValidation(), config.WithStandardBodyDecoders(), config.WithContentParameterValidation(),
	))
	j.params = parameters.NewParameterValidator(model, options)
	j.bodies = newLibraryBodies(model, j.item, j.o, j.o.Path, options)
	return nil
}

// Request judges a request for the operation.
func (j *Judge) Request(c *Call) []Finding {
	if !j.stock {
		return ownFindings(j.o.prepared().judge(j.o.doc, c, ""))
	}
	req, out := httpRequest(c), []Finding{}
	for in, check := range map[string]func(*http.Request, *v3.PathItem, string) (bool, []*liberrors.ValidationError){
		"path": j.params.ValidatePathParamsWithPathItem, "query": j.params.ValidateQueryParamsWithPathItem,
		"header": j.params.ValidateHeaderParamsWithPathItem, "cookie": j.params.ValidateCookieParamsWithPathItem,
	} {
		_, found := guarded(func() (bool, []*liberrors.ValidationError) { return check(req, j.item, j.o.Path) })
		out = append(out, findings(in, found)...)
	}
	_, found := guarded(func() (bool, []*liberrors.ValidationError) { return false, j.bodies.request(req, c.Request.Body) })
	return append(out, bodyFindings(c.Request.Header, found)...)
}

// Response judges a response to a call of the operation.
func (j *Judge) Response(c *Call, got *Response) []Finding {
	if !j.stock {
		i := slices.Index(j.o.responses, j.o.Response(got.Status))
		return ownFindings(j.o.prepared().judgeResponse(j.o.doc, c, got, i))
	}
	req := httpRequest(c)
	_, found := guarded(func() (bool, []*liberrors.ValidationError) { return false, j.bodies.response(req, got) })
	return bodyFindings(got.Header, found)
}

// ownFindings are the errors of a report of ours.
func ownFindings(found []Violation) (out []Finding) {
	for _, v := range found {
		if v.Severity == SeverityError {
			out = append(out, Finding{Where: v.Where, Keyword: v.Keyword, Message: v.Message})
		}
	}
	return out
}

func bodyFindings(header http.Header, found []*liberrors.ValidationError) []Finding {
	out := findings("body", found)
	for i := range out {
		out[i].media = mediaBase(header.Get("Content-Type"))
	}
	return out
}

// findings are the library's errors as one list of what is wrong where.
func findings(in string, found []*liberrors.ValidationError) []Finding {
	var out []Finding
	for _, e := range found {
		where := in
		switch {
		case e.ValidationSubType == helpers.ParameterValidationHeader || in == "body" && strings.Contains(strings.ToLower(e.Message), "header"):
			where = "header." + strings.ToLower(e.ParameterName)
		case e.ParameterName != "":
			where = in + "." + e.ParameterName
		case strings.Contains(e.Message, "ontent type"), strings.Contains(e.Message, "ontent-type"):
			where = "content-type"
		case strings.Contains(e.Message, "response code"):
			where = "status"
		}
		if len(e.SchemaValidationErrors) == 0 {
			out = append(out, Finding{Where: where, Message: e.Message + ": " + e.Reason})
		}
		for _, s := range e.SchemaValidationErrors {
			f := Finding{Where: where, Message: s.Reason}
			if where == "body" && len(s.InstancePath) > 0 {
				f.Where += "/" + strings.Join(s.InstancePath, "/")
			}
			if i := strings.LastIndexByte(s.KeywordLocation, '/'); i >= 0 {
				f.Keyword = s.KeywordLocation[i+1:]
			}
			out = append(out, f)
		}
	}
	return out
}
