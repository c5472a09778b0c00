package storefront

// The customer groups are fixed: one that everybody joins and one that buys
// differently.
const (
	retail    = "01KDVDNA008R5PKD8PQN7J58XK"
	wholesale = "01KDVDNA00CTM400HNW1AT7RCB"
)

// groupJSON is the document's CustomerGroup of that id, null if there is none.
func groupJSON(id string) string {
	switch id {
	case retail:
		return `{"id":"` + retail + `","name":"Retail","slug":"retail",` +
			`"description":"Everybody who shops here.","is_default":true,"active":true}`
	case wholesale:
		return `{"id":"` + wholesale + `","name":"Wholesale","slug":"wholesale",` +
			`"description":"Buys by the carton.","is_default":false,"active":true}`
	}
	return "null"
}

// isGroup tells whether there is a customer group of that id.
func isGroup(id string) bool { return id == retail || id == wholesale }
