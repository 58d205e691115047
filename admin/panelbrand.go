package admin

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"promostack/admin/setup"
	"promostack/store"
)

// brandJSON is the brand as the panel reads and writes it.
type brandJSON struct {
	ProductName     string    `json:"productName"`
	Accent          string    `json:"accent"`
	ReferralPattern string    `json:"referralPattern"`
	SupportContact  string    `json:"supportContact"`
	TimeZone        string    `json:"timeZone"`
	Logo            *logoJSON `json:"logo"` // null = the mark that we ship
}

type logoJSON struct {
	Art    string `json:"art"`
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// brandOf reads the logo's size beside the brand; a logo whose description is gone is shown without one.
func (s *Server) brandOf(ctx context.Context, b store.Brand) brandJSON {
	out := brandJSON{ProductName: b.ProductName, Accent: b.Accent, ReferralPattern: b.ReferralPattern, SupportContact: b.SupportContact, TimeZone: b.TimeZone}
	if b.LogoKey == "" {
		return out
	}
	out.Logo = &logoJSON{Art: b.LogoKey, URL: mediaURL(b.LogoKey)}
	if p, err := s.picture(ctx, b.LogoKey); err == nil {
		out.Logo.Width, out.Logo.Height = p.Width, p.Height
	}
	return out
}

// panelBrand is the brand and what its fields can hold.
func (s *Server) panelBrand(w http.ResponseWriter, r *http.Request) error {
	b, err := s.workspace(r).Brand(r.Context())
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"rev": b.Rev, "brand": s.brandOf(r.Context(), b), "overlay": publicBrand(b)["overlay"], "zones": setup.Zones()})
}

// panelSaveBrand keeps the brand; it shows on the next page that anybody opens.
func (s *Server) panelSaveBrand(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Rev   int
		Brand brandJSON
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if strings.TrimSpace(in.Brand.ProductName) == "" {
		return store.Invalid{Field: "productName", Sentence: "Give the product a name."}
	}
	ws := s.workspace(r)
	b := store.Brand{ProductName: in.Brand.ProductName, Accent: in.Brand.Accent, ReferralPattern: in.Brand.ReferralPattern,
		SupportContact: in.Brand.SupportContact, TimeZone: in.Brand.TimeZone, Rev: in.Rev}
	if in.Brand.Logo != nil {
		b.LogoKey = in.Brand.Logo.Art
		if _, err := s.picture(r.Context(), b.LogoKey); err != nil {
			return store.Invalid{Field: "logo", Sentence: "The logo is not here any more. Upload it again."}
		}
	}
	kept, err := ws.SaveBrand(r.Context(), b)
	if errors.Is(err, store.ErrConflict) {
		now, failed := ws.Brand(r.Context())
		if failed != nil {
			return failed
		}
		p, _ := explain(err)
		p.more = map[string]any{"current": map[string]any{"rev": now.Rev, "brand": s.brandOf(r.Context(), now)}}
		return p
	}
	if err != nil {
		return err
	}
	s.audit(r, "save brand", kept.ProductName, nil)
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"rev": kept.Rev, "brand": s.brandOf(r.Context(), kept), "overlay": publicBrand(kept)["overlay"]})
}
