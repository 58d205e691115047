package admin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"promostack/store"
)

// login limits, threat T1: by address, by browser that signed in before, and for all others together. Such a browser
// has a limit of its own, so that somebody else's guessing never keeps the owner out.
const (
	loginPerAddress = 10
	loginForAll     = 60
	hashesAtOnce    = 2
)

// gate lets sign-ins through one by one.
type gate struct {
	address, device, all *limiter
	hashing              chan struct{} // at most so many hashes at once: each takes 19 MiB
}

func newGate(clock store.Clock) *gate {
	return &gate{
		address: newLimiter(clock, loginPerAddress, time.Minute),
		device:  newLimiter(clock, loginPerAddress, time.Minute),
		all:     newLimiter(clock, loginForAll, time.Minute),
		hashing: make(chan struct{}, hashesAtOnce),
	}
}

// wait is how long a sign-in has to wait; 0 lets it through and counts it.
func (g *gate) wait(address, device string) time.Duration {
	if device != "" {
		return g.device.take(device)
	}
	if wait := g.address.take(address); wait > 0 {
		return wait
	}
	return g.all.take("")
}

// login signs an admin in.
func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Password string `json:"password"`
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	device := s.cookie(r, deviceCookie, s.devices)
	if wait := s.gate.wait(about(r).key(), device); wait > 0 {
		return tooMany(wait)
	}
	fits, err := s.fits(r.Context(), in.Password)
	if err != nil {
		return err
	}
	if !fits {
		s.Log.Warn("sign-in refused", "request", about(r).id, "address", about(r).address.String())
		return problem{status: http.StatusUnauthorized, sentence: "That is not the password.", field: "password"}
	}
	made, err := s.Store.CreateSession(r.Context(), about(r).address.String(), shorten(r.UserAgent(), 200))
	if err != nil {
		return err
	}
	if device == "" {
		device = newID() + newID()
	}
	s.setCookie(w, r, sessionCookie, s.sessions.sign(made.ID, made.Expires), made.Expires.Sub(made.Created))
	s.setCookie(w, r, deviceCookie, s.devices.sign(device, s.clock.Now().Add(deviceLife)), deviceLife)
	s.audit(r, "sign-in", about(r).address.String(), nil)
	return s.ok(w, r)
}

// fits hashes the password when it is its turn.
func (s *Server) fits(ctx context.Context, password string) (bool, error) {
	select {
	case s.gate.hashing <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-s.gate.hashing }()
	return s.Password.Fits(ctx, password)
}

// logout ends the session for good, whoever else has its cookie.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	if id := s.cookie(r, sessionCookie, s.sessions); id != "" {
		if err := s.Store.RevokeSession(r.Context(), id); err != nil {
			return err
		}
	}
	s.setCookie(w, r, sessionCookie, "", 0)
	return s.ok(w, r)
}

// checkAuth says whether the session may still be used.
func (s *Server) checkAuth(w http.ResponseWriter, r *http.Request) error {
	_, err := s.signedIn(r)
	var p problem
	if err != nil && !(errors.As(err, &p) && p.status == http.StatusUnauthorized) {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"authenticated": err == nil})
}

// shorten cuts a text from outside to at most n characters, without control characters.
func shorten(text string, n int) string {
	out := make([]rune, 0, min(len(text), n))
	for _, c := range text {
		if len(out) == n {
			break
		}
		if c >= ' ' && c != 0x7f {
			out = append(out, c)
		}
	}
	return string(out)
}

// audit writes down what an admin did. The deed is done by then, so that a failure here is only logged.
func (s *Server) audit(r *http.Request, action, subject string, details any) {
	if err := s.workspace(r).Audit(context.WithoutCancel(r.Context()), "admin", action, subject, details); err != nil {
		s.Log.Error("deed not written down", "request", about(r).id, "action", action, "subject", subject, "err", err)
	}
}
