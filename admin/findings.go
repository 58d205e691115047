package admin

import (
	"context"

	"promostack/render"
	"promostack/store"
)

// finding is something that a template should be better at.
type finding struct {
	Variant string `json:"variant"`
	Level   string `json:"level"` // warn, or error: it stops a publish
	Rule    string `json:"rule"`
	Text    string `json:"text"`
}

// usualCode is a code as people have them; a template that cannot hold it is of no use.
const usualCode = "WELCOME-30"

// findings looks a template over before it is published.
func (s *Server) findings(_ context.Context, t store.Template) []finding {
	out := []finding{}
	if t.Name == "" {
		out = append(out, finding{"", "error", "name", "Give the template a name."})
	}
	if len(t.Variants) == 0 {
		out = append(out, finding{"", "error", "variants", "Add a picture: square, portrait or both."})
	}
	for _, v := range t.Variants {
		if v.Box.WidthPct <= 0 || v.Box.HeightPct <= 0 {
			out = append(out, finding{v.Name, "error", "box", "Draw the box for the code on the " + v.Name + " picture."})
			continue
		}
		if _, err := render.VariantFit(v, usualCode); err != nil {
			out = append(out, finding{v.Name, "error", "size", "A code of ten characters does not fit: " + err.Error()})
		}
	}
	return out
}

// stops reports whether a publish must wait.
func stops(list []finding) bool {
	for _, f := range list {
		if f.Level == "error" {
			return true
		}
	}
	return false
}
