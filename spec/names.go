package spec

import "strconv"

// Name is the operation's method and path: "POST /auth/logout".
func (o *Operation) Name() string { return o.Method + " " + o.Path }

// Code is the status that a response of this kind is sent with: the code
// itself, the first of a range (400 for 4XX), and 200 for default.
func (r *ResponseSpec) Code() int {
	if n, err := strconv.Atoi(r.Status); err == nil {
		return n
	}
	if len(r.Status) == 3 && r.Status[0] >= '1' && r.Status[0] <= '5' {
		return int(r.Status[0]-'0') * 100
	}
	return 200
}

// ParamIn tells where the operation takes the parameter of that name: path,
// query, header or cookie; "" where it declares none.
func (o *Operation) ParamIn(name string) string {
	for _, p := range o.params {
		if p.name == name {
			return p.in
		}
	}
	return ""
}
