package sample

var plainWords = []string{
	"amber", "anchor", "autumn", "basket", "beacon", "canvas", "cedar", "compass", "copper", "coral", "garden", "harbour", "horizon",
	"island", "juniper", "lantern", "maple", "meadow", "morning", "orchard", "pebble", "river", "saffron", "silver", "summit", "timber",
	"velvet", "willow", "window", "winter",
}

var adjectives = []string{"bright", "calm", "clear", "early", "fresh", "gentle", "golden", "green", "hidden", "lucky", "modern", "open", "quiet", "rapid", "round", "simple", "silver", "steady", "warm", "wild"}

var nouns = []string{"anchor", "atlas", "beacon", "bridge", "cedar", "comet", "delta", "falcon", "field", "forest", "harbour", "island", "lantern", "maple", "meadow", "orbit", "river", "signal", "summit", "valley"}

var titles = []string{
	"Getting started with the new dashboard", "Weekly report for the northern region", "Update the checkout page", "Export fails for large files",
	"Notes from the planning meeting", "Improve the search results", "Plan for the next quarter", "Welcome to the team", "Add dark mode to the settings",
	"Checklist for the spring release", "Questions about your invoice", "Changes to our delivery times", "A guide to returns and refunds",
	"Fix the layout on small screens", "Results of the customer survey",
}

var sentences = []string{
	"Ships within two working days and can be returned for a month.", "Everything you need to get started, in one place.",
	"The page loads slowly when more than a hundred rows are shown.", "Please review the changes before the end of the week.",
	"A sturdy everyday choice that goes well with most things.", "We have received your request and will come back to you soon.",
	"Works on phones, tablets and desktop computers.", "The meeting has been moved to Thursday morning.",
	"Made from recycled materials in small batches.", "Thanks for the quick reply, that solved the problem.",
	"Includes a short introduction for new members.", "The numbers are updated every night.",
	"Opens early and has plenty of room for larger groups.", "Let us know if anything is missing.",
}

var messages = []string{
	"The request was processed.", "Changes saved.", "Waiting for confirmation.", "Payment received.", "Your order is on its way.",
	"The file has been uploaded.", "Nothing to do.", "Requested by the customer.", "Duplicate entry.", "Address confirmed.",
}

var (
	tags      = []string{"featured", "new", "popular", "sale", "outdoor", "travel", "design", "news", "events", "seasonal", "limited", "guides"}
	states    = []string{"active", "pending", "completed", "in_progress", "scheduled"}
	kinds     = []string{"standard", "basic", "primary", "default", "regular", "custom"}
	jobs      = []string{"Product Manager", "Software Engineer", "Account Executive", "Designer", "Data Analyst", "Office Manager", "Nurse", "Architect", "Teacher", "Operations Lead"}
	landmarks = []string{"Opposite the post office", "Next to the city library", "Behind the railway station", "Near the main market"}

	userAgents = []string{
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
		"Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
	}
)
