package mock

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// LoopbackHosts is the word in [Options.CallbackHosts] for the names and
// addresses of this machine.
const LoopbackHosts = "loopback"

// HostError is the error for an entry of [Options.CallbackHosts] that names no
// host.
type HostError struct{ Entry string }

func (e *HostError) Error() string {
	return fmt.Sprintf("%q names no host; want a name, *.NAME, an address, a network such as 10.0.0.0/8, %s or *, with :PORT behind it to allow that port only", e.Entry, LoopbackHosts)
}

// hostRules say where deliveries may go.
type hostRules []hostRule

// hostRule is one entry: of name, net, loopback and any, one is set.
type hostRule struct {
	text     string // as given
	name     string // in lower case; "*.example.com" is all names below
	net      netip.Prefix
	loopback bool
	any      bool
	port     string // "" is any
}

// parseHosts reads [Options.CallbackHosts]; an empty list is loopback.
func parseHosts(list []string) (hostRules, error) {
	if len(list) == 0 {
		list = []string{LoopbackHosts}
	}
	var rules hostRules
	for _, entry := range list {
		r, ok := parseHost(entry)
		if !ok {
			return nil, &HostError{entry}
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func parseHost(entry string) (hostRule, bool) {
	r := hostRule{text: entry}
	host := strings.ToLower(strings.TrimSpace(entry))
	if name, port, err := net.SplitHostPort(host); err == nil {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return r, false
		}
		host, r.port = name, port
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if prefix, err := netip.ParsePrefix(host); err == nil {
		r.net = prefix.Masked()
		return r, true
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		r.net = netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen())
		return r, true
	}
	switch name := strings.TrimPrefix(host, "*."); {
	case host == LoopbackHosts:
		r.loopback = true
	case host == "*":
		r.any = true
	case name == "" || strings.ContainsAny(name, "*/:@?#%[] \t"):
		return r, false
	default:
		r.name = host
	}
	return r, true
}

// String is the list as given.
func (rs hostRules) String() string {
	texts := make([]string, len(rs))
	for i, r := range rs {
		texts[i] = r.text
	}
	return joinComma(texts)
}

// forbidden is the error for a delivery to where none may go. It is final.
type forbidden struct{ msg string }

func (e *forbidden) Error() string { return e.msg }

// receiver checks an address that a delivery is meant for.
func (rs hostRules) receiver(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, &forbidden{"the address " + quoteShort(address) + " cannot be read"}
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, &forbidden{"the address " + quoteShort(address) + " is no absolute http or https address"}
	case u.User != nil:
		return nil, &forbidden{"the address holds a user name, and would go into logs with it"}
	case !rs.mayName(u.Hostname(), portOf(u)):
		return nil, &forbidden{fmt.Sprintf("%s is no host that callbacks and webhooks may go to, which are %s; allow it with --callback-hosts %[1]s",
			u.Host, rs)}
	}
	return u, nil
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// mayName reports whether a delivery may name a host. A name's address is
// checked once it is known, by mayDial.
func (rs hostRules) mayName(host, port string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip, err := netip.ParseAddr(host)
	literal := err == nil
	return slices.ContainsFunc(rs, func(r hostRule) bool {
		switch {
		case r.port != "" && r.port != port:
			return false
		case r.any:
			return true
		case r.loopback:
			return loopbackName(host) || literal && ip.Unmap().IsLoopback()
		case r.net.IsValid():
			return literal && r.net.Contains(ip.Unmap())
		}
		below, wild := strings.CutPrefix(r.name, "*")
		return host == r.name || wild && strings.HasSuffix(host, below) && len(host) > len(below)
	})
}

// mayDial checks the address that a host's name has led to. A name may point
// anywhere, and at another place each time (DNS rebinding): it does not lead to
// this machine, nor to link-local addresses, where clouds keep their secrets,
// unless those are allowed themselves.
func (rs hostRules) mayDial(host, port string, ip netip.Addr) error {
	ip = ip.Unmap()
	anywhere := false
	for _, r := range rs {
		if r.port != "" && r.port != port {
			continue
		}
		anywhere = anywhere || r.any
		if r.net.IsValid() && r.net.Contains(ip) || (r.loopback || r.any) && loopbackName(host) && ip.IsLoopback() {
			return nil
		}
	}
	literal := false
	if _, err := netip.ParseAddr(host); err == nil {
		literal = true
	}
	switch {
	case ip.IsLoopback() && (literal || anywhere):
		return nil
	case ip.IsLoopback(), loopbackName(host), ip.IsLinkLocalUnicast(), ip.IsMulticast(), ip.IsUnspecified():
		return &forbidden{fmt.Sprintf("%s is at %s, where callbacks and webhooks may not go; allow it with --callback-hosts %[2]s", host, ip)}
	}
	return nil
}

// loopbackName reports whether a name is this machine's whatever a name server
// says (RFC 6761, 6.3).
func loopbackName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// control is a dialer's check of the address that it is about to connect to.
func (rs hostRules) control(host, port string) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return &forbidden{"the address " + address + " cannot be checked"}
		}
		return rs.mayDial(host, port, to.Addr())
	}
}
