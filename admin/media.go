package admin

import (
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"promostack/store"
)

// publicKeys are the beginnings of the keys that anybody may read. Whatever else lies in the store of files (exports,
// backups, the replica) is not served.
var publicKeys = []string{"art/", "thumb/", "logo/", "overlay/", "templates/", "campaigns/"}

// contentKey is a key that names its content, so that what is under it never changes.
var contentKey = regexp.MustCompile(`/[0-9a-f]{32,64}\.[a-z0-9]+$`)

// media answers with a stored picture. Its type is fixed by its key and nothing in it may act.
func (s *Server) media(w http.ResponseWriter, r *http.Request) error {
	key := strings.TrimPrefix(param(r, "key"), "/")
	kind := kindOf(key)
	public := slices.ContainsFunc(publicKeys, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
	if !public || !strings.HasPrefix(kind, "image/") || kind == "image/svg+xml" || store.CheckKey(key) != nil {
		return store.ErrNotFound
	}
	body, info, err := s.Store.Blobs().Open(r.Context(), key)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	modified := info.Modified
	if contentKey.MatchString(key) {
		h.Set("Cache-Control", forEver)
		h.Set("ETag", `"`+strings.TrimSuffix(path.Base(key), path.Ext(key))+`"`)
		modified = time.Time{}
	} else {
		h.Set("Cache-Control", askFirst)
	}
	http.ServeContent(w, r, "", modified, body)
	return nil
}
