package admin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"promostack/store"
)

// The cookies: who is signed in, and which browser signed in before.
const (
	sessionCookie = "admin_session"
	deviceCookie  = "admin_device"
	deviceLife    = 365 * 24 * time.Hour
	touchEvery    = time.Minute // a session in use is written down no more often
)

// overTLS reports whether cookies are for https only: when the request came that way, or when people use an https
// origin, even where we cannot see what a proxy did.
func (s *Server) overTLS(r *http.Request) bool {
	return about(r).secure || s.PublicURL != nil && s.PublicURL.Scheme == "https"
}

// cookieName adds the prefix by which browsers keep other hosts and plain http from setting the cookie.
func (s *Server) cookieName(r *http.Request, name string) string {
	if s.overTLS(r) {
		return "__Host-" + name
	}
	return name
}

// setCookie gives the browser a cookie for our scripts' requests only; an empty value takes it away.
func (s *Server) setCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	age := int(life.Seconds())
	if value == "" {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(r, name), Value: value, Path: "/", MaxAge: age,
		Secure: s.overTLS(r), HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// cookie is the subject of a cookie that we signed; "" when there is none. Two cookies of one name are a trick.
func (s *Server) cookie(r *http.Request, name string, by signer) string {
	found := r.CookiesNamed(s.cookieName(r, name))
	if len(found) != 1 {
		return ""
	}
	subject, ok := by.read(found[0].Value)
	if !ok {
		return ""
	}
	return subject
}

// signedIn finds the session of a request; unauthorized when there is none that may still be used.
func (s *Server) signedIn(r *http.Request) (store.Session, error) {
	id := s.cookie(r, sessionCookie, s.sessions)
	if id == "" {
		return store.Session{}, unauthorized
	}
	found, err := s.Store.Session(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Session{}, unauthorized
	}
	if err != nil {
		return store.Session{}, err
	}
	if s.clock.Now().Sub(found.LastSeen) >= touchEvery {
		if err := s.Store.TouchSession(r.Context(), id); err != nil {
			// A database that cannot be written now must not lock the owner out of reading.
			s.Log.Warn("session not touched", "request", about(r).id, "err", err)
		}
	}
	return found, nil
}

type sessionKey struct{}

// withSession keeps the session for the handler.
func withSession(r *http.Request, session store.Session) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sessionKey{}, session))
}

// sessionOf is the session that a route of class session was entered with.
func sessionOf(r *http.Request) store.Session {
	found, _ := r.Context().Value(sessionKey{}).(store.Session)
	return found
}
