package admin

import (
	"context"
	"net/http/httptest"
	"testing"

	"promostack/admin/browsertest"
)

// openSignals signs in to the panel and opens the room Signals.
func openSignals(t *testing.T, url string, screen browsertest.Screen) *browsertest.Page {
	t.Helper()
	p := browsertest.Open(t, screen)
	p.NoServiceWorker()
	p.ReduceMotion()
	p.Goto(url + "/admin#/signals")
	p.WaitFor("#signin-password")
	p.Fill("#signin-password", rightPassword)
	p.Press("Enter")
	p.WaitText(".bar h1", "Signals")
	p.WaitFor(".siglist tbody tr")
	p.WaitFor(".candles canvas")
	p.WaitFor(".sig-strategy form")
	p.WaitFor(".sig-posting form")
	p.WaitFor(".sig-outbox li")
	p.WaitFor(".equity")
	return p
}

func TestSignalsRoom(t *testing.T) {
	s, _ := traded(t, 4)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)

	phone := openSignals(t, web.URL, browsertest.Phone())
	phone.Axe("signals, phone")
	phone.NoSidewaysScroll("signals, phone")
	if small := phone.SmallTargets(24); len(small) > 0 {
		t.Errorf("small: %v", small)
	}
	phone.Shot("signals")
	phone.Rect(".sig-list .body.tools")
	phone.Rect(".siglist tbody tr:last-child")
	phone.Shot("signals-list")

	p := openSignals(t, web.URL, browsertest.Desktop())
	p.Axe("signals, desktop")
	p.NoSidewaysScroll("signals, desktop")
	p.Shot("signals")
	p.FullShot("signals-whole")
	p.WaitText(`[data-testid="state"]`, "No market data")

	p.Click("[data-pause]")
	p.WaitText("[data-pause]", "Resume")
	p.Click("[data-pause]")
	p.WaitText("[data-pause]", "Pause")

	browsertest.Eval[bool](p, `(() => { const s = document.querySelector("select[name=status]"); s.value = "lost"; s.dispatchEvent(new Event("change")); return true; })()`)
	p.Until(`[...document.querySelectorAll(".siglist .badge")].every(b => b.textContent.includes("Lost"))`)

	field := ".sig-strategy .pairs .field:first-child input"
	p.Allow("422")
	p.Fill(field, "400")
	p.Click(".sig-strategy .primary")
	p.WaitText(".sig-strategy .pairs .field:first-child .error", "between 0 and 100")
	p.Fill(field, "30")
	p.Click(".sig-strategy .primary")
	p.WaitText(`[data-testid="version"]`, "Version 2")

	p.Click("[data-start]")
	p.WaitText(`[data-testid="backtest"]`, "made-up year")
	p.Axe("signals with a backtest")
	p.NoSidewaysScroll("signals with a backtest")
	p.Until(`document.querySelector(".sig-list").getBoundingClientRect().right <= document.documentElement.clientWidth - 8`)
	p.Rect(".sig-backtest .equity")
	p.Shot("signals-backtest")
}
