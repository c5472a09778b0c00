package storefront

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

//go:embed logout.arazzo.yaml
var story []byte

// Story is the life of a session around a logout, as Arazzo workflows.
func Story() []byte { return story }

// SignIn signs in with a password and gives the access token, "" where that does
// not succeed.
func SignIn(email, password string) func(context.Context, func(*spec.Request) *mock.Exchange) string {
	body, _ := json.Marshal(map[string]string{"email": email, "password": password}) // two texts
	return func(ctx context.Context, send func(*spec.Request) *mock.Exchange) string {
		ex := send(&spec.Request{Method: http.MethodPost, Path: "/auth/login/password", Body: body, Host: "localhost",
			Header: http.Header{"Content-Type": {"application/json"}}})
		var answer struct {
			Content struct {
				AccessToken string `json:"access_token"`
			} `json:"content"`
		}
		if json.Unmarshal(ex.Response.Body, &answer) != nil {
			return ""
		}
		return answer.Content.AccessToken
	}
}
