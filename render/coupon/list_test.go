package coupon

import (
	"testing"
	"time"

	"promostack/store"
)

func TestListJudgesByStartEndAndUses(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		coupon  store.Coupon
		status  Status
		message string
	}{
		"plain":         {store.Coupon{}, Valid, "This code is valid."},
		"percent":       {store.Coupon{PercentMilli: 30_000, Ends: now.Add(time.Hour)}, Valid, "This code is valid: 30 % off, until 23 November 2026, 13:00 UTC."},
		"amount":        {store.Coupon{AmountMinor: 1000, Currency: "USD", Ends: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}, Valid, "This code is valid: 10.00 USD off, until the end of 31 December 2026 UTC."},
		"starts now":    {store.Coupon{Starts: now}, Valid, "This code is valid."},
		"starts later":  {store.Coupon{Starts: now.Add(time.Minute)}, Invalid, "This code cannot be used before 23 November 2026, 12:01 UTC."},
		"starts a day":  {store.Coupon{Starts: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}, Invalid, "This code cannot be used before 1 December 2026 UTC."},
		"ends now":      {store.Coupon{Ends: now}, Expired, "This code ended on 23 November 2026, 12:00 UTC. Ask for a current one."},
		"ended":         {store.Coupon{Ends: now.Add(-time.Hour), MaxUses: 1, Uses: 1}, Expired, "This code ended on 23 November 2026, 11:00 UTC. Ask for a current one."},
		"one use left":  {store.Coupon{MaxUses: 10, Uses: 9}, Valid, "This code is valid."},
		"no use left":   {store.Coupon{MaxUses: 10, Uses: 10}, Exhausted, "This code has been used up. Ask for another one."},
		"over the uses": {store.Coupon{MaxUses: 10, Uses: 11}, Exhausted, "This code has been used up. Ask for another one."},
	} {
		v := judge(c.coupon, now)
		if v.Message == "" {
			v.Message = sentence(v)
		}
		if v.Status != c.status || v.Message != c.message {
			t.Errorf("%s: %s, %q", name, v.Status, v.Message)
		}
	}
}
