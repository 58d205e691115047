package coupon

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"promostack/render/coupon/crmtest"
	"promostack/store"
)

const product = "88d6b1a0 10k&x=1"

func startFunderPro(t *testing.T) (*crmtest.Server, Provider, *testClock) {
	t.Helper()
	crm, clock := crmtest.New(t, product), newClock()
	p := FunderPro(FunderProConfig{Base: crm.URL + "/", Product: product, Clock: clock})
	t.Cleanup(func() { clock.Advance(time.Hour) }) // ends what waits on the clock
	return crm, p, clock
}

func TestFunderProIsAskedExactlyAsBefore(t *testing.T) {
	crm, p, _ := startFunderPro(t)
	crm.On("WELCOME-30_X", crmtest.Status(200))
	if v, err := p.Lookup(t.Context(), "WELCOME-30_X"); err != nil || v.Status != Valid || v.HTTPStatus != 200 {
		t.Fatalf("lookup: %+v, %v", v, err)
	}
	calls := crm.Calls()
	if len(calls) != 1 || calls[0].Query != "coupons%5B%5D=WELCOME-30_X&productIds=88d6b1a0+10k%26x%3D1" {
		t.Fatalf("the service was asked %+v", calls)
	}
	if calls[0].Header.Get("User-Agent") != "PromoStack" {
		t.Errorf("headers %v", calls[0].Header)
	}
}

func TestFunderProAnswersBecomeVerdicts(t *testing.T) {
	for status, want := range map[int]Status{200: Valid, 404: Invalid, 422: Invalid} {
		crm, p, _ := startFunderPro(t)
		crm.On("ALPHA", crmtest.Status(status))
		v, err := p.Lookup(t.Context(), "ALPHA")
		if err != nil || v.Status != want || v.HTTPStatus != status || len(crm.Calls()) != 1 {
			t.Errorf("%d: %+v, %v after %d calls", status, v, err, len(crm.Calls()))
		}
	}
}

func TestFunderProAnswersWithoutMeaningAreNeverInvalid(t *testing.T) {
	for _, status := range []int{201, 204, 206, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 405, 406, 409, 410, 418, 451} {
		crm, p, _ := startFunderPro(t)
		trap := crmtest.New(t, product)
		crm.On("ALPHA", crmtest.Answer{Status: status, Header: map[string]string{"Location": trap.URL + "/discount"}})
		v, err := p.Lookup(t.Context(), "ALPHA")
		out := (*Outage)(nil)
		if !errors.As(err, &out) || out.Status != status || !out.Setup || v.Status != "" {
			t.Errorf("%d: %+v, %v", status, v, err)
		}
		if n := len(crm.Calls()); n != 1 {
			t.Errorf("%d was asked for %d times", status, n)
		}
		if len(trap.Calls())+len(trap.Strange()) != 0 {
			t.Errorf("%d: the redirect was followed", status)
		}
	}
}

func TestFunderProTroubleIsRetriedWithJitter(t *testing.T) {
	for name, a := range map[string]crmtest.Answer{
		"429": crmtest.Status(429), "500": crmtest.Status(500), "502": {Status: 502, Body: "<html>bad gateway"},
		"503": crmtest.Status(503), "504": crmtest.Status(504), "reset": {Reset: true},
	} {
		t.Run(name, func(t *testing.T) {
			crm, p, clock := startFunderPro(t)
			crm.On("ALPHA", a, a, crmtest.Status(200))
			crm.On("BETA", a)
			for _, code := range []string{"BETA", "ALPHA"} { // no connection is kept before a reset: net/http would mend that itself
				got := make(chan error, 1)
				go func() {
					_, err := p.Lookup(context.Background(), code)
					got <- err
				}()
				clock.pause(t, 100*time.Millisecond, 200*time.Millisecond)
				clock.pause(t, 200*time.Millisecond, 400*time.Millisecond)
				if err := <-got; (err == nil) != (code == "ALPHA") {
					t.Errorf("%s: %v", code, err)
				} else if err != nil && outageOf(err).Setup {
					t.Errorf("%s: a passing trouble is called a mistake: %v", code, err)
				}
			}
			if n := len(crm.Calls()); n != 6 {
				t.Errorf("asked %d times, want 6", n)
			}
		})
	}
}

func TestFunderProWaitsAsLongAsItIsToldButNotPastTheBudget(t *testing.T) {
	crm, p, clock := startFunderPro(t)
	later := func(s string) crmtest.Answer {
		return crmtest.Answer{Status: 429, Header: map[string]string{"Retry-After": s}}
	}
	crm.On("SOON", later("1"), crmtest.Status(200))
	crm.On("LATE", later("60"), crmtest.Status(200))
	if _, err := p.Lookup(t.Context(), "LATE"); outageOf(err).Status != 429 {
		t.Fatalf("late: %v", err)
	}
	got := make(chan error, 1)
	go func() {
		_, err := p.Lookup(context.Background(), "SOON")
		got <- err
	}()
	clock.pause(t, time.Second, time.Second)
	if err := <-got; err != nil || len(crm.Calls()) != 3 {
		t.Fatalf("soon: %v after %d calls", err, len(crm.Calls()))
	}
}

func TestFunderProThatHangsIsAskedTwiceInsideTheBudget(t *testing.T) {
	crm, p, clock := startFunderPro(t)
	crm.On("ALPHA", crmtest.Answer{Hang: true})
	start, got := clock.Now(), make(chan error, 1)
	go func() {
		_, err := p.Lookup(context.Background(), "ALPHA")
		got <- err
	}()
	<-crm.Arrived
	clock.Advance(firstTry)
	clock.pause(t, 100*time.Millisecond, 200*time.Millisecond)
	<-crm.Arrived
	clock.Advance(start.Add(Budget).Sub(clock.Now()))
	if err := <-got; !errors.Is(err, errBudget) || !strings.Contains(err.Error(), "did not answer in time") {
		t.Fatalf("a server that hangs: %v", err)
	}
}

func TestFunderProBodyIsNeverWaitedFor(t *testing.T) {
	crm, p, _ := startFunderPro(t)
	crm.On("HUGE", crmtest.Answer{Status: 200, Size: 64 << 20})
	crm.On("STALL", crmtest.Answer{Status: 200, Stall: true})
	crm.On("HTML", crmtest.Answer{Status: 200, Body: "<!doctype html><title>Sign in</title>"})
	for _, code := range []string{"HUGE", "STALL", "HTML"} {
		if v, err := p.Lookup(t.Context(), code); err != nil || v.Status != Valid {
			t.Errorf("%s: %+v, %v", code, v, err)
		}
	}
}

func TestFunderProKeepsItsConnection(t *testing.T) {
	crm, p, _ := startFunderPro(t)
	crm.On("", crmtest.Status(404))
	for range 5 {
		if _, err := p.Lookup(t.Context(), "ALPHA"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(crm.Calls()); n != 5 {
		t.Fatalf("%d calls", n)
	}
}

func TestFunderProWrongSettingsAreNamed(t *testing.T) {
	clock := newClock()
	for _, c := range []FunderProConfig{
		{Base: "ftp://x", Product: "p"}, {Base: "api.example.com", Product: "p"}, {Base: "https://", Product: "p"},
		{Base: "https://u:p@host", Product: "p"}, {Base: "https://api.example.com"},
	} {
		c.Clock = clock
		_, err := FunderPro(c).Lookup(t.Context(), "ALPHA")
		if out := outageOf(err); !out.Setup || !strings.Contains(out.Sentence, "FUNDERPRO_") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	_, err := FunderPro(FunderProConfig{Base: "http://127.0.0.1:1", Product: "p", Clock: clock}).Lookup(t.Context(), "not canonical")
	if !errors.As(err, new(store.Invalid)) {
		t.Errorf("a malformed code: %v", err)
	}
}

func TestFunderProNobodyThere(t *testing.T) {
	crm, _, clock := startFunderPro(t)
	dead := crmtest.New(t, product)
	p := FunderPro(FunderProConfig{Base: dead.URL, Product: product, Clock: clock, Client: &http.Client{Transport: refusing{}}})
	got := make(chan error, 1)
	go func() {
		_, err := p.Lookup(context.Background(), "ALPHA")
		got <- err
	}()
	clock.pause(t, 100*time.Millisecond, 200*time.Millisecond)
	clock.pause(t, 200*time.Millisecond, 400*time.Millisecond)
	err := <-got
	if out := outageOf(err); out.Setup || !strings.Contains(out.Sentence, "connection to FunderPro failed") || strings.Contains(err.Error(), "ALPHA") {
		t.Fatalf("nobody there: %v", err)
	}
	if len(crm.Calls()) != 0 {
		t.Fatal("the wrong server was asked")
	}
}

// refusing is a network in which nobody listens.
type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connect: connection refused")
}
