package media

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
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

// maxMultipart bounds the parts of a body.
const maxMultipart = 10_000

// decodeMultipart reads parts by the schema of the object that they make up.
func decodeMultipart(s Schema, encoding tree.Place, params map[string]string, body []byte) (any, error) {
	if params["boundary"] == "" {
		return nil, errors.New("its Content-Type has no boundary (RFC 2046, 5.1.1)")
	}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	o, out, unnamed := s.object(), map[string]any{}, []any{}
	lists := map[string][]any{}
	for n := 0; ; n++ {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && n == maxMultipart {
			err = fmt.Errorf("it has more than %d parts", maxMultipart)
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return nil, err
		}
		name := p.FormName()
		if name == "" {
			v, _ := partValue(s.items(), p.Header.Get("Content-Type"), style{}, content)
			unnamed = append(unnamed, v)
			continue
		}
		prop, st := o.property(name), styleOf(encoding, name)
		t := prop.types()
		list := t.array && !t.object && !st.json && !wholeList(p.Header.Get("Content-Type"), content)
		if list {
			prop = prop.item(len(lists[name]))
		}
		v, err := partValue(prop, p.Header.Get("Content-Type"), st, content)
		if err != nil {
			return nil, fmt.Errorf("part %q: %w", name, err)
		}
		if lists[name] = append(lists[name], v); list || len(lists[name]) > 1 {
			out[name] = lists[name]
		} else {
			out[name] = v
		}
	}
	if len(out) == 0 && len(unnamed) > 0 && !s.types().object {
		return unnamed, nil
	}
	for _, name := range o.names {
		if t := o.properties[name].types(); o.required[name] && lists[name] == nil && t.array && !t.text && s.types().object {
			out[name] = []any{}
		}
	}
	return out, nil
}

// wholeList reports whether a part holds a list by itself, as JSON.
func wholeList(contentType string, content []byte) bool {
	c := bytes.TrimSpace(content)
	return KindOf(base(contentType)) == JSON && contentType != "" && len(c) > 0 && c[0] == '['
}

func partValue(s Schema, contentType string, st style, content []byte) (any, error) {
	t := s.types()
	kind := KindOf(base(contentType))
	switch {
	case contentType != "" && kind == JSON && !(t.text && !t.object && !t.array), st.json, t.object && !t.text && contentType == "":
		return parseJSON(string(content))
	case contentType != "" && (kind == XML || kind == Form) && t.object:
		return Type{Media: contentType, Schema: s}.Decode(contentType, content)
	}
	return s.Scalar(string(content)), nil
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
