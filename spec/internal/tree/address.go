package tree

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/pb33f/go-yaml"
)

// IsURL reports whether an address is an http or https URL, which for these
// means that something can be fetched there.
func IsURL(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
}

// join makes an address of a reference's part before the fragment. An address is
// a URL, or a slash path relative to the document's folder; one that leaves the
// folder starts with a slash or with "..".
func join(base, ref string) (string, error) {
	u, err := url.Parse(ref)
	if err != nil {
		return "", fmt.Errorf("it is no address: %w", err)
	}
	if u.IsAbs() || u.Host != "" || strings.Contains(base, ":") {
		b, err := url.Parse(base)
		if err != nil || !b.IsAbs() {
			b = &url.URL{Scheme: "https"} // what //host means is the reader's choice (RFC 3986, 4.2)
		}
		u = b.ResolveReference(u)
		u.Fragment, u.RawFragment = "", ""
		return u.String(), nil
	}
	if path.IsAbs(u.Path) {
		return path.Clean(u.Path), nil
	}
	return path.Join(path.Dir(base), u.Path), nil
}

// base is the address that references at a place are relative to: of the nearest
// schema around it that has an $id, else of its file.
func (p Place) base() string {
	address := p.File.address
	if len(p.File.ids) == 0 {
		return address
	}
	at := p.File.top(p.Set)
	for rest := p.Pointer; ; {
		if own, ok := p.File.ids[at.Node]; ok {
			address = own
		}
		if rest == "" {
			break
		}
		var seg string
		seg, rest = next(rest)
		if at = at.Pointed("/" + Escape(seg)); !at.OK() {
			break
		}
	}
	return address
}

// identify notes the schemas of a file that have an $id or an anchor.
func (s *Set) identify(f *File) {
	if self := f.top(s).Get("$self").Str(); self != "" { // OpenAPI 3.2, 4.1
		if own, err := join(f.address, self); err == nil {
			s.resources[own] = f.top(s)
		}
	}
	if text := string(f.Data); !strings.Contains(text, "$id") && !strings.Contains(text, "nchor") {
		return // most files, and the walk is long
	}
	f.ids = map[*yaml.Node]string{}
	w := walker{base: f.top(s)}
	w.f = func(at Place) {
		address := at.base()
		if id := at.Get("$id"); id.Str() != "" {
			if own, err := join(address, strings.TrimSuffix(id.Str(), "#")); err == nil {
				address = own
				f.ids[at.Node] = own
				if _, taken := s.resources[own]; !taken {
					s.resources[own] = at
				}
			}
		}
		for _, key := range []string{"$anchor", "$dynamicAnchor"} {
			if name := at.Get(key).Str(); name != "" {
				key := address + "#" + name
				if _, taken := s.anchors[key]; !taken {
					s.anchors[key] = at
				}
			}
		}
	}
	w.keys = []string{"$id", "$anchor", "$dynamicAnchor"}
	w.walk(f.Root, nil, false, 0)
}

// Address is where the file lies: a slash path relative to the document's folder,
// or a URL.
func (f *File) Address() string { return f.address }
