package admin

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
)

// middleware is what every request goes through, outermost first.
func (s *Server) middleware(next http.Handler) http.Handler {
	h := s.checkOrigin(next)
	h = s.checkHost(h)
	h = s.secure(h)
	h = s.recoverPanics(h)
	return s.watch(h)
}

// watch names the request, finds out who sent it, and notes how it went.
func (s *Server) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.clock.Now()
		writer := &watcher{ResponseWriter: w}
		in := &request{id: newID(), writer: writer}
		in.address, in.secure = s.sender(r)
		w.Header().Set("X-Request-Id", in.id)
		defer func() {
			took := s.clock.Now().Sub(began)
			s.meter.note(in.pattern, r.Method, writer.status, took)
			s.Log.Debug("request", "request", in.id, "method", cleanMethod(r.Method), "path", r.URL.Path, "route", in.pattern,
				"status", writer.status, "bytes", writer.bytes, "ms", took.Milliseconds())
		}()
		next.ServeHTTP(writer, with(r, in))
	})
}

// recoverPanics turns a panic into a 500, so that it hurts nobody else.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v) // the server's own way to break off an answer
			}
			s.meter.panics.Inc()
			s.fail(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}()
		next.ServeHTTP(w, r)
	})
}

// contentSecurity allows what our pages use, and nothing inline. Pictures may also come from the CDN when there is one.
func contentSecurity(pictures string) string {
	images := "img-src 'self' blob: data:"
	if pictures != "" {
		images += " " + pictures
	}
	return strings.Join([]string{"default-src 'none'", "script-src 'self'", "style-src 'self'", images, "connect-src 'self'",
		"font-src 'self'", "manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"}, "; ")
}

// secure sets the headers that every answer carries; a handler may replace them.
func (s *Server) secure(next http.Handler) http.Handler {
	policy := contentSecurity(s.PictureOrigin)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
		if s.isPanel(r) {
			h.Set("Referrer-Policy", "no-referrer")
		}
		if about(r).secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// isPanel reports whether a request is about the panel.
func (s *Server) isPanel(r *http.Request) bool {
	return r.URL.Path == "/admin" || strings.HasPrefix(r.URL.Path, "/api/panel/") || r.URL.Path == "/" && s.isAdminHost(r)
}
