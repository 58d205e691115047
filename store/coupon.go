package store

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Coupon is one code of the workspace's own list.
type Coupon struct {
	Code         string    // canonical: A-Z 0-9 - _, 1 to 64
	PercentMilli int64     // discount in thousandths of a percent: 30 % = 30000; 0 = none
	AmountMinor  int64     // discount in the minor unit of Currency; 0 = none
	Currency     string    // "USD", with AmountMinor
	Starts       time.Time // zero: at once
	Ends         time.Time // zero: never
	MaxUses      int64     // 0: no limit
	Uses         int64     // counted by UseCoupon; SaveCoupon believes it of new codes only (a deleted one comes back)
	URL          string    // where the code leads, https; "" = nowhere
	Note         string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// CouponFilter chooses codes: those that hold Query in code or note, in State now, Limit of them (0 = all) from Offset.
type CouponFilter struct {
	Query  string
	State  string // active, scheduled, ended or used_up; anything else: all
	Limit  int
	Offset int
}

// MaxCouponNote is how many characters a note may have.
const MaxCouponNote = 500

var (
	codePattern     = regexp.MustCompile(`^[A-Z0-9_-]{1,64}$`)
	currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)
)

// CheckCoupon says in a sentence what is wrong with a coupon: Invalid with the name of the field as the panel and
// its CSV write it.
func CheckCoupon(c Coupon) error {
	switch {
	case !codePattern.MatchString(c.Code):
		return Invalid{"code", "A code is 1 to 64 of A-Z, 0-9, - and _."}
	case c.PercentMilli < 0 || c.PercentMilli > 100_000:
		return Invalid{"percent", "The discount is between 0 and 100 percent."}
	case c.AmountMinor < 0 || c.AmountMinor > 1_000_000_000_000:
		return Invalid{"amount", "The amount is not below zero, nor beyond ten thousand million."}
	case c.PercentMilli > 0 && c.AmountMinor > 0:
		return Invalid{"amount", "Give a percentage or an amount, not both."}
	case c.AmountMinor > 0 && !currencyPattern.MatchString(c.Currency):
		return Invalid{"currency", "Give the currency of the amount as three letters: USD."}
	case c.Currency != "" && c.AmountMinor == 0:
		return Invalid{"currency", "A currency needs an amount."}
	case !c.Starts.IsZero() && !c.Ends.IsZero() && !c.Ends.After(c.Starts):
		return Invalid{"ends", "The code ends before it starts."}
	case !soundDate(c.Starts):
		return Invalid{"starts", "The date is not between the years 2000 and 9999."}
	case !soundDate(c.Ends):
		return Invalid{"ends", "The date is not between the years 2000 and 9999."}
	case c.MaxUses < 0:
		return Invalid{"max_uses", "The number of uses is not below zero; 0 means no limit."}
	case c.URL != "" && !soundLink(c.URL):
		return Invalid{"link", "The link begins with https:// and holds no spaces."}
	case utf8.RuneCountInString(c.Note) > MaxCouponNote || strings.ContainsRune(c.Note, 0) || !utf8.ValidString(c.Note):
		return Invalid{"note", fmt.Sprintf("The note is plain text of %d characters at most.", MaxCouponNote)}
	}
	return nil
}

func soundDate(t time.Time) bool { return t.IsZero() || t.Year() >= 2000 && t.Year() <= 9999 }

const couponColumns = `
	code, percent_milli, amount_minor, currency, starts_at, ends_at, max_uses, uses, url, note, created_at, updated_at`

func scanCoupon(r scanner) (Coupon, error) {
	var c Coupon
	var starts, ends, created, updated int64
	err := r.Scan(&c.Code, &c.PercentMilli, &c.AmountMinor, &c.Currency, &starts, &ends, &c.MaxUses, &c.Uses, &c.URL,
		&c.Note, &created, &updated)
	c.Starts, c.Ends, c.CreatedAt, c.UpdatedAt = at(starts), at(ends), at(created), at(updated)
	return c, err
}

// Coupon finds a code of the workspace's own list; ErrNotFound when it is not on it.
func (w *Workspace) Coupon(ctx context.Context, code string) (Coupon, error) {
	c, err := one(ctx, w.reader(), scanCoupon, `
		SELECT`+couponColumns+`
		FROM coupon
		WHERE workspace_id = $1 AND code = $2`, w.id, clean(code))
	if err != nil {
		return Coupon{}, fmt.Errorf("find coupon %q: %w", code, err)
	}
	return c, nil
}

// Coupons lists codes in code order, and how many the filter lets through in all.
func (w *Workspace) Coupons(ctx context.Context, f CouponFilter) ([]Coupon, int, error) {
	const where = `
		WHERE workspace_id = $1 AND ($2 = '' OR code LIKE upper($2) ESCAPE '\' OR lower(note) LIKE lower($2) ESCAPE '\')
			AND ($3 NOT IN ('active', 'scheduled', 'ended', 'used_up') OR $3 = CASE
				WHEN ends_at > 0 AND ends_at <= $4 THEN 'ended'
				WHEN max_uses > 0 AND uses >= max_uses THEN 'used_up'
				WHEN starts_at > $4 THEN 'scheduled'
				ELSE 'active' END)`
	pattern, now := likeAnywhere(f.Query), w.now()
	total, err := one(ctx, w.reader(), scanInt, `SELECT COUNT(*) FROM coupon`+where, w.id, pattern, f.State, now)
	if err != nil {
		return nil, 0, fmt.Errorf("count coupons: %w", err)
	}
	if f.Limit <= 0 {
		f.Limit = 1 << 30
	}
	list, err := all(ctx, w.reader(), scanCoupon, `
		SELECT`+couponColumns+`
		FROM coupon`+where+`
		ORDER BY code
		LIMIT $5 OFFSET $6`, w.id, pattern, f.State, now, f.Limit, max(0, f.Offset))
	if err != nil {
		return nil, 0, fmt.Errorf("list coupons: %w", err)
	}
	return list, int(total), nil
}

// likeAnywhere is the LIKE pattern, with '\' as its escape, of texts that hold query; "" for no query.
func likeAnywhere(query string) string {
	query = strings.TrimSpace(clean(query))
	if query == "" {
		return ""
	}
	return "%" + escapeLike(query) + "%"
}

// UseCoupon counts one use of a code and reports false when it has none left; ErrNotFound when it is not on the list.
func (w *Workspace) UseCoupon(ctx context.Context, code string) (bool, error) {
	n, err := w.exec(ctx, `
		UPDATE coupon
		SET uses = uses + 1
		WHERE workspace_id = $1 AND code = $2 AND (max_uses = 0 OR uses < max_uses)`, w.id, clean(code))
	if err == nil && n == 0 {
		_, err = w.Coupon(ctx, code)
	}
	if err != nil {
		return false, fmt.Errorf("use coupon %q: %w", code, err)
	}
	return n == 1, nil
}

// DeleteCoupons takes codes off the list and reports how many there were.
func (w *Workspace) DeleteCoupons(ctx context.Context, codes []string) (int, error) {
	deleted := 0
	err := w.inTx(ctx, func(tx *Tx) error {
		for _, code := range codes {
			n, err := exec(ctx, tx.tx, `DELETE FROM coupon WHERE workspace_id = $1 AND code = $2`, w.id, clean(code))
			if err != nil {
				return err
			}
			deleted += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("delete coupons: %w", err)
	}
	return deleted, nil
}
