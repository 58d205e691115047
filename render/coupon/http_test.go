package coupon

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"promostack/render/coupon/crmtest"
	"promostack/store"
)

// shop is a coupon service of the usual kind: it wants a key and answers in JSON.
func shop(t *testing.T, status int, body string) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	calls := new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if r.Method != http.MethodGet || r.RequestURI != "/v1/coupons/WELCOME-30?shop=1" || r.Header.Get("X-Api-Key") != "s3cret" {
			t.Errorf("asked %s %s with %v", r.Method, r.RequestURI, r.Header)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s, calls
}

var everything = Pointers{Valid: "/data/0/state", Percent: "/data/0/percent", Amount: "/data/0/amount",
	Currency: "/data/0/currency", Ends: "/data/0/ends~1at", Page: "/data/0/link"}

func TestHTTPReadsWhatThePointersPointAt(t *testing.T) {
	clock := newClock()
	day := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	one := func(fields string) string { return `{"data":[{` + fields + `}]}` }
	for body, want := range map[string]Verdict{
		one(`"state":true`): {Status: Valid},
		one(`"state":"active","percent":30,"link":"https://shop.example/x"`):  {Status: Valid, Discount: Discount{PercentMilli: 30_000}, URL: "https://shop.example/x"},
		one(`"state":1,"percent":"12.5 %"`):                                   {Status: Valid, Discount: Discount{PercentMilli: 12_500}},
		one(`"state":"YES","amount":"10.00","currency":"usd"`):                {Status: Valid, Discount: Discount{AmountMinor: 1000, Currency: "USD"}},
		one(`"state":true,"amount":19.999,"currency":"dollars"`):              {Status: Valid, Discount: Discount{AmountMinor: 1999}},
		one(`"state":true,"percent":-5,"amount":1e400,"link":"javascript:x"`): {Status: Valid},
		one(`"state":true,"percent":101,"amount":"9999999999999"`):            {Status: Valid},
		one(`"state":true,"percent":{"a":1},"amount":null,"ends/at":[]`):      {Status: Valid},
		one(`"state":true,"ends/at":"2026-12-31"`):                            {Status: Valid, Ends: day.AddDate(0, 0, 1)},
		one(`"state":true,"ends/at":"2026-12-31T02:00:00+02:00"`):             {Status: Valid, Ends: day},
		one(fmt.Sprintf(`"state":true,"ends/at":%d`, day.Unix())):             {Status: Valid, Ends: day},
		one(fmt.Sprintf(`"state":true,"ends/at":%d`, day.UnixMilli())):        {Status: Valid, Ends: day},
		one(`"state":true,"ends/at":"soon"`):                                  {Status: Valid},
		one(`"state":true,"ends/at":-1`):                                      {Status: Valid},
		one(`"state":true,"ends/at":"2026-11-23T12:00:00Z"`):                  {Status: Expired, Ends: clock.Now()},
		one(`"state":false`):      {Status: Invalid},
		one(`"state":null`):       {Status: Invalid},
		one(`"state":"disabled"`): {Status: Invalid},
		one(`"state":"Expired"`):  {Status: Expired},
		one(`"state":"used_up"`):  {Status: Exhausted},
	} {
		s, _ := shop(t, 200, body)
		p := HTTP(HTTPConfig{URL: s.URL + "/v1/coupons/{code}?shop=1", Header: map[string]string{"X-Api-Key": "s3cret"}, Body: everything, Clock: clock})
		want.HTTPStatus = 200
		if v, err := p.Lookup(t.Context(), "WELCOME-30"); err != nil || v != want {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", body, v, err, want)
		}
	}
}

func TestHTTPBodyThatSaysNothingIsAnOutage(t *testing.T) {
	for name, body := range map[string]string{
		"empty": "", "html": "<!doctype html>", "null": "null", "elsewhere": `{"data":[]}`, "half": `{"data":[{"sta`,
		"index": `{"data":{"state":true}}`, "large": `{"data":[{"state":true,"x":"` + strings.Repeat("x", maxBody) + `"}]}`,
		"deep": strings.Repeat("[", 50_000),
	} {
		s, calls := shop(t, 200, body)
		p := HTTP(HTTPConfig{URL: s.URL + "/v1/coupons/{code}?shop=1", Header: map[string]string{"x-api-key": "s3cret"}, Body: everything, Clock: newClock()})
		v, err := p.Lookup(t.Context(), "WELCOME-30")
		if out := outageOf(err); err == nil || !out.Setup || v.Status != "" || calls.Load() != 1 || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %+v, %v after %d calls", name, v, err, calls.Load())
		}
	}
}

func TestHTTPStatusesMeanWhatTheConfigurationSays(t *testing.T) {
	header := map[string]string{"X-Api-Key": "s3cret"}
	for _, c := range []struct {
		statuses map[int]Status
		answer   int
		want     Status
	}{
		{nil, 200, Valid}, {nil, 404, Invalid}, {nil, 422, Invalid}, {nil, 410, Expired}, {nil, 204, ""}, {nil, 302, ""}, {nil, 401, ""},
		{map[int]Status{204: Valid, 409: Exhausted}, 204, Valid}, {map[int]Status{204: Valid, 409: Exhausted}, 409, Exhausted},
		{map[int]Status{204: Valid, 409: Exhausted}, 200, ""},
	} {
		s, _ := shop(t, c.answer, "")
		p := HTTP(HTTPConfig{URL: s.URL + "/v1/coupons/{code}?shop=1", Header: header, Statuses: c.statuses, Clock: newClock()})
		v, err := p.Lookup(t.Context(), "WELCOME-30")
		if v.Status != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%v %d: %+v, %v", c.statuses, c.answer, v, err)
		}
	}
}

func TestHTTPSecretInTheAddressStaysOutOfErrors(t *testing.T) {
	clock := newClock()
	p := HTTP(HTTPConfig{URL: "http://127.0.0.1:1/{code}?key=s3cret", Clock: clock, Client: &http.Client{Transport: refusing{}}})
	got := make(chan error, 1)
	go func() {
		_, err := p.Lookup(t.Context(), "ALPHA")
		got <- err
	}()
	clock.pause(t, 100*time.Millisecond, 200*time.Millisecond)
	clock.pause(t, 200*time.Millisecond, 400*time.Millisecond)
	if err := <-got; err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Fatalf("error %v", err)
	}
}

func TestHTTPConfigurationsAreChecked(t *testing.T) {
	const good = "https://crm.example.com/c/{code}"
	for _, c := range []HTTPConfig{
		{}, {URL: "https://crm.example.com/c"}, {URL: "https://{code}.example.com/"}, {URL: "ftp://x/{code}"}, {URL: "/c/{code}"},
		{URL: "https://user:pass@x/{code}"}, {URL: "https://x/#{code}"}, {URL: good, Statuses: map[int]Status{200: Unknown}},
		{URL: good, Statuses: map[int]Status{500: Invalid}}, {URL: good, Statuses: map[int]Status{200: "fine"}},
		{URL: good, Header: map[string]string{"X Y": "1"}}, {URL: good, Header: map[string]string{"": "1"}},
		{URL: good, Header: map[string]string{"X": "1\r\nHost: y"}}, {URL: good, Body: Pointers{Valid: "data.valid"}},
	} {
		if err := c.Check(); !errors.As(err, new(store.Invalid)) {
			t.Errorf("%+v: %v", c, err)
		}
		c.Clock = newClock()
		if _, err := HTTP(c).Lookup(t.Context(), "ALPHA"); !outageOf(err).Setup {
			t.Errorf("%+v is asked: %v", c, err)
		}
	}
	for _, c := range []HTTPConfig{{URL: good}, {URL: "http://10.0.0.1:81/?c={code}&d={code}", Statuses: map[int]Status{204: Valid}, Header: map[string]string{"X_y-1": "a b"}, Body: everything}} {
		if err := c.Check(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestProbeTellsHowAProviderIs(t *testing.T) {
	crm, p, clock := startFunderPro(t)
	if _, err := Probe(t.Context(), p, clock); err != nil || len(crm.Calls()) != 1 {
		t.Errorf("probe: %v", err)
	}
	crm.On("", crmtest.Status(403))
	if _, err := Probe(t.Context(), p, clock); !outageOf(err).Setup || !strings.Contains(err.Error(), "FUNDERPRO_API_BASE") {
		t.Errorf("probe of a service that refuses us: %v", err)
	}
}
