package coupon

import "time"

// sentence is what a person is told when the provider has no words of its own.
func sentence(v Verdict) string {
	switch v.Status {
	case Valid:
		return validSentence(v)
	case Expired:
		if v.Ends.IsZero() {
			return "This code has expired. Ask for a current one."
		}
		return "This code ended on " + end(v.Ends) + ". Ask for a current one."
	case Exhausted:
		return "This code has been used up. Ask for another one."
	case Invalid:
		return "This code is not valid. Check the spelling, or ask whoever gave it to you."
	}
	return "We cannot check codes right now. Try again in a minute."
}

func validSentence(v Verdict) string {
	s := "This code is valid"
	if off := v.Discount.String(); off != "" {
		s += ": " + off + " off"
	}
	if !v.Ends.IsZero() {
		s += ", until " + end(v.Ends)
	}
	return s + "."
}

// end writes the moment at which something ends; midnight ends the day before it.
func end(t time.Time) string {
	if midnight(t) {
		return "the end of " + t.UTC().Add(-time.Second).Format(dayForm)
	}
	return t.UTC().Format(momentForm)
}

// begin writes the moment at which something begins.
func begin(t time.Time) string {
	if midnight(t) {
		return t.UTC().Format(dayForm)
	}
	return t.UTC().Format(momentForm)
}

const (
	dayForm    = "2 January 2006 UTC"
	momentForm = "2 January 2006, 15:04 UTC"
)

func midnight(t time.Time) bool { return t.UTC().Truncate(24 * time.Hour).Equal(t) }

// passSentence is what a person is told when the outage policy lets an unchecked code through.
func passSentence(p Policy) string {
	if p == Recent {
		return "We cannot check codes right now. This one was valid within the last day, so you can go on."
	}
	return "We cannot check codes right now, so this one goes unchecked."
}
