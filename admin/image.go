package admin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"promostack/render"
	"promostack/render/coupon"
	"promostack/store"
)

const (
	madeCaching  = "public, max-age=60" // as long as a verdict is believed
	endedCaching = "public, max-age=30"

	picturesPerAddress = 600 // a minute: each costs a drawing and a row
)

// imageURL answers with the finished picture of a code, drawn by us; for pages and mails of others. A code that does not
// pass gets the "offer ended" picture, so that an old link never shows a broken image.
func (s *Server) imageURL(w http.ResponseWriter, r *http.Request) error {
	code, ext, ok := cutLast(param(r, "file"), ".")
	format := map[string]render.Format{"png": render.PNG, "jpg": render.JPEG, "jpeg": render.JPEG}[ext]
	if !ok || format == "" {
		return store.ErrNotFound
	}
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	if wait := s.pictures.take(about(r).key()); wait > 0 {
		return tooMany(wait)
	}
	ws := s.workspace(r)
	order := render.Order{Template: param(r, "slug"), Variant: param(r, "variant"), Code: code, Logo: true, Format: format, By: render.By{Source: "image"}}
	// What is not there is not counted: an address that somebody made up must not get into the statistics.
	if t, err := visible(r, ws); err != nil {
		return err
	} else if _, ok := t.Variant(order.Variant); !ok {
		return store.ErrNotFound
	}
	if err := s.mayAsk(r, ws, code); err != nil {
		return err
	}
	key, _, err := s.Studio.Key(r.Context(), ws, order)
	if err == nil {
		if tag := `"` + key + `"`; matches(r, tag) || r.Method == http.MethodHead {
			return sendHead(w, r, tag, format)
		}
	}
	var p render.Picture
	if p, err = s.Studio.Make(r.Context(), ws, order); err == nil {
		w.Header().Set("ETag", `"`+p.Key+`"`)
		return sendPicture(w, http.StatusOK, madeCaching, p)
	}
	status := ended(err)
	if status == 0 {
		return err
	}
	if p, err = s.Studio.Ended(r.Context(), ws, order.Template, order.Variant, format); err != nil {
		return err
	}
	return sendPicture(w, status, endedCaching, p)
}

// visible is the template of an address, if the public may see it.
func visible(r *http.Request, ws *store.Workspace) (store.Template, error) {
	t, err := ws.Template(r.Context(), param(r, "slug"))
	if err == nil && !t.Web {
		return t, store.ErrNotFound
	}
	return t, err
}

// sendHead answers those who want no picture now: they have it already, or only ask what there is.
func sendHead(w http.ResponseWriter, r *http.Request, tag string, format render.Format) error {
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", madeCaching)
	if matches(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", format.MediaType())
	w.WriteHeader(http.StatusOK)
	return nil
}

// cutLast cuts a text at its last separator.
func cutLast(text, separator string) (before, after string, ok bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

// mayAsk counts a code that the provider would have to be asked about.
func (s *Server) mayAsk(r *http.Request, ws *store.Workspace, code string) error {
	if s.Desks.Desk(ws.ID()).Cached(code) {
		return nil
	}
	if wait := s.codes.take(about(r).key()); wait > 0 {
		return tooMany(wait)
	}
	return nil
}

// ended is the status of a code that does not pass: 410 for one that did once, 404 for one that never did. It is 0 for
// every other error, also when it cannot be told now: an outage never ends an offer.
func ended(err error) int {
	var refused *render.Refused
	if !errors.As(err, &refused) {
		return 0
	}
	switch refused.Verdict.Status {
	case coupon.Expired, coupon.Exhausted:
		return http.StatusGone
	case coupon.Invalid:
		return http.StatusNotFound
	}
	return 0
}

func sendPicture(w http.ResponseWriter, status int, caching string, p render.Picture) error {
	h := w.Header()
	h.Set("Content-Type", p.Type)
	h.Set("Content-Length", fmt.Sprint(len(p.Bytes)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", caching)
	w.WriteHeader(status)
	_, err := w.Write(p.Bytes)
	return err
}

// share is what the share page shows.
type share struct {
	Title, Sentence, Code, Discount string
	URL, Image                      string // absolute, for other sites
	Picture, Make                   string // on this site: the picture, and where to make one's own
	Width, Height                   int
	Ended                           bool
	Ends                            string // a day, "" when there is none
}

// sharePage is a page about one picture, for people and for the previews of messengers.
func (s *Server) sharePage(w http.ResponseWriter, r *http.Request) error {
	ws, slug := s.workspace(r), param(r, "slug")
	code, err := coupon.Canonical(param(r, "code"))
	if err != nil {
		return store.ErrNotFound
	}
	if err := s.mayAsk(r, ws, code); err != nil {
		return err
	}
	t, err := visible(r, ws)
	if err != nil {
		return err
	}
	if len(t.Variants) == 0 {
		return store.ErrNotFound
	}
	v, ok := t.Variant("square")
	if !ok {
		v = t.Variants[0]
	}
	_, verdict, err := s.Studio.Key(r.Context(), ws, render.Order{Template: slug, Variant: v.Name, Code: code, Logo: true})
	status := http.StatusOK
	if err != nil {
		if status = ended(err); status == 0 {
			return explainRefusal(err)
		}
	}
	d := s.pageData(r.Context(), "share", ws)
	d.Status = status
	picture := "/i/" + url.PathEscape(slug) + "/" + v.Name + "/" + url.PathEscape(code) + ".png"
	d.Share = &share{Code: code, URL: s.origin(r) + "/p/" + url.PathEscape(slug) + "/" + url.PathEscape(code), Image: s.origin(r) + picture, Picture: picture,
		Make: "/?" + url.Values{"t": {slug}, "c": {code}}.Encode(), Width: v.Width, Height: v.Height, Ended: status != http.StatusOK,
		Discount: verdict.Discount.String()}
	if !verdict.Ends.IsZero() {
		d.Share.Ends = verdict.Ends.In(s.zone(r.Context(), ws)).Format("2 January 2006")
	}
	d.Share.Title, d.Share.Sentence = "Code "+code+" at "+d.Brand.Name, "Use the code "+code+"."
	if d.Share.Ended {
		d.Share.Title, d.Share.Sentence = "This offer has ended", verdict.Message
	}
	w.Header().Set("Cache-Control", endedCaching)
	return s.sendPage(w, r, "share", status, d)
}

// explainRefusal answers for a code that cannot be checked now.
func explainRefusal(err error) error {
	var refused *render.Refused
	if errors.As(err, &refused) {
		return problem{status: http.StatusServiceUnavailable, sentence: refused.Verdict.Message, retry: 30 * time.Second}
	}
	return err
}

// origin is the address that people use, for links that leave the site.
func (s *Server) origin(r *http.Request) string {
	if s.PublicURL != nil {
		return s.PublicURL.String()
	}
	scheme := "http"
	if about(r).secure {
		scheme = "https"
	}
	return scheme + "://" + r.Host // the host check let it pass
}
