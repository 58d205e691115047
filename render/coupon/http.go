package coupon

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"promostack/store"
)

// HTTPConfig describes any coupon service that answers a GET request about one code.
type HTTPConfig struct {
	URL          string            // with {code} in its path or query: "https://crm.example.com/coupons/{code}"
	Header       map[string]string // sent along: keys and tokens
	Statuses     map[int]Status    // meaning of the answers; nil: 200 valid, 404 and 422 invalid, 410 expired
	Body         Pointers          // where in a JSON body the rest stands; the zero value reads no body
	AllowPrivate bool              // the service stands in the inner network
	Client       *http.Client      // nil: our own
	Clock        store.Clock
}

// httpSetting names what configures the provider, for sentences.
const httpSetting = "COUPON_HTTP_URL"

// Check tells what is wrong with a configuration, as a store.Invalid.
func (c HTTPConfig) Check() error {
	const example = "https://crm.example.com/coupons/{code}"
	u, err := checkBase(strings.ReplaceAll(c.URL, "{code}", "CODE"))
	if err != nil {
		return store.Invalid{Field: "url", Sentence: "The address must look like " + example + "."}
	}
	if raw, _ := checkBase(c.URL); !strings.Contains(c.URL, "{code}") || raw == nil || raw.Host != u.Host {
		return store.Invalid{Field: "url", Sentence: "The address must hold {code} in its path or its query, as in " + example + "."}
	}
	for status, meaning := range c.Statuses {
		if status < 200 || status > 499 || !known(meaning) {
			return store.Invalid{Field: "statuses", Sentence: fmt.Sprintf(
				"%d = %q cannot be used: give answers from 200 to 499 one of valid, invalid, expired, exhausted.", status, meaning)}
		}
	}
	for name := range c.Header {
		if !headerName(name) || strings.ContainsAny(c.Header[name], "\r\n\x00") {
			return store.Invalid{Field: "header", Sentence: fmt.Sprintf("%q cannot be sent as a header.", name)}
		}
	}
	return c.Body.check()
}

func known(s Status) bool { return s == Valid || s == Invalid || s == Expired || s == Exhausted }

func headerName(name string) bool {
	for _, r := range name {
		if !allowed(r) && (r < 'a' || r > 'z') {
			return false
		}
	}
	return name != ""
}

// HTTP asks a service described by c. A configuration that Check refuses makes every lookup an outage that says so.
func HTTP(c HTTPConfig) Provider {
	if c.Statuses == nil {
		c.Statuses = map[int]Status{200: Valid, 404: Invalid, 422: Invalid, 410: Expired}
	}
	header := http.Header{}
	for name, value := range c.Header {
		header.Set(name, value)
	}
	g := newGuard(strings.ReplaceAll(c.URL, "{code}", "CODE"), httpSetting, c.AllowPrivate)
	return &service{c: c, header: header, ask: asker{
		who: "The coupon service", setting: httpSetting, clock: c.Clock, client: clientOr(c.Client, g), readBody: c.Body != Pointers{},
	}}
}

type service struct {
	c      HTTPConfig
	header http.Header
	ask    asker
}

func (*service) Name() string { return "http" }

// Lookup asks for one code. An answer without a meaning in Statuses is an outage; the JSON body can only narrow a
// valid answer down (expired, exhausted) or describe it.
func (s *service) Lookup(ctx context.Context, code string) (Verdict, error) {
	if err := checkCanonical(code); err != nil {
		return Verdict{}, err
	}
	if err := s.c.Check(); err != nil {
		return Verdict{}, &Outage{Setup: true, Sentence: err.Error()}
	}
	ans, err := s.ask.get(ctx, strings.ReplaceAll(s.c.URL, "{code}", code), s.header)
	if err != nil {
		return Verdict{}, fmt.Errorf("ask the coupon service: %w", err)
	}
	status, ok := s.c.Statuses[ans.status]
	if !ok {
		return Verdict{}, badAnswer(s.ask.who, httpSetting, ans.status, ans.location)
	}
	v := Verdict{Status: status, HTTPStatus: ans.status}
	if status != Valid || !s.ask.readBody {
		return v, nil
	}
	if err := s.c.Body.read(ans.body, &v); err != nil {
		return Verdict{}, &Outage{Setup: true, Status: ans.status, Err: err,
			Sentence: "The coupon service's answer could not be understood. Check " + httpSetting + "."}
	}
	if !v.Ends.IsZero() && !s.c.Clock.Now().Before(v.Ends) {
		v.Status = Expired
	}
	return v, nil
}
