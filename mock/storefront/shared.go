package storefront

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// shared are the users, for the other operations of a document that are about
// them: one who signs up is in its GET /customers, whatever that is called.
func (s *service) shared() mock.Records {
	return mock.Records{
		Carriers: []string{"GET /auth/user/{id}", "PUT /auth/user/{id}", "POST /auth/verify-otp", "POST /auth/login/password", "POST /auth/logout"},
		Keys:     []string{"id", "customer_id", "email"},
		Find:     findShared,
		All:      allShared,
		Own:      ownShared,
		Put:      putShared,
		Invent:   inventShared,
		Drop: func(tx *mock.Tx, id string) {
			if u := userByID(tx, id); u != nil {
				removeUser(tx, u)
			}
		},
	}
}

// findShared finds a user; by id a visitor, too, as GET /auth/user/{id} does.
func findShared(tx *mock.Tx, c *mock.Call, key, value string) (mock.Record, bool) {
	var u *user
	switch key {
	case "id":
		u = userByID(tx, value)
	case "email":
		u = userByEmail(tx, value)
	case "customer_id":
		for _, one := range users.All(tx) {
			if one.CustomerID == value {
				u = one
				break
			}
		}
	}
	if u == nil {
		return mock.Record{}, false
	}
	return seenBy(c, u), true
}

// allShared ranges over those who have registered.
func allShared(tx *mock.Tx, c *mock.Call) iter.Seq[mock.Record] {
	return func(yield func(mock.Record) bool) {
		for _, u := range users.All(tx) {
			if !yield(seenBy(c, u)) {
				return
			}
		}
	}
}

func ownShared(c *mock.Call) string {
	if p := caller(c); p != nil {
		return p.user.ID
	}
	return ""
}

// seenBy is a user as a call sees it: itself as its session does, anybody else
// as one who is not logged in.
func seenBy(c *mock.Call, u *user) mock.Record {
	if p := caller(c); p != nil && p.user.ID == u.ID {
		return mock.Record{ID: u.ID, Made: u.CreatedAt, Value: decoded(appendUser(nil, u, p.session.LoggedIn))}
	}
	value := u.memo.Value(func() map[string]any {
		return decoded(fmt.Appendf(appendProfile(nil, u), `,"is_anonymous":%t,"is_logged_in":false}`, u.Visitor))
	})
	return mock.Record{ID: u.ID, Made: u.CreatedAt, Value: value, Memo: u.memo}
}

// decoded is a JSON object that was appended.
func decoded(b []byte) map[string]any {
	v, _ := spec.DecodeValue(b)
	value, _ := v.(map[string]any)
	return value
}

// putShared changes a user into what value says, or makes one who has just
// registered and has yet to prove address and number.
func putShared(tx *mock.Tx, r *spec.Resource, id string, value map[string]any) (string, error) {
	was := userByID(tx, id)
	var before map[string]any
	u := was
	if was == nil {
		id, _ = value["id"].(string)
		switch {
		case !isID(id):
			id = tx.ULID("user")
		case userByID(tx, id) != nil:
			return "", fmt.Errorf("the id %s: %w", id, mock.ErrTaken)
		}
		u = &user{ID: id, CustomerID: tx.ULID("customer"), Group: retail, Preferences: welcomePreferences, CreatedAt: tx.Now()}
	} else {
		before = seenBy(nil, was).Value
	}
	n, wrong := edit(tx, u, changes(r, before, value), byDocument)
	if wrong != nil {
		return "", fmt.Errorf("%s %s", wrong.name, wrong.what)
	}
	if !n.Visitor && taken(tx, n.ID, n.Email, n.CountryCode, n.Phone) {
		return "", fmt.Errorf("this e-mail address or phone number: %w", mock.ErrTaken)
	}
	if was == nil {
		n.Cut = time.Time{} // a first password ends no session
	}
	putUser(tx, was, n)
	return n.ID, nil
}

// inventShared makes up a user.
func inventShared(tx *mock.Tx, id string, n int) string {
	u := person(tx, n)
	if isID(id) {
		u.ID = id
	}
	if was := userByID(tx, u.ID); was != nil {
		removeUser(tx, was)
	}
	putUser(tx, nil, u)
	return u.ID
}

// isID reports whether a text can be a user's id: it stands in paths and tokens
// as it is.
func isID(text string) bool { return isSandboxName(text) }

// changes are the members of a user that differ, as JSON: those that are gone
// are nil. Of members that are none of ours, only those that the document
// describes are kept.
func changes(r *spec.Resource, before, after map[string]any) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for name := range before {
		if _, still := after[name]; !still {
			out[name] = nil
		}
	}
	for name, v := range after {
		if !known(name) && !r.Has(name) {
			continue
		}
		now, _ := json.Marshal(v) // decoded JSON can be encoded
		old, had := before[name]
		if was, _ := json.Marshal(old); !had || string(was) != string(now) {
			out[name] = now
		}
	}
	return out
}

// known reports whether edit sets a member.
func known(name string) bool {
	return setters[name] != nil || operatorSetters[name] != nil || documentSetters[name] != nil
}

// documentSetters are those that a document's own operations have besides: of
// what a user may not change by the Auth API, but whoever runs the shop may,
// unless the document says that it is read-only. Nil leaves a member alone.
var documentSetters = map[string]func(u *user, raw json.RawMessage) string{
	"id":           leave,
	"is_anonymous": leave, "is_logged_in": leave, "modified_at": leave,
	"customer_id": func(u *user, raw json.RawMessage) string {
		var id string
		if json.Unmarshal(raw, &id) == nil && isID(id) {
			u.CustomerID = id
		}
		return ""
	},
	"created_at": func(u *user, raw json.RawMessage) string {
		var at time.Time
		if json.Unmarshal(raw, &at) == nil && !at.IsZero() {
			u.CreatedAt = at
		}
		return ""
	},
	"customer_group": func(u *user, raw json.RawMessage) string {
		var group *struct{ ID string }
		switch {
		case json.Unmarshal(raw, &group) != nil:
		case group == nil:
			u.Group = ""
		case isGroup(group.ID):
			u.Group = group.ID
		}
		return ""
	},
	"profile_image_url": func(u *user, raw json.RawMessage) string {
		address := &u.Image
		what := setText(&address, raw)
		u.Image = deref(address)
		return what
	},
}

// setByDocument sets a member as a document's own operation does. One that is
// gone becomes null where it can be, and otherwise stays.
func setByDocument(tx *mock.Tx, u *user, name string, raw json.RawMessage) (what string) {
	value := raw
	if raw == nil {
		value = json.RawMessage("null")
	}
	switch {
	case setters[name] != nil:
		what = setters[name](u, value)
	case operatorSetters[name] != nil:
		what = operatorSetters[name](tx, u, value)
	case documentSetters[name] != nil:
		what = documentSetters[name](u, value)
	default:
		u.setMore(name, raw)
	}
	if raw == nil {
		return ""
	}
	return what
}

func leave(*user, json.RawMessage) string { return "" }

// setMore keeps a member that only the document knows.
func (u *user) setMore(name string, raw json.RawMessage) {
	more := maps.Clone(u.More)
	if more == nil {
		more = map[string]json.RawMessage{}
	}
	if more[name] = raw; raw == nil {
		delete(more, name)
	}
	u.More = more
}

// appendMore appends the members that only the document knows.
func appendMore(b []byte, more map[string]json.RawMessage) []byte {
	if len(more) == 0 {
		return b
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		b = append(b, ',')
		b = appendString(b, name)
		b = append(append(b, ':'), more[name]...)
	}
	return b
}
