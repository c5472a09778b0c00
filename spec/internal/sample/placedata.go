package sample

import "strings"

// place is a city, with all that goes with it.
type place struct {
	city, state, stateCode, country, code, dial, currency, zone, locale string
	postal                                                              string // # is any digit, A any capital
	street                                                              string // the name of a street there
	lat, lng                                                            float64
}

var places = []place{
	{"Portland", "Oregon", "OR", "United States", "US", "+1", "USD", "America/Los_Angeles", "en-US", "972##", "Hawthorne Boulevard", 45.5152, -122.6784},
	{"Austin", "Texas", "TX", "United States", "US", "+1", "USD", "America/Chicago", "en-US", "787##", "Barton Springs Road", 30.2672, -97.7431},
	{"Chicago", "Illinois", "IL", "United States", "US", "+1", "USD", "America/Chicago", "en-US", "606##", "Wabash Avenue", 41.8781, -87.6298},
	{"Denver", "Colorado", "CO", "United States", "US", "+1", "USD", "America/Denver", "en-US", "802##", "Colfax Avenue", 39.7392, -104.9903},
	{"Boston", "Massachusetts", "MA", "United States", "US", "+1", "USD", "America/New_York", "en-US", "021##", "Tremont Street", 42.3601, -71.0589},
	{"Mumbai", "Maharashtra", "MH", "India", "IN", "+91", "INR", "Asia/Kolkata", "en-IN", "4000##", "Hill Road", 19.076, 72.8777},
	{"Bengaluru", "Karnataka", "KA", "India", "IN", "+91", "INR", "Asia/Kolkata", "en-IN", "5600##", "Residency Road", 12.9716, 77.5946},
	{"Pune", "Maharashtra", "MH", "India", "IN", "+91", "INR", "Asia/Kolkata", "en-IN", "4110##", "Law College Road", 18.5204, 73.8567},
	{"Jaipur", "Rajasthan", "RJ", "India", "IN", "+91", "INR", "Asia/Kolkata", "en-IN", "3020##", "Station Road", 26.9124, 75.7873},
	{"Manchester", "England", "ENG", "United Kingdom", "GB", "+44", "GBP", "Europe/London", "en-GB", "M# #AA", "Deansgate", 53.4808, -2.2426},
	{"Edinburgh", "Scotland", "SCT", "United Kingdom", "GB", "+44", "GBP", "Europe/London", "en-GB", "EH# #AA", "George Street", 55.9533, -3.1883},
	{"Hamburg", "Hamburg", "HH", "Germany", "DE", "+49", "EUR", "Europe/Berlin", "de-DE", "203##", "Lange Reihe", 53.5511, 9.9937},
	{"Leipzig", "Saxony", "SN", "Germany", "DE", "+49", "EUR", "Europe/Berlin", "de-DE", "041##", "Petersstraße", 51.3397, 12.3731},
	{"Lyon", "Auvergne-Rhône-Alpes", "ARA", "France", "FR", "+33", "EUR", "Europe/Paris", "fr-FR", "6900#", "Rue Mercière", 45.764, 4.8357},
	{"Toronto", "Ontario", "ON", "Canada", "CA", "+1", "CAD", "America/Toronto", "en-CA", "M5V #A#", "Queen Street West", 43.6532, -79.3832},
	{"Melbourne", "Victoria", "VIC", "Australia", "AU", "+61", "AUD", "Australia/Melbourne", "en-AU", "30##", "Collins Street", -37.8136, 144.9631},
	{"Utrecht", "Utrecht", "UT", "Netherlands", "NL", "+31", "EUR", "Europe/Amsterdam", "nl-NL", "35## AA", "Oudegracht", 52.0907, 5.1214},
	{"Valencia", "Valencia", "VC", "Spain", "ES", "+34", "EUR", "Europe/Madrid", "es-ES", "4600#", "Calle de Colón", 39.4699, -0.3763},
	{"Osaka", "Osaka", "27", "Japan", "JP", "+81", "JPY", "Asia/Tokyo", "ja-JP", "530-00##", "Midosuji", 34.6937, 135.5023},
	{"Curitiba", "Paraná", "PR", "Brazil", "BR", "+55", "BRL", "America/Sao_Paulo", "pt-BR", "80###-###", "Rua XV de Novembro", -25.4284, -49.2733},
}

// forms are the ways in which a place answers to a hint, the usual one first.
func (p *place) forms(h hint) []string {
	switch h {
	case hintCity:
		return []string{p.city}
	case hintState:
		return []string{p.state, p.stateCode}
	case hintCountry:
		return []string{p.country, p.code}
	case hintCountryCode:
		return []string{p.code, p.dial, p.country, p.dial[1:]}
	case hintDialCode:
		return []string{p.dial, p.dial[1:]}
	case hintCurrency:
		return []string{p.currency, strings.ToLower(p.currency)}
	case hintTimeZone:
		return []string{p.zone}
	case hintLocale:
		return []string{p.locale, p.locale[:2]}
	case hintLanguage:
		return []string{p.locale[:2], p.locale}
	}
	return nil
}

// firstNames are of the same length for both, so that the gender can be told
// from neither the draw nor its order.
var firstNames = map[string][]string{
	"female": {"Alice", "Amelia", "Anna", "Beatrice", "Clara", "Diana", "Elena", "Emma", "Fiona", "Grace", "Hannah", "Ines", "Isabel", "Julia", "Laura", "Leah", "Lucy", "Maria", "Maya", "Nora", "Olivia", "Rosa", "Sarah", "Sofia", "Teresa", "Vera", "Zoe"},
	"male":   {"Adam", "Alan", "Arthur", "Ben", "Carlos", "Daniel", "David", "Elias", "Felix", "George", "Henry", "Hugo", "Ian", "Jack", "James", "Jonas", "Leo", "Liam", "Lucas", "Marco", "Martin", "Nathan", "Oscar", "Paul", "Samuel", "Thomas", "Victor"},
}

var indianFirst = map[string][]string{
	"female": {"Aditi", "Ananya", "Asha", "Diya", "Isha", "Kavya", "Meera", "Nandini", "Neha", "Pooja", "Priya", "Riya", "Sana", "Shreya", "Tara"},
	"male":   {"Aarav", "Aditya", "Arjun", "Dev", "Ishaan", "Kabir", "Karan", "Manish", "Nikhil", "Rahul", "Rohan", "Sameer", "Varun", "Vikram", "Vivek"},
}

var indianLast = []string{"Agarwal", "Bhat", "Chopra", "Desai", "Gupta", "Iyer", "Joshi", "Kapoor", "Kulkarni", "Mehta", "Menon", "Nair", "Patel", "Rao", "Reddy", "Shah", "Sharma", "Singh", "Verma"}
