package bottest

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // photos are measured
	_ "image/png"  // photos are measured
	"net/http"
	"strconv"
	"strings"
)

// file is what a bot uploaded; other bots cannot use its id.
type file struct {
	id, kind, name string
	bytes          []byte
	width, height  int
}

// take finds the file that a field names: an upload, an attach:// part, or the id of a file that we hold.
// It reports whether bytes came with the request.
func (b *Bot) take(kind string, v any, parts map[string]upload) (*file, *apiError) {
	switch v := v.(type) {
	case upload:
		return b.keep(kind, v)
	case string:
		if name, ok := strings.CutPrefix(v, "attach://"); ok {
			part, ok := parts[name]
			if !ok {
				return nil, mistake("the part %q is missing", name)
			}
			return b.keep(kind, part)
		}
		f := b.files[v]
		switch {
		case strings.HasPrefix(v, "http"):
			return nil, badRequest("wrong type of the web page content")
		case f == nil:
			return nil, badRequest("wrong remote file identifier specified: Wrong padding in the string")
		case f.kind != kind:
			return nil, badRequest("type of file mismatch")
		}
		return f, nil
	}
	return nil, mistake("there is no %s in the request", kind)
}

// keep stores an upload as a photo or a document.
func (b *Bot) keep(kind string, u upload) (*file, *apiError) {
	f := &file{id: fmt.Sprintf("%s-%d-%d", kind, b.ID, len(b.files)+1), kind: kind, name: u.Name, bytes: u.Bytes}
	if len(u.Bytes) == 0 {
		return nil, badRequest("file must be non-empty")
	}
	if kind == "photo" {
		c, _, err := image.DecodeConfig(bytes.NewReader(u.Bytes))
		switch {
		case err != nil:
			return nil, badRequest("IMAGE_PROCESS_FAILED")
		case len(u.Bytes) > 10<<20:
			return nil, badRequest("file is too big")
		case c.Width+c.Height > 10000 || c.Width > 20*c.Height || c.Height > 20*c.Width:
			return nil, badRequest("PHOTO_INVALID_DIMENSIONS")
		}
		f.width, f.height = c.Width, c.Height
	}
	b.files[f.id] = f
	return f, nil
}

// Forget makes the server refuse every file id given out so far, as it may for reasons of its own.
func (b *Bot) Forget() {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	for id, f := range b.files {
		b.files[id] = nil
		b.files["forgotten-"+id] = f
	}
}

// File is the content behind a file id, nil when there is none.
func (b *Bot) File(id string) []byte {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	if f := b.files[id]; f != nil {
		return f.bytes
	}
	return nil
}

// photoSizes is how a photo is described in a message: small ones first, the whole one last.
func (f *file) photoSizes() []map[string]any {
	full := map[string]any{"file_id": f.id, "file_unique_id": "u" + f.id, "width": f.width, "height": f.height, "file_size": len(f.bytes)}
	small := map[string]any{"file_id": f.id + "-s", "file_unique_id": "us" + f.id, "width": max(1, f.width/8), "height": max(1, f.height/8)}
	return []map[string]any{small, full}
}

func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, rest string) {
	token, name, _ := strings.Cut(rest, "/")
	b := s.known(token)
	if b == nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	content := b.File(name)
	if content == nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content)
}
