package media

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// jpegPixels is a grey picture of 8 by 8.
const jpegPixels = "" +
	"/9j/2wCEAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI//////////////////////////////////////////////////8BVVpaeGl464KC6/////////////////////" +
	"/////////////////////////////////////////////////////AAAsIAAgACAEBEQD/xADSAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQE" +
	"AAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFho" +
	"eIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAAgBAQAAPwAr/9k="

// File is a small valid file of a binary media type; seed chooses its content.
// A type that is not known here gets 64 octets.
func File(media string, seed uint64) []byte {
	switch base(media) {
	case "image/png", "image/x-png":
		return png(seed)
	case "image/jpeg", "image/jpg", "image/pjpeg":
		b, _ := base64.StdEncoding.DecodeString(jpegPixels)
		return b
	case "image/gif":
		return []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00" + string(rgb(seed)) + "\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
	case "image/bmp", "image/x-ms-bmp":
		return bmp(seed)
	case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave":
		return wav()
	case "application/pdf", "application/x-pdf":
		return pdf()
	case "application/zip", "application/x-zip-compressed":
		return zipped()
	case "application/gzip", "application/x-gzip":
		return gzipped([]byte("hello\n"))
	}
	out := make([]byte, 0, 64)
	for i := range uint64(8) {
		seed ^= seed<<13 ^ 0x9e3779b97f4a7c15 ^ i
		seed ^= seed >> 7
		seed ^= seed << 17
		out = binary.LittleEndian.AppendUint64(out, seed)
	}
	return out
}

func rgb(seed uint64) []byte { return []byte{byte(seed), byte(seed >> 8), byte(seed >> 16)} }

// png is a picture of 16 by 16 in one colour (PNG, 5).
func png(seed uint64) []byte {
	const size = 16
	var pixels bytes.Buffer
	z := zlib.NewWriter(&pixels)
	for range size {
		_, _ = z.Write([]byte{0}) // a buffer takes everything, here and below
		_, _ = z.Write(bytes.Repeat(rgb(seed), size))
	}
	_ = z.Close()
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, chunk := range [][]byte{
		append([]byte("IHDR"), 0, 0, 0, size, 0, 0, 0, size, 8, 2, 0, 0, 0),
		append([]byte("IDAT"), pixels.Bytes()...),
		[]byte("IEND"),
	} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(chunk)-4))
		out = append(out, chunk...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
	}
	return out
}

// bmp is a picture of one pixel.
func bmp(seed uint64) []byte {
	le := binary.LittleEndian
	out := append([]byte("BM"), le.AppendUint32(nil, 58)...)
	for _, n := range []uint32{0, 54, 40, 1, 1, 1 | 24<<16, 0, 4, 2835, 2835, 0, 0} {
		out = le.AppendUint32(out, n)
	}
	return append(append(out, rgb(seed)...), 0)
}

// wav is a twentieth of a second of silence: 8 bits, mono, 8 kHz.
func wav() []byte {
	const samples = 400
	le := binary.LittleEndian
	out := append([]byte("RIFF"), le.AppendUint32(nil, 36+samples)...)
	out = append(out, "WAVEfmt "...)
	for _, n := range []uint32{16, 1 | 1<<16, 8000, 8000, 1 | 8<<16} {
		out = le.AppendUint32(out, n)
	}
	out = le.AppendUint32(append(out, "data"...), samples)
	return append(out, bytes.Repeat([]byte{0x80}, samples)...)
}

// pdf is an empty page (ISO 32000, 7.5).
func pdf() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var offsets []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
	} {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return b.Bytes()
}

func zipped() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if f, err := z.Create("hello.txt"); err == nil {
		_, _ = f.Write([]byte("hello\n"))
	}
	_ = z.Close()
	return b.Bytes()
}

func gzipped(content []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(content)
	_ = z.Close()
	return b.Bytes()
}
