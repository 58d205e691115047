package coupon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"promostack/store"
)

// Pointers say where in a JSON answer things stand, as JSON pointers (RFC 6901): "/data/0/active". An empty one is
// not looked for.
type Pointers struct {
	Valid    string // true, 1, "active", "valid", "yes"; "expired" and "exhausted" are understood; anything else is invalid
	Percent  string // 30, "30", "12.5 %"
	Amount   string // 10, "10.00": of the currency's unit
	Currency string // "USD"
	Ends     string // RFC 3339, a date (the whole of that day, UTC), or a Unix time in seconds or milliseconds
	Page     string // where the code is redeemed
}

func (p Pointers) check() error {
	for field, at := range map[string]string{
		"valid": p.Valid, "percent": p.Percent, "amount": p.Amount, "currency": p.Currency, "ends": p.Ends, "page": p.Page,
	} {
		if at != "" && at[0] != '/' {
			return store.Invalid{Field: field, Sentence: fmt.Sprintf("%q is not a JSON pointer: it begins with a slash, as in /data/active.", at)}
		}
	}
	return nil
}

// read narrows and describes v by a JSON body. Only what says whether the code is valid must be there.
func (p Pointers) read(body []byte, v *Verdict) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var doc any
	if err := dec.Decode(&doc); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	if p.Valid != "" {
		found, ok := follow(doc, p.Valid)
		if !ok {
			return errors.New("nothing stands at " + p.Valid)
		}
		v.Status = meaning(found)
	}
	if share := scaled(text(doc, p.Percent), 1000); share <= 100_000 {
		v.Discount.PercentMilli = share
	}
	v.Discount.AmountMinor = scaled(text(doc, p.Amount), 100)
	if c := strings.ToUpper(text(doc, p.Currency)); len(c) == 3 {
		v.Discount.Currency = c
	}
	v.Ends = moment(text(doc, p.Ends))
	if page := text(doc, p.Page); strings.HasPrefix(page, "https://") && len(page) <= 2048 {
		v.URL = page
	}
	return nil
}

// follow walks a JSON pointer.
func follow(doc any, pointer string) (any, bool) {
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		switch at := doc.(type) {
		case map[string]any:
			next, ok := at[step]
			if !ok {
				return nil, false
			}
			doc = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return nil, false
			}
			doc = at[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// text is the string or number at a pointer, "" when there is neither.
func text(doc any, pointer string) string {
	if pointer == "" {
		return ""
	}
	switch found, _ := follow(doc, pointer); found := found.(type) {
	case string:
		return strings.TrimSpace(found)
	case json.Number:
		return found.String()
	}
	return ""
}

// meaning is what a service means by a value.
func meaning(found any) Status {
	word := strings.ToLower(strings.TrimSpace(fmt.Sprint(found)))
	switch word {
	case "true", "1", "valid", "active", "enabled", "yes", "ok":
		return Valid
	case "expired", "ended":
		return Expired
	case "exhausted", "used", "used_up", "redeemed", "sold_out":
		return Exhausted
	}
	return Invalid
}

// scaled reads a decimal and gives it times scale, rounded down; 0 for what is no sensible discount.
func scaled(s string, scale int64) int64 {
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	if s == "" || len(s) > 20 || strings.ContainsAny(s, "/eEpPxX_") {
		return 0
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || r.Sign() <= 0 {
		return 0
	}
	r.Mul(r, new(big.Rat).SetInt64(scale))
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if !n.IsInt64() || n.Int64() > 1e12 {
		return 0
	}
	return n.Int64()
}

// moment reads a time; zero when it is none.
func moment(s string) time.Time {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC()
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.AddDate(0, 0, 1)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0 || n > 1e14:
		return time.Time{}
	case n < 1e11:
		return time.Unix(n, 0).UTC()
	}
	return time.UnixMilli(n).UTC()
}
