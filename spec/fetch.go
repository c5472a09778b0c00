package spec

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// Bounds on what is fetched. The number and the size of all files together are
// bounded in tree.
const (
	fetchTime  = 30 * time.Second // for one document
	remoteTime = 2 * time.Minute  // for a document and all that it refers to
	redirects  = 5
)

// remote returns what reads the URLs that references name. Without
// AllowRemoteRefs that is only what lies beside the document at home or below
// it; no home is a document that was not fetched.
func (l Loader) remote(ctx context.Context, home string) tree.Open {
	return func(address string) ([]byte, error) {
		switch {
		case !tree.IsURL(address):
			return nil, errors.New("it points to another file, and only a document in a file may do that")
		case l.AllowRemoteRefs:
			data, _, err := fetch(ctx, address, nil)
			return data, err
		case !beside(home, address):
			return nil, tree.ErrRemote
		}
		data, _, err := fetch(ctx, address, func(to string) error {
			if !beside(home, to) {
				return fmt.Errorf("it was redirected to %s: %w", to, tree.ErrRemote)
			}
			return nil
		})
		return data, err
	}
}

// beside reports whether a URL lies in the folder of another or below it.
func beside(home, address string) bool {
	h, err := url.Parse(home)
	if err != nil || home == "" {
		return false
	}
	a, err := url.Parse(address)
	if err != nil {
		return false
	}
	folder := path.Dir(path.Clean("/" + h.Path))
	if folder != "/" {
		folder += "/"
	}
	return a.Scheme == h.Scheme && a.Host == h.Host && strings.HasPrefix(path.Clean("/"+a.Path), folder)
}

// fetch gets a URL, and tells which one answered in the end: that is what
// references in it are relative to (RFC 3986, 5.1.3). A nil allow follows any
// redirect.
func fetch(ctx context.Context, address string, allow func(string) error) (data []byte, from string, err error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("Accept", "application/yaml, application/json, text/yaml, */*;q=0.5")
	client := &http.Client{CheckRedirect: func(req *http.Request, via []*http.Request) error {
		switch {
		case len(via) >= redirects:
			return fmt.Errorf("it was redirected %d times", redirects)
		case allow != nil:
			return allow(req.URL.String())
		}
		return nil
	}}
	resp, err := client.Do(req)
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("it answered %s", resp.Status)
	}
	data, err = readAll(resp.Body)
	return data, resp.Request.URL.String(), err
}
