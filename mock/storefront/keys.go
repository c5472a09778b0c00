package storefront

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"math/big"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// The key ids of the asymmetric algorithms.
const (
	kidRS256   = "standin-rs256"
	kidEd25519 = "standin-ed25519"
)

// The primes of the RS256 key. The key is public knowledge, like everything
// that a fake signs with; never trust it anywhere else.
const (
	rsaP = "f91b8a7aedb4031472fd88fa82031cfd71beb0b4e522cae941bbc2ced4e5fd48" +
		"7cf7127a90806e18aef80a2454198ab70ad4824f1cc23f330d96bf41628ff27e" +
		"e68d19e149078384f56cd45d3d4fc36c767ba3b3187257cc4e036101111e7d89" +
		"ebbd9eb21d9fa522cffc9d649d01a429bde2b8027346b55d133c4771e8bcff5b"
	rsaQ = "fe914ae898cb40abd2d85b5319640e4c5ea4daeafd05c748d7bd79139a427256" +
		"87d82ace7fa4a259c6a3fac3ff1a91698090a65734958d2e09cd12272a454644" +
		"614e5e885c2019f33d29e2786180c555b50b11159a51caa48c2053a3f721456e" +
		"345093ca09e928da324499f4f2614891a638f359b1a4544b7001775d162fced1"
)

// signer signs and verifies tokens with one algorithm and key.
type signer struct {
	method jwt.SigningMethod
	sign   any    // the key that method.Sign takes
	verify any    // the key that method.Verify takes
	header string // the JWT header as JSON, without its closing brace
	plain  string // the whole header in base64url
	macs   *sync.Pool
}

// mac is an HMAC with room for its sum.
type mac struct {
	hash.Hash
	sum []byte
}

// newSigner makes the signer of o's algorithm; o has its defaults filled in.
func newSigner(o Options) (*signer, error) {
	s := &signer{}
	kid := ""
	switch o.Algorithm {
	case "HS256":
		key := []byte(o.Secret)
		s.method, s.sign, s.verify = jwt.SigningMethodHS256, key, key
		s.macs = &sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, key)} }}
	case "RS256":
		key, err := rsaKey()
		if err != nil {
			return nil, err
		}
		s.method, s.sign, s.verify, kid = jwt.SigningMethodRS256, key, &key.PublicKey, kidRS256
	case "EdDSA":
		key := edKey(o.Secret)
		s.method, s.sign, s.verify, kid = jwt.SigningMethodEdDSA, key, key.Public(), kidEd25519
	default:
		return nil, fmt.Errorf("token algorithm %q: want HS256, RS256 or EdDSA", o.Algorithm)
	}
	s.header = `{"alg":"` + o.Algorithm + `","typ":"JWT"`
	if kid != "" {
		s.header = `{"alg":"` + o.Algorithm + `","kid":"` + kid + `","typ":"JWT"`
	}
	s.plain = base64.RawURLEncoding.EncodeToString([]byte(s.header + "}"))
	if _, err := s.method.Sign("a trial", s.sign); err != nil {
		return nil, fmt.Errorf("sign with %s: %w", o.Algorithm, err)
	}
	return s, nil
}

// edKey derives the EdDSA key from the secret.
func edKey(secret string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("standin storefront ed25519 " + secret))
	return ed25519.NewKeyFromSeed(seed[:])
}

// rsaKey builds the RS256 key from its primes.
func rsaKey() (*rsa.PrivateKey, error) {
	p, okP := new(big.Int).SetString(rsaP, 16)
	q, okQ := new(big.Int).SetString(rsaQ, 16)
	if !okP || !okQ {
		return nil, fmt.Errorf("the primes of the RS256 key are no hexadecimal numbers")
	}
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	e := big.NewInt(65537)
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
		D:         new(big.Int).ModInverse(e, phi),
		Primes:    []*big.Int{p, q},
	}
	if err := key.Validate(); err != nil {
		return nil, fmt.Errorf("the RS256 key: %w", err)
	}
	key.Precompute()
	return key, nil
}

// KeySet is the JSON Web Key Set (RFC 7517) with which a client can verify the
// tokens that are issued under o, for /.well-known/jwks.json. HS256 has no
// public key: its set is {"keys":[]}.
func KeySet(o Options) ([]byte, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s, err := newSigner(o)
	if err != nil {
		return nil, err
	}
	type jwk struct {
		Kty string `json:"kty"`
		Use string `json:"use"`
		Alg string `json:"alg"`
		Kid string `json:"kid"`
		Crv string `json:"crv,omitempty"`
		X   string `json:"x,omitempty"`
		N   string `json:"n,omitempty"`
		E   string `json:"e,omitempty"`
	}
	keys := []jwk{}
	b64 := base64.RawURLEncoding.EncodeToString
	switch pub := s.verify.(type) {
	case *rsa.PublicKey: // RFC 7518, 6.3
		keys = append(keys, jwk{Kty: "RSA", Use: "sig", Alg: "RS256", Kid: kidRS256,
			N: b64(pub.N.Bytes()), E: b64(big.NewInt(int64(pub.E)).Bytes())})
	case ed25519.PublicKey: // RFC 8037, 2
		keys = append(keys, jwk{Kty: "OKP", Use: "sig", Alg: "EdDSA", Kid: kidEd25519, Crv: "Ed25519", X: b64(pub)})
	}
	return json.Marshal(map[string][]jwk{"keys": keys})
}
