package admin

import (
	"errors"
	"net/http"

	"promostack/render/coupon"
	"promostack/store"
)

type choiceJSON struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Hint  string `json:"hint"`
}

// choices are the providers in words.
var choices = map[string]choiceJSON{
	"open":      {"open", "Any well-formed code", "Every code passes. Good for a first try, not for a campaign."},
	"list":      {"list", "My own list", "The codes that you keep below, with their dates and uses."},
	"funderpro": {"funderpro", "FunderPro", "FunderPro says which discounts are valid for the product."},
	"http":      {"http", "Another service", "The web address set by COUPON_HTTP_URL says which codes are valid."},
}

// panelProvider says who knows the codes, and how it is doing.
func (s *Server) panelProvider(w http.ResponseWriter, r *http.Request) error {
	ws := s.workspace(r)
	_, listed, err := ws.Coupons(r.Context(), store.CouponFilter{Limit: 1})
	if err != nil {
		return err
	}
	offered := []choiceJSON{}
	for _, name := range s.Desks.Choices() {
		offered = append(offered, choices[name])
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{
		"name": s.Desks.Name(ws.ID()), "fixed_by": s.Desks.FixedBy(), "detail": s.Desks.Detail(ws.ID()), "choices": offered,
		"outage": map[string]any{"policy": s.Desks.Outage(), "fixed_by": s.Desks.OutageFixedBy()},
		"health": healthOf(s.Desks.Desk(ws.ID()).Health()), "listed": listed,
	})
}

func healthOf(h coupon.Health) map[string]any {
	state := "ok"
	switch {
	case h.State == coupon.Failing, h.State == coupon.Paused:
		state = h.State
	case h.LastAnswer.IsZero():
		state = "idle"
	}
	return map[string]any{"state": state, "last_ok": moment(h.LastAnswer), "last_error": h.Sentence, "last_error_at": moment(h.LastFailure),
		"failures": h.Failures, "retry_at": moment(h.PausedUntil), "cached": h.Entries, "took_ms": h.Took.Milliseconds()}
}

// panelChooseProvider sets who knows the codes.
func (s *Server) panelChooseProvider(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Name string }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	err := s.Desks.Choose(r.Context(), s.workspace(r).ID(), in.Name)
	var invalid store.Invalid
	if errors.As(err, &invalid) && s.Desks.FixedBy() != "" {
		return problem{status: http.StatusForbidden, field: "name", sentence: invalid.Sentence}
	}
	if err != nil {
		return err
	}
	s.audit(r, "choose coupon provider", in.Name, nil)
	return s.panelProvider(w, r)
}

// panelTryCode asks about a code as a person's picture would.
func (s *Server) panelTryCode(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Code string }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	ws := s.workspace(r)
	code, err := coupon.Canonical(in.Code)
	if err != nil {
		return store.Invalid{Field: "code", Sentence: err.Error()}
	}
	desk, began := s.Desks.Desk(ws.ID()), s.clock.Now()
	cached := desk.Cached(code)
	v, err := desk.Check(r.Context(), code)
	if err != nil {
		return err
	}
	took := s.clock.Now().Sub(began)
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"canonical": v.Canonical, "status": v.Status, "message": v.Message,
		"discount": v.Discount.String(), "ends": moment(v.Ends), "url": v.URL, "source": v.Source, "passed": v.Passed,
		"cached": cached, "millis": took.Milliseconds()})
}

// panelVerdicts lists what the provider answered last, whoever asked, newest first.
func (s *Server) panelVerdicts(w http.ResponseWriter, r *http.Request) error {
	list := s.Desks.Desk(s.workspace(r).ID()).Recent()
	list = list[:min(len(list), queryNumber(r, "limit", 50, 1, 200))]
	out := make([]map[string]any, 0, len(list))
	for _, v := range list {
		out = append(out, map[string]any{"at": moment(v.At), "code": v.Canonical, "status": v.Status, "source": v.Source, "message": v.Message})
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"verdicts": out})
}
