package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// couponStep is how many coupons go into one statement. More is slower: SQLite looks every $n of a statement up
// among all others.
const couponStep = 16

// SaveCoupon adds a code or replaces all of it but its uses; Invalid with a sentence.
func (w *Workspace) SaveCoupon(ctx context.Context, c Coupon) error {
	return w.ImportCoupons(ctx, []Coupon{c}, false)
}

// ImportCoupons saves many codes in one transaction: all of them or none. Of a code that is there already the uses
// stay; of a new one they are taken as given. replace takes every other code off the list. Invalid names the first unsound one; a code that comes twice
// is unsound too.
func (w *Workspace) ImportCoupons(ctx context.Context, cs []Coupon, replace bool) error {
	seen := make(map[string]bool, len(cs))
	for i, c := range cs {
		if err := CheckCoupon(c); err != nil {
			return fmt.Errorf("coupon %d of %d: %w", i+1, len(cs), err)
		}
		if seen[c.Code] {
			return fmt.Errorf("coupon %d of %d: %w", i+1, len(cs), Invalid{"code", fmt.Sprintf("The code %s is there twice.", c.Code)})
		}
		seen[c.Code] = true
	}
	err := w.inTx(ctx, func(tx *Tx) error {
		if replace {
			if err := w.dropOtherCoupons(ctx, tx, seen); err != nil {
				return err
			}
		}
		for len(cs) > 0 {
			n := min(len(cs), couponStep)
			if err := w.putCoupons(ctx, tx, cs[:n]); err != nil {
				return err
			}
			cs = cs[n:]
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save coupons: %w", err)
	}
	return nil
}

// putCoupons writes up to couponStep coupons in one statement.
func (w *Workspace) putCoupons(ctx context.Context, tx *Tx, cs []Coupon) error {
	var query strings.Builder
	query.WriteString(`
		INSERT INTO coupon (workspace_id, code, percent_milli, amount_minor, currency, starts_at, ends_at, max_uses, uses, url, note,
			created_at, updated_at)
		VALUES `)
	now, args := w.now(), make([]any, 0, 13*len(cs))
	for i, c := range cs {
		if i > 0 {
			query.WriteString(", ")
		}
		query.WriteString(placeholders(len(args), 13))
		args = append(args, w.id, c.Code, c.PercentMilli, c.AmountMinor, c.Currency, ms(c.Starts), ms(c.Ends), c.MaxUses, c.Uses,
			c.URL, c.Note, now, now)
	}
	query.WriteString(`
		ON CONFLICT (workspace_id, code) DO UPDATE
		SET percent_milli = excluded.percent_milli, amount_minor = excluded.amount_minor, currency = excluded.currency,
			starts_at = excluded.starts_at, ends_at = excluded.ends_at, max_uses = excluded.max_uses, url = excluded.url,
			note = excluded.note, updated_at = excluded.updated_at`)
	_, err := exec(ctx, tx.tx, query.String(), args...)
	return err
}

// placeholders is "($13, $14)" for two values after twelve others.
func placeholders(after, n int) string {
	b := []byte{'('}
	for i := 1; i <= n; i++ {
		if i > 1 {
			b = append(b, ", "...)
		}
		b = strconv.AppendInt(append(b, '$'), int64(after+i), 10)
	}
	return string(append(b, ')'))
}

// dropOtherCoupons takes every code off the list that is not kept.
func (w *Workspace) dropOtherCoupons(ctx context.Context, tx *Tx, kept map[string]bool) error {
	codes, err := all(ctx, tx.tx, scanText, `SELECT code FROM coupon WHERE workspace_id = $1`, w.id)
	if err != nil {
		return err
	}
	drop := []string{}
	for _, code := range codes {
		if !kept[code] {
			drop = append(drop, code)
		}
	}
	_, err = tx.Workspace(w.id).DeleteCoupons(ctx, drop)
	return err
}
