package admin

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"promostack/signals"
	"promostack/store"
)

// proofRule says how to check the record, in the file itself, so that nobody needs our page for it.
const proofRule = "hash = lowercase hexadecimal SHA-256 of: the hash of the entry before (nothing for the first), a line feed, body. " +
	"seq counts 1, 2, 3 without holes. root is the hash of the last entry."

// proofRecord sends the public part of the record, entry by entry.
func (s *Server) proofRecord(w http.ResponseWriter, r *http.Request) error {
	ws := s.workspace(r)
	last, err := signals.PublicEnd(r.Context(), ws, s.clock.Now())
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", askFirst)
	h.Set("ETag", fmt.Sprintf(`W/"%d-%.16s"`, last.Seq, last.Hash))
	h.Add("Vary", "Accept-Encoding")
	if matches(r, h.Get("ETag")) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/json")
	if r.URL.Query().Has("download") {
		h.Set("Content-Disposition", `attachment; filename="signal-record.json"`)
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	var out io.Writer = w
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		zip, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // the level is one of the package's own
		defer zip.Close()                                // a client that went away needs no foot
		out = zip
	}
	return s.writeRecord(r, out, ws, last)
}

func (s *Server) writeRecord(r *http.Request, to io.Writer, ws *store.Workspace, last store.Entry) error {
	out := bufio.NewWriterSize(to, 32<<10)
	fmt.Fprintf(out, `{"count":%d,"root":%q,"rule":%q,"entries":[`, last.Seq, last.Hash, proofRule)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	err := signals.EachEntry(r.Context(), ws, last.Seq, func(e store.Entry) error {
		if e.Seq > 1 {
			if err := out.WriteByte(','); err != nil {
				return err
			}
		}
		return encoder.Encode(e)
	})
	if err != nil {
		return err
	}
	if _, err := out.WriteString("]}\n"); err != nil {
		return err
	}
	return out.Flush()
}
