package admin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/netip"
)

// request is what the outer layers learned about a request.
type request struct {
	id      string
	address netip.Addr // the person's, not the proxy's
	secure  bool       // really came by TLS, as far as we can know
	pattern string     // of the route that answers, "" when none does
	writer  *watcher
}

type requestKey struct{}

// about is what the outer layers learned about r.
func about(r *http.Request) *request {
	if in, ok := r.Context().Value(requestKey{}).(*request); ok {
		return in
	}
	return &request{}
}

func (in *request) wrote() bool { return in.writer != nil && in.writer.status != 0 }

// key is what limits are counted by: the address, of IPv6 the network of one customer.
func (in *request) key() string {
	if in.address.Is6() {
		if prefix, err := in.address.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return in.address.String()
}

// with keeps in for the inner layers.
func with(r *http.Request, in *request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), requestKey{}, in))
}

// newID is a number by which a request is found in the log.
func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails; it ends the process instead
	return hex.EncodeToString(b[:])
}

// watcher notes what was answered.
type watcher struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status.
func (w *watcher) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *watcher) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watcher) Unwrap() http.ResponseWriter { return w.ResponseWriter }
