package storefront

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/standin-dev/standin/mock"
)

// maxParts is how many parts of a form are looked at for the image.
const maxParts = 32

// imageHost stands for the network that would deliver profile images. Nothing
// is served there: example.com is reserved (RFC 2606).
const imageHost = "https://cdn.example.com/profile/"

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
	kind, err := imageType(c)
	if err != nil {
		return invalid("body/image", "must be a file: "+err.Error()).answer()
	}
	return imageAnswer("The profile image was added.", setImage(tx, p.user, kind))
}

// updateImage replaces the caller's image. Without a file the old one stays.
func (s *service) updateImage(tx *mock.Tx, c *mock.Call) mock.Answer {
	p, no := selfLoggedIn(c)
	if no != nil {
		return no.answer()
	}
	kind, err := imageType(c)
	switch {
	case err != nil && !errors.Is(err, errNoImage):
		return invalid("body/image", "must be a file: "+err.Error()).answer()
	case p.user.Image == "":
		return imageNotFound.on(c.Operation).answer()
	case err != nil:
		return imageAnswer("The profile image stays as it is.", p.user)
	}
	return imageAnswer("The profile image was replaced.", setImage(tx, p.user, kind))
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
	u := *p.user
	u.Image, u.ImageType, u.ModifiedAt = "", "", tx.Now()
	putUser(tx, p.user, &u)
	return done("The profile image was removed.")
}

// setImage gives a user an image of a type. The image itself is not kept; every
// one has an address of its own, so that a front end notices the change.
func setImage(tx *mock.Tx, was *user, kind string) *user {
	u := *was
	u.Image = imageHost + u.ID + "/" + tx.ULID("image") + extensions[kind]
	u.ImageType, u.ModifiedAt = kind, tx.Now()
	putUser(tx, was, &u)
	return &u
}

// errNoImage is returned for a form without an image.
var errNoImage = errors.New("the form has no field named image")

// imageType reads the type of the image from a multipart/form-data body (RFC
// 7578): as its part says, else as its first bytes look.
func imageType(c *mock.Call) (string, error) {
	kind, params, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return "", errors.New("the body is not multipart/form-data")
	}
	parts := multipart.NewReader(bytes.NewReader(c.Request.Body), params["boundary"])
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", errNoImage
		}
		if err != nil {
			return "", errors.New("the form breaks off")
		}
		if part.FormName() != "image" {
			continue
		}
		head, err := io.ReadAll(io.LimitReader(part, 512)) // as much as DetectContentType looks at
		if err != nil {
			return "", errors.New("the form breaks off")
		}
		if declared, _, err := mime.ParseMediaType(part.Header.Get("Content-Type")); err == nil && strings.HasPrefix(declared, "image/") {
			return declared, nil
		}
		return http.DetectContentType(head), nil
	}
	return "", errNoImage
}
