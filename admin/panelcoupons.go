package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"promostack/render/coupon"
	"promostack/store"
)

// couponJSON is a code of the list as the panel reads and writes it.
type couponJSON struct {
	Code      string       `json:"code"`
	Percent   *json.Number `json:"percent"`
	Amount    *string      `json:"amount"`
	Currency  string       `json:"currency"`
	Starts    *time.Time   `json:"starts"`
	Ends      *time.Time   `json:"ends"`
	MaxUses   int64        `json:"max_uses"`
	Uses      int64        `json:"uses"`
	URL       string       `json:"url"`
	Note      string       `json:"note"`
	State     string       `json:"state"`
	UpdatedAt *time.Time   `json:"updated_at"`
}

func couponOf(c store.Coupon, now time.Time) couponJSON {
	out := couponJSON{Code: c.Code, Currency: c.Currency, Starts: timeOrNil(c.Starts), Ends: timeOrNil(c.Ends), MaxUses: c.MaxUses,
		Uses: c.Uses, URL: c.URL, Note: c.Note, State: couponState(c, now), UpdatedAt: timeOrNil(c.UpdatedAt)}
	if c.PercentMilli > 0 {
		n := json.Number(decimalText(c.PercentMilli, 3, 0))
		out.Percent = &n
	}
	if c.AmountMinor > 0 {
		text := decimalText(c.AmountMinor, 2, 2)
		out.Amount = &text
	}
	return out
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func couponState(c store.Coupon, now time.Time) string {
	switch {
	case !c.Ends.IsZero() && !now.Before(c.Ends):
		return "ended"
	case c.MaxUses > 0 && c.Uses >= c.MaxUses:
		return "used_up"
	case now.Before(c.Starts):
		return "scheduled"
	}
	return "active"
}

// coupon is what the panel wrote, with its texts turned into numbers; Invalid names the field.
func (c couponJSON) coupon() (store.Coupon, error) {
	code, err := coupon.Canonical(c.Code)
	if err != nil {
		return store.Coupon{}, store.Invalid{Field: "code", Sentence: err.Error()}
	}
	out := store.Coupon{Code: code, Currency: c.Currency, MaxUses: c.MaxUses, URL: c.URL, Note: c.Note}
	if c.Percent != nil {
		if out.PercentMilli, err = decimal(c.Percent.String(), 3); err != nil {
			return out, store.Invalid{Field: "percent", Sentence: "The percentage is a number with at most 3 places: 12.5."}
		}
	}
	if c.Amount != nil && *c.Amount != "" {
		if out.AmountMinor, err = decimal(*c.Amount, 2); err != nil {
			return out, store.Invalid{Field: "amount", Sentence: "The amount is a number with at most 2 places: 10.00."}
		}
	}
	if out.AmountMinor == 0 {
		out.Currency = "" // the form keeps the last currency when the amount was emptied
	}
	if c.Starts != nil {
		out.Starts = c.Starts.UTC()
	}
	if c.Ends != nil {
		out.Ends = c.Ends.UTC()
	}
	return out, store.CheckCoupon(out)
}

// panelCoupons lists the codes of the list.
func (s *Server) panelCoupons(w http.ResponseWriter, r *http.Request) error {
	found, total, err := s.workspace(r).Coupons(r.Context(), s.couponFilter(r, queryNumber(r, "limit", 50, 1, 200), queryNumber(r, "offset", 0, 0, 10_000_000)))
	if err != nil {
		return err
	}
	out := make([]couponJSON, 0, len(found))
	for _, c := range found {
		out = append(out, couponOf(c, s.clock.Now()))
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"total": total, "coupons": out})
}

func (s *Server) couponFilter(r *http.Request, limit, offset int) store.CouponFilter {
	q := r.URL.Query()
	return store.CouponFilter{Query: shorten(q.Get("q"), 100), State: q.Get("state"), Limit: limit, Offset: offset}
}

// panelAddCoupon puts a new code on the list.
func (s *Server) panelAddCoupon(w http.ResponseWriter, r *http.Request) error {
	c, err := s.readCoupon(r)
	if err != nil {
		return err
	}
	_, err = s.workspace(r).Coupon(r.Context(), c.Code)
	if err == nil {
		return problem{status: http.StatusConflict, field: "code", sentence: "The code " + c.Code + " is on the list already."}
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return s.saveCoupon(w, r, c, "add coupon", http.StatusCreated)
}

// panelChangeCoupon replaces what the list says about a code.
func (s *Server) panelChangeCoupon(w http.ResponseWriter, r *http.Request) error {
	c, err := s.readCoupon(r)
	if err != nil {
		return err
	}
	if c.Code != param(r, "code") {
		return store.Invalid{Field: "code", Sentence: "A code cannot be renamed. Add the new one and delete this one."}
	}
	if _, err := s.workspace(r).Coupon(r.Context(), c.Code); err != nil {
		return err
	}
	return s.saveCoupon(w, r, c, "change coupon", http.StatusOK)
}

func (s *Server) readCoupon(r *http.Request) (store.Coupon, error) {
	var in couponJSON
	if err := readJSON(r, &in); err != nil {
		return store.Coupon{}, err
	}
	return in.coupon()
}

func (s *Server) saveCoupon(w http.ResponseWriter, r *http.Request, c store.Coupon, action string, status int) error {
	ws := s.workspace(r)
	if err := ws.SaveCoupon(r.Context(), c); err != nil {
		return err
	}
	kept, err := ws.Coupon(r.Context(), c.Code)
	if err != nil {
		return err
	}
	s.listChanged(r, action, c.Code, nil, c.Code)
	return s.writeJSON(w, r, status, map[string]any{"coupon": couponOf(kept, s.clock.Now())})
}

// listChanged makes an edit of the list count at once, and writes it down.
func (s *Server) listChanged(r *http.Request, action, subject string, details any, codes ...string) {
	s.Desks.Desk(s.workspace(r).ID()).Forget(codes...)
	s.audit(r, action, subject, details)
}

// panelDeleteCoupons takes codes off the list and gives them back, so that it can be undone.
func (s *Server) panelDeleteCoupons(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Codes []string }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	ws := s.workspace(r)
	were, err := s.couponsNamed(r.Context(), ws, in.Codes)
	if err != nil {
		return err
	}
	n, err := ws.DeleteCoupons(r.Context(), in.Codes)
	if err != nil {
		return err
	}
	if n > 0 {
		s.listChanged(r, "delete coupons", subjectOf(in.Codes), map[string]any{"count": n}, in.Codes...)
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "changed": n, "coupons": were})
}

func (s *Server) couponsNamed(ctx context.Context, ws *store.Workspace, codes []string) ([]couponJSON, error) {
	out := make([]couponJSON, 0, len(codes))
	for _, code := range codes {
		c, err := ws.Coupon(ctx, code)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, couponOf(c, s.clock.Now()))
	}
	return out, nil
}

// panelRestoreCoupons puts deleted codes back, with their uses.
func (s *Server) panelRestoreCoupons(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Coupons []couponJSON }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	list, codes := make([]store.Coupon, 0, len(in.Coupons)), make([]string, 0, len(in.Coupons))
	for _, one := range in.Coupons {
		c, err := one.coupon()
		if err != nil {
			return err
		}
		c.Uses = max(0, one.Uses)
		list, codes = append(list, c), append(codes, c.Code)
	}
	if err := s.workspace(r).ImportCoupons(r.Context(), list, false); err != nil {
		return err
	}
	if len(codes) > 0 {
		s.listChanged(r, "restore coupons", subjectOf(codes), map[string]any{"count": len(codes)}, codes...)
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "changed": len(list)})
}

func subjectOf(codes []string) string {
	if len(codes) == 1 {
		return codes[0]
	}
	return ""
}
