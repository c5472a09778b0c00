package mock

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func rules(t testing.TB, list ...string) hostRules {
	t.Helper()
	rs, err := parseHosts(list)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func TestCallbackHosts(t *testing.T) {
	for _, tc := range []struct {
		name, list string
		address    string
		ok         bool
	}{
		{"loopback by default: its name", "", "http://localhost:8080/x", true},
		{"loopback by default: names below it", "", "http://app.localhost/x", true},
		{"loopback by default: its addresses", "", "https://127.9.9.9/x", true},
		{"loopback by default: IPv6", "", "http://[::1]:80/", true},
		{"loopback by default: IPv4 in IPv6", "", "http://[::ffff:127.0.0.1]/", true},
		{"loopback by default: no other name", "", "http://localhost.example.com/", false},
		{"loopback by default: no other address", "", "http://10.0.0.1/", false},
		{"a name", "hooks.example.com", "https://HOOKS.example.com/x", true},
		{"a name with a final dot", "hooks.example.com", "https://hooks.example.com./x", true},
		{"a name, and loopback no more", "hooks.example.com", "http://localhost/", false},
		{"a name, and none below it", "example.com", "http://a.example.com/", false},
		{"names below a name", "*.example.com", "http://a.b.example.com/", true},
		{"names below a name, not itself", "*.example.com", "http://example.com/", false},
		{"names below a name, nothing like it", "*.example.com", "http://badexample.com/", false},
		{"a port", "localhost:8080", "http://localhost:8080/", true},
		{"no other port", "localhost:8080", "http://localhost:8081/", false},
		{"the scheme's port", "example.com:443", "https://example.com/", true},
		{"the other scheme's port", "example.com:443", "http://example.com/", false},
		{"an address", "192.0.2.1", "http://192.0.2.1/", true},
		{"a network", "10.0.0.0/8", "http://10.2.3.4/", true},
		{"a network, not beside it", "10.0.0.0/8", "http://11.2.3.4/", false},
		{"several", "loopback,a.example", "http://a.example/", true},
		{"several, the word too", "a.example,loopback", "http://127.0.0.1/", true},
		{"anywhere", "*", "http://anything.example/", true},
		{"another scheme", "*", "ftp://anything.example/", false},
		{"no scheme", "*", "anything.example/x", false},
		{"a user", "*", "http://u:p@anything.example/", false},
		{"no host", "*", "http:///x", false},
		{"no address", "*", "http://[::1", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var list []string
			if tc.list != "" {
				list = strings.Split(tc.list, ",")
			}
			if _, err := rules(t, list...).receiver(tc.address); (err == nil) != tc.ok {
				t.Errorf("%s towards %s: %v, want ok %v", tc.list, tc.address, err, tc.ok)
			}
		})
	}
}

func TestCallbackHostsRefusesEntries(t *testing.T) {
	for _, entry := range []string{"", "http://a.example", "a.example/x", "a b", "a.example:0", "a.example:http", "10.0.0.0/99", "*.*", "u@a.example"} {
		_, err := parseHosts([]string{entry})
		var host *HostError
		if !errors.As(err, &host) || !strings.Contains(err.Error(), "names no host") {
			t.Errorf("%q: %v", entry, err)
		}
	}
	doc := hooks(t, Options{}).Document()
	if _, err := New(doc, Options{CallbackHosts: []string{"http://x"}}); err == nil {
		t.Error("New takes an entry that names no host")
	}
}

func TestCallbackHostsDial(t *testing.T) {
	for _, tc := range []struct {
		name, list, host, ip string
		ok                   bool
	}{
		{"localhost at loopback", "loopback", "localhost", "127.0.0.1", true},
		{"localhost elsewhere", "loopback", "localhost", "192.0.2.1", false},
		{"a loopback address", "loopback", "127.0.0.1", "127.0.0.1", true},
		{"an allowed name at a public address", "a.example", "a.example", "192.0.2.1", true},
		{"an allowed name at a private address", "a.example", "a.example", "172.17.0.2", true},
		{"an allowed name at loopback", "a.example", "a.example", "127.0.0.1", false},
		{"an allowed name at loopback, which is allowed as such", "a.example,loopback", "a.example", "::1", false},
		{"an allowed name at loopback, whose address is allowed", "a.example,127.0.0.1", "a.example", "127.0.0.1", true},
		{"an allowed name where clouds keep secrets", "a.example", "a.example", "169.254.169.254", false},
		{"the same in IPv6", "a.example", "a.example", "::ffff:169.254.169.254", false},
		{"an allowed name at no address", "a.example", "a.example", "0.0.0.0", false},
		{"anything where clouds keep secrets", "*", "a.example", "169.254.169.254", false},
		{"anything at loopback", "*", "a.example", "127.0.0.1", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := rules(t, strings.Split(tc.list, ",")...).mayDial(tc.host, "80", netip.MustParseAddr(tc.ip))
			if (err == nil) != tc.ok {
				t.Errorf("%v, want ok %v", err, tc.ok)
			}
		})
	}
}

// TestDialledAddressIsChecked dials for a name that is allowed and has led to
// this machine.
func TestDialledAddressIsChecked(t *testing.T) {
	to := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer to.Close()
	d := net.Dialer{Control: rules(t, "rebound.example").control("rebound.example", "80")}
	conn, err := d.DialContext(t.Context(), "tcp", to.Listener.Addr().String())
	var no *forbidden
	if !errors.As(err, &no) || !strings.Contains(err.Error(), "allow it with --callback-hosts 127.0.0.1") {
		t.Errorf("dialled %v, %v", conn, err)
	}
}
