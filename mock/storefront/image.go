package storefront

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"

	"github.com/standin-dev/standin/mock"
)

// maxParts is how many parts of a form are looked at for the image.
const maxParts = 32

// imagesUnder is the path under which a sandbox's images are served.
const imagesUnder = "/profile-images/"

// Limits of a sandbox's images. Where one is reached the oldest make room.
const (
	maxImages     = 1_000
	maxImageBytes = 16 << 20 // all together; one is never larger than a request may be
)

// image is a stored profile image.
type image struct {
	Type string `json:"type"` // its media type
	Data []byte `json:"data"`
}

// extensions are those of the usual image types.
var extensions = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg",
	"image/bmp": ".bmp", "image/avif": ".avif", "image/heic": ".heic",
}

func imageAnswer(message string, u *user) mock.Answer {
	b := appendSuccess(nil, message)
	b = append(b, `"profile_image_url":`...)
	b = appendString(b, u.Image)
	return ok(append(b, `}}`...), message)
}

// getImage answers with the address of the caller's image.
func (s *service) getImage(_ *mock.Tx, c *mock.Call) mock.Answer {
	p, no := self(c)
	if no != nil {
		return no.answer()
	}
	if p.user.Image == "" {
		return imageNotFound.on(c.Operation).answer()
	}
	return imageAnswer("Here is the profile image.", p.user)
}

// addImage gives the caller an image, or another one.
func (s *service) addImage(tx *mock.Tx, c *mock.Call) mock.Answer {
	p, no := selfLoggedIn(c)
	if no != nil {
		return no.answer()
	}
	img, err := imageOf(c)
	if err != nil {
		return invalid("body/image", "must be a file: "+err.Error()).answer()
	}
	return imageAnswer("The profile image was added.", setImage(tx, c, p.user, img))
}

// updateImage replaces the caller's image. Without a file the old one stays.
func (s *service) updateImage(tx *mock.Tx, c *mock.Call) mock.Answer {
	p, no := selfLoggedIn(c)
	if no != nil {
		return no.answer()
	}
	img, err := imageOf(c)
	switch {
	case err != nil && !errors.Is(err, errNoImage):
		return invalid("body/image", "must be a file: "+err.Error()).answer()
	case p.user.Image == "":
		return imageNotFound.on(c.Operation).answer()
	case err != nil:
		return imageAnswer("The profile image stays as it is.", p.user)
	}
	return imageAnswer("The profile image was replaced.", setImage(tx, c, p.user, img))
}

// removeImage takes the caller's image away.
func (s *service) removeImage(tx *mock.Tx, c *mock.Call) mock.Answer {
	p, no := selfLoggedIn(c)
	if no != nil {
		return no.answer()
	}
	if p.user.Image == "" {
		return imageNotFound.on(c.Operation).answer()
	}
	dropImage(tx, p.user)
	u := *p.user
	u.Image, u.ModifiedAt = "", tx.Now()
	putUser(tx, p.user, &u)
	return done("The profile image was removed.")
}

// setImage gives a user an image in place of the one it has. Every image has an
// address of its own, so that a front end notices the change.
func setImage(tx *mock.Tx, c *mock.Call, was *user, img *image) *user {
	dropImage(tx, was)
	makeRoomForImage(tx, len(img.Data))
	key := tx.ULID("image") + extensions[img.Type]
	images.Put(tx, key, img)
	u := *was
	u.Image, u.ModifiedAt = imageURL(tx, c, key), tx.Now()
	putUser(tx, was, &u)
	return &u
}

// imageURL is the address of an image in this sandbox, at the host that the
// request was sent to.
func imageURL(tx *mock.Tx, c *mock.Call, key string) string {
	url := "http://"
	if c.Request.TLS {
		url = "https://"
	}
	url += c.Request.Host
	if name := tx.Sandbox(); name != defaultSandbox {
		url += "/~" + name
	}
	return url + imagesUnder + key
}

// dropImage forgets the image of a user who may have one.
func dropImage(tx *mock.Tx, u *user) {
	if u.Image != "" {
		images.Delete(tx, path.Base(u.Image))
	}
}

// makeRoomForImage deletes the oldest images until there is room for one more
// of so many bytes.
func makeRoomForImage(tx *mock.Tx, size int) {
	var oldest []string
	left, total := images.Len(tx), size
	for _, img := range images.All(tx) {
		total += len(img.Data)
	}
	for key, img := range images.All(tx) { // their keys begin with the time
		if left < maxImages && total <= maxImageBytes {
			break
		}
		oldest = append(oldest, key)
		left, total = left-1, total-len(img.Data)
	}
	for _, key := range oldest {
		images.Delete(tx, key)
	}
}

// keptImage serves an image. A picture can hold a script (SVG), which shall not
// run as if it came from here.
func keptImage(tx *mock.Tx, at string) (f mock.File, ok bool) {
	img, ok := images.Get(tx, strings.TrimPrefix(at, imagesUnder))
	if !ok {
		return f, false
	}
	return mock.File{
		ContentType: img.Type,
		Body:        func() []byte { return img.Data },
		Header:      http.Header{"X-Content-Type-Options": {"nosniff"}, "Content-Security-Policy": {"default-src 'none'; style-src 'unsafe-inline'; sandbox"}},
	}, true
}

// errNoImage is returned for a form without an image.
var errNoImage = errors.New("the form has no field named image")

// imageOf reads the image from a multipart/form-data body (RFC 7578). Its type
// is what its part says, else what its first bytes look like.
func imageOf(c *mock.Call) (*image, error) {
	kind, params, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, errors.New("the body is not multipart/form-data")
	}
	parts := multipart.NewReader(bytes.NewReader(c.Request.Body), params["boundary"])
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, errNoImage
		}
		if err != nil {
			return nil, errors.New("the form breaks off")
		}
		if part.FormName() != "image" {
			continue
		}
		data, err := io.ReadAll(part) // no longer than the body, which is bounded
		if err != nil {
			return nil, errors.New("the form breaks off")
		}
		kind := http.DetectContentType(data)
		if declared, _, err := mime.ParseMediaType(part.Header.Get("Content-Type")); err == nil && strings.HasPrefix(declared, "image/") {
			kind = declared
		}
		return &image{Type: kind, Data: data}, nil
	}
	return nil, errNoImage
}
