package coupon

import (
	"errors"
	"strings"
	"testing"
	"time"

	"promostack/store"
)

func TestTicketOpensForFiveMinutes(t *testing.T) {
	clock := newClock()
	desk := NewTicketer([]byte("secret"), clock)
	ticket := desk.Issue(7, "WELCOME-30_A")
	for _, after := range []time.Duration{0, TicketLife} {
		clock.Advance(after)
		if ws, code, err := desk.Check(ticket); err != nil || ws != 7 || code != "WELCOME-30_A" {
			t.Fatalf("after %v: %d %q %v", after, ws, code, err)
		}
	}
	clock.Advance(time.Millisecond)
	_, _, err := desk.Check(ticket)
	if !errors.As(err, new(store.Invalid)) || !strings.Contains(err.Error(), "older than five minutes") {
		t.Fatalf("an old ticket: %v", err)
	}
}

func TestTicketForgedInAnyWayIsRefused(t *testing.T) {
	clock := newClock()
	desk := NewTicketer([]byte("secret"), clock)
	ticket := desk.Issue(1, "ALPHA")
	forged := []string{
		"", ".", "..", "...", "1.x.ALPHA", ticket + "A", ticket + "=", " " + ticket, ticket[1:],
		strings.Replace(ticket, "ALPHA", "BETA", 1), "2" + ticket[1:], strings.Repeat("A", 300), "a.b.c.d." + ticket,
		NewTicketer([]byte("other"), clock).Issue(1, "ALPHA"),
		NewTicketer(nil, clock).Issue(1, "ALPHA"),
		NewTicketer([]byte("secret"), store.NewManualClock(clock.Now().Add(time.Hour))).Issue(1, "ALPHA")[:20] + ticket[20:],
	}
	for i := range ticket { // every single character counts
		flipped := []byte(ticket)
		flipped[i] ^= 1
		forged = append(forged, string(flipped))
	}
	for _, bad := range forged {
		if ws, code, err := desk.Check(bad); !errors.As(err, new(store.Invalid)) || ws != 0 || code != "" {
			t.Errorf("%q opens: %d %q %v", bad, ws, code, err)
		}
	}
	bare := &Ticketer{key: []byte("secret"), clock: clock} // the secret itself signs no tickets: the purpose must be in
	if _, _, err := desk.Check(bare.Issue(1, "ALPHA")); err == nil {
		t.Error("a signature for another purpose opens")
	}
}

func FuzzTicket(f *testing.F) {
	desk := NewTicketer([]byte("secret"), newClock())
	f.Add("1.abc.ALPHA.sig")
	f.Fuzz(func(t *testing.T, ticket string) {
		if _, _, err := desk.Check(ticket); err == nil {
			t.Fatalf("%q opens", ticket)
		}
	})
}
