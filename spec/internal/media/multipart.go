package media

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"mime"
	"mime/multipart"
	"net/textproto"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// encodeMultipart writes an object's members as parts (RFC 7578), or a list's
// items (RFC 2046). The boundary is made of the content, so that the same value
// gives the same bytes.
func encodeMultipart(s Schema, encoding tree.Place, v any) (body []byte, boundary string) {
	h := fnv.New64a()
	_, _ = h.Write(sample.AppendJSON(nil, v)) // a hash takes everything
	boundary = fmt.Sprintf("standin-%016x", h.Sum64())
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary(boundary) // it is a good one
	switch v := v.(type) {
	case sample.Object:
		o := s.object()
		for _, m := range v {
			p, st := o.property(m.Name), styleOf(encoding, m.Name)
			list, isList := m.Value.([]any)
			switch {
			case m.Value == nil && !o.required[m.Name]:
			case isList && !st.json && !st.explode && len(list) > 0 && !slices.ContainsFunc(list, composite):
				writePart(w, Schema{}, m.Name, st.media, divided(st, list))
			case isList && !st.json:
				for _, x := range list {
					writePart(w, p.items(), m.Name, st.media, x)
				}
			default:
				writePart(w, p, m.Name, st.media, m.Value)
			}
		}
	case []any:
		for _, x := range v {
			writePart(w, s.items(), "", "", x)
		}
	default:
		writePart(w, s, "", "", v)
	}
	_ = w.Close() // a buffer takes everything
	return b.Bytes(), boundary
}

// divided is a list as one text (OpenAPI 3.1, 4.8.15: styles hold for parts, too).
func divided(s style, list []any) string {
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = textOf(x)
	}
	return strings.Join(texts, s.delimiter())
}

// writePart writes one part. Its type is the document's, else what its value
// asks for (OpenAPI 3.1, 4.8.15: text, JSON or octets).
func writePart(w *multipart.Writer, s Schema, name, media string, v any) {
	media, _, _ = strings.Cut(media, ",")
	media = strings.TrimSpace(media)
	content := []byte(textOf(v))
	switch {
	case composite(v):
		if media == "" || strings.Contains(media, "*") {
			media = "application/json"
		}
		content, media = Type{Media: media, Schema: s}.Encode(v)
	case media != "" && KindOf(base(media)) == Binary, media == "" && s.binary():
		if media == "" {
			media = "application/octet-stream"
		}
		media = Concrete(media, true)
	}
	h := textproto.MIMEHeader{}
	if name != "" {
		disposition := map[string]string{"name": name}
		if KindOf(base(media)) == Binary && media != "" {
			disposition["filename"] = name + extension(base(media))
		}
		h.Set("Content-Disposition", mime.FormatMediaType("form-data", disposition))
	}
	if media != "" {
		h.Set("Content-Type", media)
	}
	p, err := w.CreatePart(h)
	if err == nil {
		_, _ = p.Write(content) // a buffer takes everything
	}
}

// FileName is a file's name with the ending that goes with a media type.
func FileName(name, media string) string { return name + extension(base(media)) }

func extension(media string) string {
	switch media {
	case "image/png", "image/gif", "image/webp", "image/bmp", "application/zip", "application/pdf", "audio/wav":
		return "." + media[strings.IndexByte(media, '/')+1:]
	case "image/jpeg":
		return ".jpg"
	case "application/json", "text/csv", "text/html", "text/xml", "application/xml":
		return "." + media[strings.IndexByte(media, '/')+1:]
	case "text/plain":
		return ".txt"
	}
	return ".bin"
}
