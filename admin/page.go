package admin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"

	"promostack/assets"
	"promostack/assets/markup"
	"promostack/store"
)

// site is what is embedded: files by address, pages by name.
type site struct {
	base    string // "/assets/{hash}"
	files   map[string]*file
	root    map[string]*file
	pages   map[string]*markup.Page
	modules map[string][]string
}

// imageInRoot is a picture named in the manifest; it becomes its address by content.
var imageInRoot = regexp.MustCompile(`"/img/([^"]+)"`)

func newSite() (*site, error) {
	base, files, err := embedded()
	if err != nil {
		return nil, err
	}
	st := &site{base: base, files: files, root: map[string]*file{}, pages: map[string]*markup.Page{}, modules: map[string][]string{}}
	for _, name := range []string{"robots.txt", "manifest.webmanifest", "sw.js", "favicon.ico", "img/favicon.ico"} {
		body, err := fs.ReadFile(assets.Web(), name)
		if err != nil {
			continue
		}
		if name != "img/favicon.ico" && name != "favicon.ico" {
			body = bytes.ReplaceAll(body, []byte("__HASH__"), []byte(path.Base(base)))
			body = imageInRoot.ReplaceAllFunc(body, func(m []byte) []byte {
				return []byte(`"` + assets.PictureURL(string(imageInRoot.FindSubmatch(m)[1])) + `"`)
			})
		}
		st.root["/"+path.Base(name)] = newFile(name, body)
	}
	for _, page := range assets.Pages() {
		if err := st.addPage(page); err != nil {
			return nil, err
		}
	}
	if st.pages["error"] == nil {
		return nil, errors.New("the error page is missing")
	}
	return st, nil
}

func (st *site) addPage(page string) error {
	body, err := fs.ReadFile(assets.Web(), page+".html")
	if err != nil {
		return err
	}
	t, err := markup.Parse(page, string(body), markup.Funcs{
		"picture": assets.PictureURL,
		"font":    assets.FontURL,
		"asset":   func(name string) string { return st.base + "/" + strings.TrimPrefix(name, "/") },
		"sheet":   func(name string) string { return st.base + "/page/" + name + ".css" },
	})
	if err != nil {
		return err
	}
	st.pages[page] = t
	for _, m := range assets.Modules(page) {
		st.modules[page] = append(st.modules[page], st.base+"/"+m)
	}
	return nil
}

// pageData is what a page may show.
type pageData struct {
	Base, Sheet, Fonts, Origin, Version string
	Modules                             []string // js/PAGE.js and what it imports, to be preloaded
	Brand                               pageBrand
	OpenCoupons                         bool

	Share *share // of the share page

	Status              int // of error pages, with the next three
	Title, Sentence, ID string
}

// pageBrand is the brand as pages show it.
type pageBrand struct{ Name, Accent, Logo, Support, Referral string }

func (s *Server) pageData(ctx context.Context, name string, ws *store.Workspace) pageData {
	b := s.brand(ctx, ws)
	d := pageData{
		Base: s.site.base, Sheet: s.site.base + "/page/" + name + ".css", Fonts: s.site.base + "/fonts.json",
		Version: s.Version, Modules: s.site.modules[name], OpenCoupons: s.Desks.Name(ws.ID()) == "open",
		Brand: pageBrand{Name: b.ProductName, Accent: b.Accent, Support: b.SupportContact, Referral: b.ReferralPattern},
	}
	if b.LogoKey != "" {
		d.Brand.Logo = "/media/" + b.LogoKey
	}
	if s.PublicURL != nil {
		d.Origin = s.PublicURL.String()
	}
	return d
}

// brand is how the workspace presents itself. A page must not fail because the database is slow: then it is neutral.
func (s *Server) brand(ctx context.Context, ws *store.Workspace) store.Brand {
	b, err := ws.Brand(ctx)
	if err != nil {
		s.Log.Warn("brand not read", "workspace", ws.ID(), "err", err)
		return store.Brand{ProductName: "PromoStack", Accent: "#F6B93B", TimeZone: "UTC"}
	}
	return b
}

// home is the public page, or the panel where the Host is that of ADMIN_URL.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	if s.isAdminHost(r) && !sameHost(r.Host, s.PublicURL) {
		return s.page("admin")(w, r)
	}
	return s.page("index")(w, r)
}

// page answers with a page.
func (s *Server) page(name string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if s.site.pages[name] == nil {
			return store.ErrNotFound
		}
		w.Header().Set("Cache-Control", askFirst)
		return s.sendPage(w, r, name, http.StatusOK, s.pageData(r.Context(), name, s.workspace(r)))
	}
}

// sendPage fills a page and answers with it.
func (s *Server) sendPage(w http.ResponseWriter, r *http.Request, name string, status int, d pageData) error {
	var body bytes.Buffer
	if err := s.site.pages[name].Execute(&body, d); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	sum := sha256.Sum256(body.Bytes())
	h := w.Header()
	h.Set("ETag", `W/"`+hex.EncodeToString(sum[:8])+`"`)
	if status == http.StatusOK && matches(r, h.Get("ETag")) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	return writeText(w, r, status, body.Bytes())
}

// errorPage answers a person with an error.
func (s *Server) errorPage(w http.ResponseWriter, r *http.Request, p problem) {
	d := s.pageData(r.Context(), "error", s.workspace(r))
	d.Status, d.Title, d.Sentence, d.ID = p.status, http.StatusText(p.status), p.sentence, about(r).id
	if p.status == http.StatusNotFound {
		d.Title = "Page not found"
	}
	var body bytes.Buffer
	if err := s.site.pages["error"].Execute(&body, d); err != nil {
		s.Log.Error("error page not made", "request", d.ID, "err", err)
		body.Reset()
		body.WriteString(p.sentence)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := writeText(w, r, p.status, body.Bytes()); err != nil {
		s.Log.Debug("answer not delivered", "request", d.ID, "err", err)
	}
}
