package wire

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Fault is what goes wrong on the wire. The zero Fault is None.
type Fault uint8

// The faults; the package comment tells what a client sees of each.
const (
	None Fault = iota
	Reset
	Empty
	Truncate
	Garbage
)

// String returns the fault's word: none, reset, empty, truncate or garbage.
func (f Fault) String() string {
	switch f {
	case None:
		return "none"
	case Reset:
		return "reset"
	case Empty:
		return "empty"
	case Truncate:
		return "truncate"
	case Garbage:
		return "garbage"
	}
	return fmt.Sprintf("Fault(%d)", uint8(f))
}

// ParseFault is the reverse of String. The empty word is None, too.
func ParseFault(word string) (Fault, error) {
	if word == "" {
		return None, nil
	}
	for f := None; f <= Garbage; f++ {
		if f.String() == word {
			return f, nil
		}
	}
	return None, fmt.Errorf("no fault %q: want reset, empty, truncate or garbage", word)
}

// garbage begins like no protocol that a client could take it for, and ends the
// line so that one who reads lines need not wait for more.
const garbage = "\x00\x9c\xf3\x1b[2J\xfe\xff \x7f\x07stand\x00in\xc0\x80 \xe2\x28\xa1\x13\x37\r\n\x15\x00\x02\x02\r\n\r\n"

// patience bounds what a fault's last bytes may take: a client that does not
// read must not hold on to a connection that net/http no longer watches.
const patience = 5 * time.Second

// reset makes the kernel send a TCP reset, past any TLS: closing that in order
// would say goodbye first.
func reset(w http.ResponseWriter) error {
	conn := hijack(w)
	for {
		inner, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		conn = inner.NetConn()
	}
	if tcp, ok := conn.(interface{ SetLinger(sec int) error }); ok {
		// An error means that the connection is gone, as it is to be.
		_ = tcp.SetLinger(0)
	}
	return conn.Close()
}

// closeAfter sends bytes that net/http would not, and closes.
func closeAfter(w http.ResponseWriter, last []byte) error {
	conn := hijack(w)
	defer conn.Close()
	if len(last) == 0 {
		return nil
	}
	if err := conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := conn.Write(last)
	return err
}

// truncate sends half of the body under the length of all of it. The client is
// to see this half, so it is flushed before the connection is cut.
func (a *Answer) truncate(w http.ResponseWriter) error {
	a.setHeader(w.Header())
	w.WriteHeader(a.Status)
	if _, err := w.Write(a.Body[:len(a.Body)/2]); err != nil {
		return err
	}
	if err := http.NewResponseController(w).Flush(); err != nil {
		panic(http.ErrAbortHandler) // as far as it gets
	}
	return hijack(w).Close()
}

// halfHead is the first lines of what would stand before the body in HTTP/1.1,
// about half: whole lines, so that a client finds them cut short and not malformed.
func (a *Answer) halfHead(w http.ResponseWriter) []byte {
	header := w.Header()
	a.setHeader(header)
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", a.Status, http.StatusText(a.Status))
	_ = header.Write(&b) // a bytes.Buffer takes everything
	head := b.Bytes()
	end := max(bytes.LastIndexByte(head[:len(head)/2], '\n'), bytes.IndexByte(head, '\n'))
	return head[:end+1]
}

// hijack takes the connection over from net/http. Where that cannot be done the
// only way to break off is the panic that net/http knows.
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
}
