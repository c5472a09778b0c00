package spec

import (
	mediatype "github.com/standin-dev/standin/spec/internal/media"
)

// Room is what a member of a JSON body may hold, as far as its schema names
// types: a quick look, which never rules out what the schema takes.
type Room = mediatype.Room

// RoomFor looks at the schema of the body that a status documents in a media
// type, for the member of that name. Nothing has room where no such body, or no
// such member, is documented.
func (o *Operation) RoomFor(status int, mediaType, member string) Room {
	r := o.Response(status)
	if r == nil {
		return Room{}
	}
	m := mediaFor(o.prepared().responses[o.indexOf(r)].content, mediaType)
	if m == nil || !m.json {
		return Room{}
	}
	return mediatype.Schema{At: m.spec.schema}.RoomFor(member)
}
