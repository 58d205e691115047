package store

import "time"

// Coupon is one code of the workspace's own list.
type Coupon struct {
	Code         string    // canonical: A-Z 0-9 - _, 1 to 64
	PercentMilli int64     // discount in thousandths of a percent: 30 % = 30000; 0 = none
	AmountMinor  int64     // discount in the minor unit of Currency; 0 = none
	Currency     string    // "USD", with AmountMinor
	Starts       time.Time // zero: at once
	Ends         time.Time // zero: never
	MaxUses      int64     // 0: no limit
	Uses         int64
	URL          string
	Note         string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// CouponFilter chooses codes: those that hold Query in code or note, Limit of them (0 = all) from Offset.
type CouponFilter struct {
	Query  string
	Limit  int
	Offset int
}
