package admin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"promostack/store"

	"github.com/julienschmidt/httprouter"
)

const defaultBudget = 10 * time.Second

// router builds the mux of the table.
func (s *Server) router(routes []route) http.Handler {
	mux := httprouter.New()
	mux.RedirectFixedPath = false
	mux.HandleOPTIONS = false
	for _, rt := range routes {
		h := s.serve(rt)
		mux.Handler(rt.method, rt.pattern, h)
		if rt.method == get {
			mux.Handler(http.MethodHead, rt.pattern, h)
		}
	}
	mux.NotFound = s.answer(func(http.ResponseWriter, *http.Request) error { return store.ErrNotFound })
	mux.MethodNotAllowed = s.answer(func(_ http.ResponseWriter, r *http.Request) error {
		return problem{status: http.StatusMethodNotAllowed, sentence: "This address does not take " + cleanMethod(r.Method) + " requests."}
	})
	return mux
}

// cleanMethod is a method name that is safe to show.
func cleanMethod(m string) string {
	if len(m) > 16 || strings.ContainsFunc(m, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		return "such"
	}
	return m
}

// serve checks what the table says of a route, then answers.
func (s *Server) serve(rt route) http.Handler {
	limit, budget := rt.body, rt.budget
	if limit == 0 {
		limit = maxBodyUnlessTold
	}
	if budget == 0 {
		budget = defaultBudget
	}
	guarded := func(w http.ResponseWriter, r *http.Request) error {
		about(r).pattern = rt.pattern
		r, err := s.mayUse(rt, r)
		if err != nil {
			return err
		}
		if r.ContentLength > limit {
			return tooLarge(limit)
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if rt.slow {
			s.stretch(w, budget)
		}
		ctx, cancel := context.WithTimeout(r.Context(), budget)
		defer cancel()
		return rt.handle(w, r.WithContext(ctx))
	}
	return s.answer(func(w http.ResponseWriter, r *http.Request) error {
		err := guarded(w, r)
		if err != nil && rt.shape != nil {
			return rt.shape(err)
		}
		return err
	})
}

// stretch gives a route longer than usual to read its body and to answer. The deadlines of sockets are moments of
// the machine's clock, whatever clock the product runs on.
func (s *Server) stretch(w http.ResponseWriter, budget time.Duration) {
	control, now := http.NewResponseController(w), store.SystemClock().Now()
	// A writer without deadlines (tests) needs none.
	_ = control.SetReadDeadline(now.Add(budget))
	_ = control.SetWriteDeadline(now.Add(budget + s.patience.write))
}

// mayUse applies the access class; the request comes back with its session.
func (s *Server) mayUse(rt route, r *http.Request) (*http.Request, error) {
	switch rt.access {
	case public, webhook:
		return r, nil
	case token:
		return r, s.mayScrape(r)
	}
	found, err := s.signedIn(r)
	return withSession(r, found), err
}

// answer runs a handler and turns its error into an answer.
func (s *Server) answer(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// param is a named part of the path.
func param(r *http.Request, name string) string {
	return httprouter.ParamsFromContext(r.Context()).ByName(name)
}
