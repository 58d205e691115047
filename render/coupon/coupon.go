// Package coupon answers whether a coupon code may become a picture. A Provider knows the codes (everything, a
// list, FunderPro, another HTTP service), the Desk in front of it caches, bounds and protects it, and every other
// room talks to the Desk through Checker.
package coupon

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// Status is what a provider says about a code.
type Status string

// The answers there are. Unknown means that the provider could not be asked: it never means invalid.
const (
	Valid     Status = "valid"
	Invalid   Status = "invalid"
	Expired   Status = "expired"
	Exhausted Status = "exhausted"
	Unknown   Status = "unknown"
)

// Verdict is the answer about one code at one moment.
type Verdict struct {
	Status     Status
	Canonical  string    // the one spelling that is validated, printed and stored
	Discount   Discount  // zero when not known
	Ends       time.Time // zero when not known
	URL        string    // where the code is redeemed, "" when not known
	Source     string    // name of the provider
	At         time.Time // when the provider was asked
	Message    string    // a sentence for the person who typed the code
	HTTPStatus int       // what the provider's server answered or its equivalent: 200, 404; 0 when there was no answer
	Passed     bool      // a picture may be made: valid, or unknown and let through by the outage policy
}

// Discount is what a code is worth: a share or an amount of money; both zero when not known.
type Discount struct {
	PercentMilli int64  // thousandths of a percent: 30 % = 30000
	AmountMinor  int64  // hundredths of the currency's unit: 10.00 USD = 1000
	Currency     string // "USD"; "" when not known
}

// String is "30 %", "12.5 %", "10.00 USD", or "" when nothing is known.
func (d Discount) String() string {
	switch {
	case d.PercentMilli > 0:
		s := decimal(d.PercentMilli, 3)
		return strings.TrimRight(strings.TrimRight(s, "0"), ".") + " %"
	case d.AmountMinor > 0:
		return strings.TrimSpace(decimal(d.AmountMinor, 2) + " " + d.Currency)
	}
	return ""
}

// decimal writes n, a whole number of the smallest unit, with so many places.
func decimal(n int64, places int) string {
	s := strconv.FormatInt(n, 10)
	for len(s) <= places {
		s = "0" + s
	}
	return s[:len(s)-places] + "." + s[len(s)-places:]
}

// Provider knows codes. Lookup is given a canonical code and tells what it knows; an error means that it could not
// be told, which is an outage and never "invalid". Lookup obeys ctx and is safe for concurrent use.
type Provider interface {
	Name() string
	Lookup(ctx context.Context, code string) (Verdict, error)
}

// Checker is what other rooms see of a Desk.
type Checker interface {
	// Check canonicalises code and judges it. The errors are store.Invalid for a malformed code and the caller's
	// own ctx.Err(); an outage is no error but the status Unknown.
	Check(ctx context.Context, code string) (Verdict, error)
	// Cached reports whether Check would answer code without asking the provider anything new: such a check is
	// free, others are counted by whoever limits guessing.
	Cached(code string) bool
}
