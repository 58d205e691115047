package admin

import (
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// probes are asked by machines that know only our address, so any Host will do.
var probes = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true}

// checkHost refuses requests for names that are not ours: once an origin is configured, all but that; before, all
// but this machine's own names and addresses, so that no foreign name can be pointed at us (DNS rebinding).
func (s *Server) checkHost(next http.Handler) http.Handler {
	return s.answer(func(w http.ResponseWriter, r *http.Request) error {
		if !probes[r.URL.Path] && !isWebhook(r) && !s.knownHost(r.Host) {
			return problem{status: http.StatusForbidden, sentence: s.hostSentence()}
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// isWebhook says whether a request comes to the door that proves itself by a secret of its own. WEBHOOK_URL may give
// that door another name than people use.
func isWebhook(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/telegram-webhook")
}

func (s *Server) hostSentence() string {
	if u := first(s.PublicURL, s.AdminURL); u != nil {
		return "This server does not answer under this name. Open " + u.String() + " instead."
	}
	return "This server does not know this name. Set PUBLIC_URL to the https address that people use, then start it again."
}

func first(urls ...*url.URL) *url.URL {
	for _, u := range urls {
		if u != nil {
			return u
		}
	}
	return nil
}

func (s *Server) knownHost(host string) bool {
	if s.PublicURL != nil || s.AdminURL != nil {
		return sameHost(host, s.PublicURL) || sameHost(host, s.AdminURL)
	}
	name := strings.Trim(hostName(host), "[]")
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	// Names without a dot are resolved on the local network only.
	return name != "" && !strings.Contains(name, ".") || strings.HasSuffix(name, ".localhost") || strings.HasSuffix(name, ".local")
}

func (s *Server) isAdminHost(r *http.Request) bool { return sameHost(r.Host, s.AdminURL) }

// sameHost compares a Host header with an origin, either with or without the scheme's usual port.
func sameHost(host string, u *url.URL) bool {
	if u == nil {
		return false
	}
	usual := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	return withPort(host, usual) == withPort(u.Host, usual)
}

func withPort(host, port string) string {
	name, own, err := net.SplitHostPort(host)
	if err != nil {
		name, own = strings.Trim(host, "[]"), port
	}
	return strings.ToLower(strings.TrimSuffix(name, ".")) + " " + own
}

func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return strings.ToLower(name)
	}
	return strings.ToLower(host)
}

var crossSite = problem{status: http.StatusForbidden, sentence: "This request came from another site. Open the page here and try again."}

// checkOrigin refuses changes that another site's page asks for (threat T6). What http.CrossOriginProtection lets pass
// is closed here: the scheme of Origin counts, a browser that says nothing about where it comes from is refused, and
// the body must be of a kind that another site's form cannot send unnoticed.
func (s *Server) checkOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, u := range []*url.URL{s.PublicURL, s.AdminURL} {
		if u != nil {
			_ = protection.AddTrustedOrigin(u.String()) // an origin by construction, so it is accepted
		}
	}
	return s.answer(func(w http.ResponseWriter, r *http.Request) error {
		if isSafe(r.Method) || isWebhook(r) {
			next.ServeHTTP(w, r)
			return nil
		}
		if protection.Check(r) != nil || !s.originFits(r) {
			return crossSite
		}
		if !bodyFits(r) {
			return problem{status: http.StatusUnsupportedMediaType, sentence: "Send this as application/json or multipart/form-data."}
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// originFits checks what the request says about where it comes from.
func (s *Server) originFits(r *http.Request) bool {
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	if len(r.Header.Values("Origin")) > 1 || len(r.Header.Values("Sec-Fetch-Site")) > 1 {
		return false
	}
	if origin != "" {
		return s.ownOrigin(origin, r.Host)
	}
	if site != "" {
		return true // the protection looked at it
	}
	// Every browser says one or the other on a change; only programs say neither.
	if strings.HasPrefix(r.UserAgent(), "Mozilla/") {
		return false
	}
	referer := r.Referer()
	return referer == "" || s.ownOrigin(referer, r.Host)
}

// ownOrigin reports whether an Origin or Referer is one of ours.
func (s *Server) ownOrigin(text, host string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return false
	}
	for _, own := range []*url.URL{s.PublicURL, s.AdminURL} {
		if own != nil && u.Scheme == own.Scheme && sameHost(u.Host, own) {
			return true
		}
	}
	if s.PublicURL != nil || s.AdminURL != nil {
		return false
	}
	return (u.Scheme == "http" || u.Scheme == "https") && sameHost(host, u)
}

// bodyFits accepts an empty body, JSON and multipart forms.
func bodyFits(r *http.Request) bool {
	text := r.Header.Get("Content-Type")
	if text == "" {
		return r.ContentLength == 0
	}
	kind, _, err := mime.ParseMediaType(text)
	return err == nil && (kind == "application/json" || kind == "multipart/form-data")
}
