package admin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"
)

// healthz says that the process lives.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"status": "ok"})
}

// readyTimeout is how long the database may take to answer before the server is not ready.
const readyTimeout = 2 * time.Second

// readyz says whether requests would be answered now.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	answer := map[string]any{"status": "ready", "database": "ok"}
	status := http.StatusOK
	if err := s.Store.Ping(ctx); err != nil {
		s.Log.Warn("not ready", "err", err)
		answer["status"], answer["database"], status = "not ready", "does not answer", http.StatusServiceUnavailable
	}
	c := s.copies(ctx)
	answer["replica"], answer["files"] = nil, map[string]any{"waiting": c.Files.Waiting, "up": c.Files.Up}
	if c.Replica.On {
		answer["replica"] = map[string]any{"last_sync": c.Replica.LastSync, "lag_seconds": c.Replica.LagSeconds, "late": c.Replica.Late}
	}
	if stopping(r) {
		answer["status"], status = "stopping", http.StatusServiceUnavailable
	}
	return s.writeJSON(w, r, status, answer)
}

// stopping reports whether the server has begun to stop.
func stopping(r *http.Request) bool {
	done, _ := r.Context().Value(stopKey{}).(<-chan struct{})
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// mayScrape lets metrics out to whoever has the token; without one to this machine only, and not at all when the
// server has a public name or stands behind a proxy, since then everybody seems to come from this machine.
func (s *Server) mayScrape(r *http.Request) error {
	if s.MetricsToken != "" {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || !sameSecret(given, s.MetricsToken) {
			return unauthorized
		}
		return nil
	}
	closed := problem{status: http.StatusForbidden, sentence: "Metrics are closed. Set METRICS_TOKEN and send it as Authorization: Bearer."}
	forwarded := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("X-Forwarded-Proto") != "" || r.Header.Get("Forwarded") != ""
	if s.PublicURL != nil || s.AdminURL != nil || forwarded || !addressOf(r.RemoteAddr).IsLoopback() || !s.knownHost(r.Host) {
		return closed
	}
	return nil
}

// sameSecret compares in a time that tells nothing about either text.
func sameSecret(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
