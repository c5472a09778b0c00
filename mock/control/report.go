package control

import (
	"net/http"
	"net/url"

	"github.com/standin-dev/standin/mock/report"
)

// of is the sandbox that evidence is asked of: the one that the call names,
// else all of them.
func (c *call) of() string {
	if c.named {
		return c.sandbox
	}
	return ""
}

// coverage answers with what the traffic has exercised.
func (a *api) coverage(c *call) answer { return ok(a.fake.Report(c.of()).Coverage) }

// report answers with the evidence, in the format that the query names.
func (a *api) report(c *call) answer {
	format, o, refused := reportQuery(c.r.URL.RawQuery)
	if refused != nil {
		return *refused
	}
	o.Tool = a.opts.Version
	if format == report.HAR {
		o.Exchanges = a.fake.Recorded(c.of())
	}
	body, err := report.Write(a.fake.Report(c.of()), format, o)
	if err != nil {
		return *refuse(stateError, "the report cannot be written: %v", err)
	}
	ans := answer{status: http.StatusOK, body: body, media: format.MediaType()}
	if format == report.HTML {
		ans.header = http.Header{"Content-Security-Policy": {report.Policy() + "; frame-ancestors 'none'"}, "X-Frame-Options": {"DENY"}}
	}
	return ans
}

func reportQuery(rawQuery string) (report.Format, report.Options, *answer) {
	format, o := report.JSON, report.Options{}
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return format, o, refuse(badQuery, "the query cannot be read: %v", err)
	}
	for _, name := range sortedKeys(query) {
		value := query[name][0]
		switch {
		case len(query[name]) > 1:
			return format, o, refuse(badQuery, "%s stands in the query twice", short(name))
		case name == "format":
			if format, err = report.ParseFormat(value); err != nil {
				return format, o, refuse(badQuery, "%v", err)
			}
		case name == "redact" && (value == "true" || value == "false"):
			o.NoRedact = value == "false"
		default:
			return format, o, refuse(badQuery, "%s is %s; want a format, and redact as true or false", short(name), short(value))
		}
	}
	return format, o, nil
}
