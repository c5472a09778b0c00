package spec

// Bind decodes a request's parameters and credentials and checks it whole:
// parameters, security, body. Violations are data beside the call, in a stable
// order; the call is usable whatever they say. route.Operation is not nil.
func (d *Document) Bind(r *Request, route Route) (*Call, []Violation) {
	return &Call{Operation: route.Operation, Request: r, Params: route.Params}, nil
}

// CheckResponse checks a response against what the call's operation documents.
// Violations carry [BlameFake]; the caller knows better where it does.
func (d *Document) CheckResponse(c *Call, r *Response) []Violation { return nil }

// CheckBody checks a body, decoded or not, against the schema that a status and
// media type of an operation document: for scenario files and examples.
func (o *Operation) CheckBody(status int, mediaType string, body []byte) []Violation { return nil }

type checker struct{}

func newChecker(d *Document) *checker { return &checker{} }

type opPlan struct{ index int }
