package admin

import (
	"net/http"
	"time"
)

// access says who may use a route.
type access int

const (
	public  access = iota + 1 // anybody
	session                   // a signed-in admin
	webhook                   // proves itself by a secret of its own; exempt from the cross-site check
	token                     // a bearer token or this machine
)

// handler answers a request or returns why not; fail turns the error into an answer.
type handler func(w http.ResponseWriter, r *http.Request) error

// route is one row of the table. HEAD comes with every GET.
type route struct {
	method  string
	pattern string
	access  access
	handle  handler

	body   int64         // largest request body in bytes; 0 = 64 KiB
	budget time.Duration // time to answer; 0 = 10 s
	slow   bool          // the body may take up to the budget to arrive (uploads)

	shape func(error) error // gives an error the keys that clients of this route read
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is every route there is.
func (s *Server) routes() []route {
	return []route{
		// Pages and files.
		{method: get, pattern: "/", access: public, handle: s.home},
		{method: get, pattern: "/admin", access: public, handle: s.page("admin")},
		{method: get, pattern: "/help", access: public, handle: s.page("help")},
		{method: get, pattern: "/assets/*path", access: public, handle: s.asset},
		{method: get, pattern: "/media/*key", access: public, handle: s.media},
		{method: get, pattern: "/sw.js", access: public, handle: s.rootFile},
		{method: get, pattern: "/manifest.webmanifest", access: public, handle: s.rootFile},
		{method: get, pattern: "/favicon.ico", access: public, handle: s.rootFile},
		{method: get, pattern: "/robots.txt", access: public, handle: s.rootFile},

		// How the server is doing.
		{method: get, pattern: "/healthz", access: public, handle: s.healthz},
		{method: get, pattern: "/readyz", access: public, handle: s.readyz},
		{method: get, pattern: "/metrics", access: token, handle: s.metrics},

		// Sign-in.
		{method: post, pattern: "/api/login", access: public, handle: s.login},
		{method: post, pattern: "/api/logout", access: public, handle: s.logout},
		{method: get, pattern: "/api/check-auth", access: public, handle: s.checkAuth},

		// What the public page asks.
		{method: get, pattern: "/api/templates", access: public, handle: s.listTemplates},
		{method: post, pattern: "/api/validate-coupon", access: public, handle: s.validateCoupon, shape: asVerdict},
		{method: post, pattern: "/api/events", access: public, handle: s.recordEvent},
	}
}
