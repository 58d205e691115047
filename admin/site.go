package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"promostack/assets"
	"promostack/render/coupon"
	"promostack/store"
)

// templateCache keeps the last answer of GET /api/templates.
type templateCache struct {
	mu   sync.Mutex
	tag  string
	body []byte
}

// listTemplates is what the public page can make pictures of.
func (s *Server) listTemplates(w http.ResponseWriter, r *http.Request) error {
	ws := s.workspace(r)
	revision, err := ws.TemplatesRevision(r.Context())
	if err != nil {
		return err
	}
	brand := s.brand(r.Context(), ws)
	// The build is part of the tag, since another one may answer in another shape.
	tag := fmt.Sprintf(`W/"%s-%d-%d-%d"`, path.Base(s.site.base), ws.ID(), revision, brand.Rev)
	h := w.Header()
	h.Set("Cache-Control", askFirst)
	h.Set("ETag", tag)
	if matches(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body, err := s.templateList(r.Context(), ws, brand, tag)
	if err != nil {
		return err
	}
	h.Set("Content-Type", "application/json")
	return writeText(w, r, http.StatusOK, body)
}

func (s *Server) templateList(ctx context.Context, ws *store.Workspace, brand store.Brand, tag string) ([]byte, error) {
	s.templates.mu.Lock()
	defer s.templates.mu.Unlock()
	if s.templates.tag == tag {
		return s.templates.body, nil
	}
	yes := true
	found, err := ws.Templates(ctx, store.TemplateFilter{Web: &yes})
	if err != nil {
		return nil, err
	}
	list := make([]map[string]any, 0, len(found))
	for _, t := range found {
		list = append(list, publicTemplate(t))
	}
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(map[string]any{"templates": list, "brand": publicBrand(brand)}); err != nil {
		return nil, fmt.Errorf("encode templates: %w", err)
	}
	s.templates.tag, s.templates.body = tag, body.Bytes()
	return body.Bytes(), nil
}

// publicTemplate has one key a variant beside its own keys.
func publicTemplate(t store.Template) map[string]any {
	out := map[string]any{}
	for _, v := range t.Variants {
		out[v.Name] = publicVariant(v)
	}
	out["slug"], out["name"], out["version"] = t.Slug, t.Name, t.Version
	return out
}

// variantJSON is a variant as pages read it.
type variantJSON struct {
	URL       string    `json:"url"`
	Thumb     string    `json:"thumb"`
	Width     int       `json:"width"`
	Height    int       `json:"height"`
	Box       store.Box `json:"box"`
	MaxFontPx int       `json:"maxFontPx"`
	FontColor string    `json:"fontColor"`
	Font      string    `json:"font"`
	Stroke    bool      `json:"stroke"`
	PadPct    float64   `json:"padPct"`
	Logo      bool      `json:"logo"`
}

func publicVariant(v store.Variant) variantJSON {
	return variantJSON{URL: mediaURL(v.Art), Thumb: mediaURL(v.Thumb), Width: v.Width, Height: v.Height, Box: v.Box,
		MaxFontPx: v.MaxFontPx, FontColor: v.FontColor, Font: v.Font, Stroke: v.Stroke, PadPct: v.PaddingPct, Logo: v.Logo}
}

func mediaURL(key string) string {
	if key == "" {
		return ""
	}
	return "/media/" + key
}

// publicBrand is the brand as the page reads it; overlay is the picture that is drawn on coupons that carry a logo.
func publicBrand(b store.Brand) map[string]any {
	overlay := assets.PictureURL("mark.png")
	if b.LogoKey != "" {
		overlay = mediaURL(b.LogoKey)
	}
	return map[string]any{"overlay": map[string]any{"url": overlay}, "name": b.ProductName, "accent": b.Accent, "support": b.SupportContact, "referral": b.ReferralPattern}
}

// validateCoupon says whether a code may become a picture, and gives the ticket that usage is counted with.
func (s *Server) validateCoupon(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Code *string `json:"coupon_code"`
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Code == nil || strings.TrimSpace(*in.Code) == "" {
		return problem{status: http.StatusBadRequest, field: "coupon_code", sentence: "Enter a coupon code."}
	}
	ws := s.workspace(r)
	code, err := coupon.Canonical(*in.Code)
	if err != nil {
		return err
	}
	if err := s.mayAsk(r, ws, code); err != nil {
		return err
	}
	v, err := s.Desks.For(ws.ID()).Check(r.Context(), code)
	if err != nil {
		return err
	}
	out := map[string]any{"valid": v.Passed, "message": v.Message, "status_code": statusCode(v), "status": v.Status,
		"canonical": v.Canonical, "discount": v.Discount.String(), "ends": moment(v.Ends)}
	if v.Passed {
		out["ticket"] = s.Tickets.Issue(ws.ID(), v.Canonical)
	}
	return s.writeJSON(w, r, http.StatusOK, out)
}

// statusCode is what the provider's server answered, or would have.
func statusCode(v coupon.Verdict) int {
	switch {
	case v.HTTPStatus != 0 || v.Status == coupon.Unknown:
		return v.HTTPStatus
	case v.Status == coupon.Valid:
		return http.StatusOK
	}
	return http.StatusNotFound
}

// asVerdict gives an error of validateCoupon the keys that its clients read. An error of which the sentence does not
// say that the code is wrong leaves the status unknown: an outage is never called invalid.
func asVerdict(err error) error {
	p, planned := explain(err)
	if !planned {
		return err
	}
	status := coupon.Unknown
	var invalid store.Invalid
	if errors.As(err, &invalid) {
		status = coupon.Invalid
	}
	p.more = map[string]any{"valid": false, "message": p.sentence, "status_code": p.status, "status": status}
	return p
}

// moment is a time in JSON: null when there is none.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}
