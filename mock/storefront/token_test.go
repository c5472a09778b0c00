package storefront_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/storefront"
)

// forge signs claims as the fake would, with the default secret.
func forge(t testing.TB, method jwt.SigningMethod, key any, claims m) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, jwt.MapClaims(claims)).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestBadTokens(t *testing.T) {
	s := newShop(t, storefront.Options{})
	in := s.login("asha")
	good := in.Content.Access
	parts := strings.Split(good, ".")
	claims := payload(t, good)
	secret := []byte(storefront.DefaultSecret)
	b64 := base64.RawURLEncoding.EncodeToString
	admin := []byte(strings.Replace(string(must(base64.RawURLEncoding.DecodeString(parts[1]))), "Asha", "Root", 1))
	last := good[len(good)-1]
	stray := good[:len(good)-1] + string(alphabet[strings.IndexByte(alphabet, last)^1])

	const (
		missing   = "The access token is missing."
		malformed = "The Authorization header holds no bearer token that can be read."
		notHere   = "The access token was not issued here."
	)
	for _, tt := range []struct{ name, header, want string }{
		{"it misses the header", "", missing},
		{"it does not take another scheme", "Basic YTpi", malformed},
		{"it does not take a bare scheme", "Bearer", malformed},
		{"it does not take a word that begins like the scheme", "Bearertoken", malformed},
		{"it does not take two tokens", "Bearer " + good + " " + good, malformed},
		{"it does not read what is no JWT", "Bearer nonsense", malformed},
		{"it does not read two parts", "Bearer " + parts[0] + "." + parts[1], malformed},
		{"it does not read a payload that is no JSON", "Bearer " + parts[0] + "." + b64([]byte("nonsense")) + "." + parts[2], malformed},
		{"it does not read a token of megabytes", "Bearer " + parts[0] + "." + strings.Repeat("A", 9000) + "." + parts[2], malformed},
		{"it refuses a signature that is cut off", "Bearer " + parts[0] + "." + parts[1] + ".", notHere + " Its signature is wrong."},
		{"it refuses another payload under the signature", "Bearer " + parts[0] + "." + b64(admin) + "." + parts[2], notHere + " Its signature is wrong."},
		{"it refuses another secret", "Bearer " + forge(t, jwt.SigningMethodHS256, []byte("another secret"), claims), notHere + " Its signature is wrong."},
		{"it refuses another algorithm", "Bearer " + forge(t, jwt.SigningMethodHS512, secret, claims), notHere + " It is signed with another algorithm."},
		{"it refuses no algorithm", "Bearer " + forge(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims), notHere + " It is signed with another algorithm."},
		{"it refuses an algorithm that is none", "Bearer " + b64([]byte(`{"alg":"X","typ":"JWT"}`)) + "." + parts[1] + "." + parts[2], notHere + " It is signed with another algorithm."},
		{"it refuses a refresh token", "Bearer " + in.Content.Refresh, notHere + " It is a token for another use."},
		{"it refuses a stray bit that decoders overlook", "Bearer " + stray, "The access token was revoked."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := bearerOf("")
			h["Authorization"] = []string{tt.header}
			if tt.header == "" {
				h = nil
			}
			r := s.on(t).send("POST /auth/logout", h, nil)
			r.want(401, "unauthorized")
			if r.Message != tt.want && !strings.HasPrefix(r.Message, tt.want) {
				t.Errorf("message %q, want %q", r.Message, tt.want)
			}
		})
	}
	t.Run("it takes the scheme in any case", func(t *testing.T) {
		h := bearerOf("")
		h["Authorization"] = []string{"bearer " + good}
		s.send("GET /auth/user/"+in.id(), h, nil).want(200, "")
	})
	t.Run("it refuses what somebody signed with the known secret", func(t *testing.T) {
		for _, change := range []m{{}, {"gen": 7}, {"sid": "01KE6QVWE01CRMKH1HMMESWSB0"}, {"typ": "other"}, {"exp": nil}} {
			forged := m{}
			for k, v := range claims {
				forged[k] = v
			}
			for k, v := range change {
				forged[k] = v
			}
			r := s.send("GET /auth/user/"+in.id(), bearerOf(forge(t, jwt.SigningMethodHS256, secret, forged)), nil)
			if r.status != 401 {
				t.Errorf("with %v: %d %s", change, r.status, r.body)
			}
		}
		s.send("GET /auth/user/"+in.id(), bearerOf(good), nil).want(200, "")
	})
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestClaims(t *testing.T) {
	s := newShop(t, storefront.Options{StoreID: "our \"store\""})
	in := s.login("kabir")
	claims := payload(t, in.Content.Access)
	delete(claims, "sid")
	want := m{
		"gen": 1.0, "typ": "access", "ulid": in.id(), "email": "kabir@example.com", "phone": "9000000004", "username": "kabir@example.com",
		"first_name": "Kabir", "last_name": "Khan", "store_id": "our \"store\"", "is_logged_in": true, "is_anonymous": false,
		"customer_id": "01KEFBCDB0FJM297DDYQP2QS45", "customer_group_id": "01KDVDNA00CTM400HNW1AT7RCB", "anonymous_id": in.id(),
		"channel": m{"id": "web", "name": "Web", "type": "web"}, "iat": float64(start.Unix()), "exp": float64(start.Unix() + 900),
	}
	if got, want := fmt.Sprint(claims), fmt.Sprint(want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	anon := payload(t, s.visit().Content.Access)
	for name, want := range (m{"email": nil, "first_name": nil, "customer_id": nil, "customer_group_id": nil, "is_anonymous": true, "username": ""}) {
		if anon[name] != want {
			t.Errorf("a visitor's %s is %v, want %v", name, anon[name], want)
		}
	}
}

func TestAlgorithms(t *testing.T) {
	for _, algorithm := range []string{"HS256", "RS256", "EdDSA"} {
		t.Run("it signs with "+algorithm+", and the key set verifies", func(t *testing.T) {
			o := storefront.Options{Algorithm: algorithm, Secret: "our secret, thirty-two bytes long."}
			set, err := storefront.KeySet(o)
			if err != nil {
				t.Fatal(err)
			}
			s := newShop(t, o)
			in := s.login("asha")
			for _, token := range []string{in.Content.Access, in.Content.Refresh} {
				_, err = jwt.Parse(token, func(k *jwt.Token) (any, error) { return keyOf(t, set, k, o.Secret), nil },
					jwt.WithValidMethods([]string{algorithm}), jwt.WithTimeFunc(func() time.Time { return start }), jwt.WithExpirationRequired())
				if err != nil {
					t.Errorf("%s does not verify: %v", token, err)
				}
			}
			out := s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(200, "")
			s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(401, "unauthorized")
			s.send("POST /auth/refresh-token", nil, refreshBody(out.Content.Refresh)).want(200, "")
			// A token of the default algorithm is none of ours, and the other way round.
			if algorithm != "HS256" {
				other := newShop(t, storefront.Options{}).login("asha")
				s.send("POST /auth/logout", bearerOf(other.Content.Access), nil).want(401, "unauthorized")
			}
		})
	}
	t.Run("it knows no others", func(t *testing.T) {
		for _, o := range []storefront.Options{{Algorithm: "none"}, {AccessTTL: -1}} {
			if _, err := storefront.New(o); err == nil {
				t.Errorf("New(%+v) made behaviours", o)
			}
			if _, err := storefront.KeySet(o); err == nil {
				t.Errorf("KeySet(%+v) made a set", o)
			}
		}
	})
	t.Run("it publishes no secret", func(t *testing.T) {
		if set, err := storefront.KeySet(storefront.Options{}); string(set) != `{"keys":[]}` || err != nil {
			t.Errorf("got %s, %v", set, err)
		}
		for _, algorithm := range []string{"RS256", "EdDSA"} {
			set, _ := storefront.KeySet(storefront.Options{Algorithm: algorithm})
			if bytes.Contains(set, []byte(`"d"`)) || bytes.Contains(set, []byte(`"p"`)) {
				t.Errorf("the key set holds private parts: %s", set)
			}
		}
	})
}

// keyOf finds the key of a token in a key set, as a client does.
func keyOf(t *testing.T, set []byte, token *jwt.Token, secret string) any {
	if token.Method.Alg() == "HS256" {
		return []byte(secret)
	}
	var parsed struct {
		Keys []struct{ Kty, Alg, Kid, Crv, X, N, E string }
	}
	if err := json.Unmarshal(set, &parsed); err != nil || len(parsed.Keys) != 1 {
		t.Fatalf("key set %s: %v", set, err)
	}
	key, b64 := parsed.Keys[0], base64.RawURLEncoding.DecodeString
	if key.Kid != token.Header["kid"] || key.Alg != token.Method.Alg() {
		t.Fatalf("the key is %+v, the token's header %v", key, token.Header)
	}
	if key.Kty == "OKP" {
		return ed25519.PublicKey(must(b64(key.X)))
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(must(b64(key.N))), E: int(new(big.Int).SetBytes(must(b64(key.E))).Int64())}
}

// FuzzToken holds that no token opens a door but the very one that was issued,
// and that every refusal is a 401 of the document's form.
func FuzzToken(f *testing.F) {
	s := newShopWith(f, storefront.Options{}, mock.Options{Start: start, Freeze: true, Keep: 1})
	in := s.login("asha")
	good := in.Content.Access
	f.Add(good)
	f.Add(in.Content.Refresh)
	f.Add(good + "=")
	f.Add(strings.Replace(good, ".", "..", 1))
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsInNhbmRib3giOiJ4In0.e30.x")
	for i := 0; i < len(good); i += 7 { // bits flipped all over
		b := []byte(good)
		b[i] ^= 1 << (i % 7)
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, token string) {
		s := s.on(t)
		if strings.ContainsAny(token, "\r\n\x00") {
			t.Skip("no header can hold it")
		}
		h := bearerOf(token)
		h["Standin-Sandbox"] = []string{"default"}
		r := s.send("GET /auth/user/"+in.id(), h, nil)
		if (r.status == 200) != (strings.Trim(token, " \t") == good) || r.status != 200 && r.status != 401 {
			t.Errorf("%q: %d %s", token, r.status, r.body)
		}
		if token == in.Content.Refresh {
			return // good once, and the next input needs the session
		}
		if r := s.send("POST /auth/refresh-token", nil, refreshBody(token)); r.status != 400 {
			t.Errorf("%q renews: %d %s", token, r.status, r.body)
		}
	})
}

// TestABadTokenIsRefusedWhereNoneIsNeeded sends credentials that cannot be to
// every operation that would do without any.
func TestABadTokenIsRefusedWhereNoneIsNeeded(t *testing.T) {
	s := newShop(t, storefront.Options{})
	bodies := map[string]m{
		"login-with-password":    {"email": "asha@example.com", "password": storefront.SeededPassword},
		"login-with-email":       {"email": "asha@example.com"},
		"login-with-phone":       {"phone": "9000000001"},
		"login-with-whatsapp":    {"phone": "9000000001"},
		"register-with-email":    {"email": "diya@example.com", "first_name": "Diya"},
		"register-with-phone":    {"phone": "9000000099", "first_name": "Diya"},
		"register-with-whatsapp": {"phone": "9000000099", "first_name": "Diya"},
		"register-with-password": {"email": "diya@example.com", "password": storefront.SeededPassword, "confirm_password": storefront.SeededPassword},
		"forgot-password":        {"email": "asha@example.com"},
		"verify-otp":             {"otp": storefront.DefaultOTP, "otp_token": "01KDXB0H3T9E5K7P1S8Y4A6D2F", "otp_action": "login"},
		"get-anonymous-token":    nil,
	}
	for _, op := range s.Document().Operations() {
		optional := op.ID == "get-anonymous-token"
		for _, alternative := range op.Security {
			optional = optional || len(alternative) == 0
		}
		body, known := bodies[op.ID]
		if !optional || len(op.Security) == 0 {
			continue
		}
		if !known {
			t.Errorf("%s has optional security and no body here", op.ID)
		}
		for _, credential := range []string{"Bearer", "Bearer ", "bearer", "Bearer a b", "Bearer nonsense", "Bearer a.b.c", "Basic YTpi", "nonsense"} {
			t.Run(op.ID+"/"+credential, func(t *testing.T) {
				h := keyed()
				h.Set("Authorization", credential)
				var sent any
				if body != nil {
					sent = body
				}
				s.on(t).send(op.Method+" "+op.Path, h, sent).want(401, "unauthorized")
			})
		}
	}
}
