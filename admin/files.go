package admin

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"promostack/assets"
	"promostack/render"
	"promostack/store"
)

// file is an embedded file, ready to be sent.
type file struct {
	body   []byte
	kind   string // media type
	tag    string // ETag
	packed func() []byte
}

func newFile(name string, body []byte) *file {
	sum := sha256.Sum256(body)
	f := &file{body: body, kind: kindOf(name), tag: `"` + hex.EncodeToString(sum[:8]) + `"`}
	f.packed = sync.OnceValue(func() []byte { return pack(body, gzip.BestCompression) })
	return f
}

// kindOf is the media type of one of our own files. It does not ask the system, whose table differs by machine.
func kindOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".json":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".ico":
		return "image/x-icon"
	case ".ttf":
		return "font/ttf"
	case ".woff2":
		return "font/woff2"
	}
	return "text/plain; charset=utf-8"
}

// packs says whether a media type gets smaller by gzip.
func packs(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json") || strings.Contains(kind, "svg") || kind == "font/ttf"
}

func pack(body []byte, level int) []byte {
	var out bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&out, level) // the level is one of the package's own
	_, _ = zip.Write(body)                     // a buffer takes everything
	_ = zip.Close()
	return out.Bytes()
}

func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == "gzip" && strings.ReplaceAll(quality, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// minPacked is the smallest answer worth packing, in bytes.
const minPacked = 1024

// writeText sends a text made for this request, packed when it pays.
func writeText(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if len(body) >= minPacked && takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = pack(body, gzip.BestSpeed)
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// send answers with an embedded file.
func (f *file) send(w http.ResponseWriter, r *http.Request, caching string) error {
	h := w.Header()
	h.Set("Cache-Control", caching)
	h.Set("ETag", f.tag)
	if packs(f.kind) {
		h.Add("Vary", "Accept-Encoding")
	}
	if matches(r, f.tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", f.kind)
	body := f.body
	if packs(f.kind) && len(body) >= minPacked && takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = f.packed()
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(body)
	return err
}

// matches reports whether the client has the content of this ETag already.
func matches(r *http.Request, tag string) bool {
	for part := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == "*" || part == strings.TrimPrefix(tag, "W/") && part != "" {
			return true
		}
	}
	return false
}

const (
	forEver  = "public, max-age=31536000, immutable"
	askFirst = "no-cache"
)

// embedded finds every file below /assets/: scripts, styles and the metrics of fonts under the hash of the whole, fonts
// and pictures under their own.
func embedded() (base string, files map[string]*file, err error) {
	metrics := newFile("fonts.json", render.FontMetricsJSON())
	sum := sha256.Sum256([]byte(assets.Hash() + metrics.tag))
	base = "/assets/" + hex.EncodeToString(sum[:6])
	files = map[string]*file{base + "/fonts.json": metrics}
	for _, page := range assets.Pages() {
		files[base+"/page/"+page+".css"] = newFile("page.css", assets.Sheet(page))
	}
	add := func(tree fs.FS, address func(name string) string) error {
		return fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			where := address(name)
			if where == "" {
				return nil
			}
			body, err := fs.ReadFile(tree, name)
			files[where] = newFile(name, body)
			return err
		})
	}
	if err = add(assets.Fonts(), assets.FontURL); err != nil {
		return "", nil, err
	}
	err = add(assets.Web(), func(name string) string {
		if picture, ok := strings.CutPrefix(name, "img/"); ok {
			return assets.PictureURL(picture)
		}
		if strings.HasPrefix(name, "js/") || strings.HasPrefix(name, "vendor/") || strings.HasPrefix(name, "css/") {
			return base + "/" + name
		}
		return ""
	})
	return base, files, err
}

// asset answers with an embedded file under its hashed address, to be kept for ever.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	f, ok := s.site.files[r.URL.Path]
	if !ok {
		return store.ErrNotFound
	}
	return f.send(w, r, forEver)
}

// rootFile answers with a file that must live at the root.
func (s *Server) rootFile(w http.ResponseWriter, r *http.Request) error {
	f, ok := s.site.root[r.URL.Path]
	if !ok {
		return store.ErrNotFound
	}
	return f.send(w, r, askFirst)
}
