package spec_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/standin-dev/standin/spec"
)

func Example() {
	doc, err := spec.Load(context.Background(), spec.Builtin)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := &spec.Request{
		Method: "POST",
		Path:   "/auth/login/password",
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   []byte(`{"email": "asha", "password": "standin-Passw0rd"}`),
	}
	route := doc.Find(request.Method, request.Path)
	call, violations := doc.Bind(request, route)
	for _, v := range violations {
		fmt.Println(v.Where, v.Keyword, v.Message)
	}
	response, err := call.Operation.Respond(spec.Want{Status: 400})
	fmt.Println(response.Status, err, len(doc.CheckResponse(call, response)))
	// Output:
	// body/email format body/email is not a valid email: "asha"
	// 400 <nil> 0
}

func ExampleDocument_Nearest() {
	doc, err := spec.Load(context.Background(), spec.Builtin)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.Find("POST", "/auth/logut").PathKnown, doc.Nearest("/auth/logut", 1))
	// Output: false [POST /auth/logout]
}
