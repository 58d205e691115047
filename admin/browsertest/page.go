package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience ends a step that hangs. Nothing is measured by it: a step that works takes milliseconds.
const patience = 30 * time.Second

// Screen is what a page is looked at with.
type Screen struct {
	Name          string
	Width, Height int     // CSS pixels
	Scale         float64 // device pixels per CSS pixel
	Touch         bool    // a finger and a mobile viewport instead of a mouse
}

// Desktop is the large screen every page is judged on, 1440 x 900.
func Desktop() Screen { return Screen{Name: "desktop", Width: 1440, Height: 900, Scale: 1} }

// Phone is the small one, 390 x 844 at three device pixels, with touch.
func Phone() Screen { return Screen{Name: "phone", Width: 390, Height: 844, Scale: 3, Touch: true} }

// Page is one tab in a profile of its own: no cookie, cache or storage is shared with another page. It is for the
// goroutine of its test. What the page complained about fails the test at its end; see Allow.
type Page struct {
	t        testing.TB
	ctx      context.Context
	Screen   Screen
	watch    *watch
	gate     *gate
	download *downloads
}

// Open opens a blank page. Without Chromium the test is skipped, or fails when PROMOSTACK_REQUIRE names chromium.
func Open(t testing.TB, s Screen) *Page {
	t.Helper()
	p := open(t, shared(t), s, chromedp.WithNewBrowserContext())
	p.acceptDownloads()
	return p
}

// Tab opens another blank page in the same profile: cookies, cache and storage are shared. Downloads are the first
// page's.
func (p *Page) Tab() *Page {
	p.t.Helper()
	return open(p.t, p.ctx, p.Screen)
}

func open(t testing.TB, parent context.Context, s Screen, options ...chromedp.ContextOption) *Page {
	t.Helper()
	p := &Page{t: t, Screen: s, watch: newWatch(), gate: newGate()}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(p.event))...)
	p.ctx = ctx
	t.Cleanup(func() {
		p.complaints()
		p.gate.close()
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil { // no deadline: it would become the tab's
		t.Fatalf("open a page: %v", err)
	}
	p.SetScreen(s)
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return p
}

// SetScreen changes the window's size, density and kind of pointer.
func (p *Page) SetScreen(s Screen) {
	p.t.Helper()
	p.Screen = s
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(s.Width), Height: int64(s.Height), DeviceScaleFactor: s.Scale, Mobile: s.Touch})
	touch := emulation.SetTouchEmulationEnabledParams{Enabled: s.Touch}
	if s.Touch {
		touch.MaxTouchPoints = 5
	}
	call(p, emulation.SetTouchEmulationEnabled, touch)
}

// ReduceMotion asks for no animation, as the system setting would; screenshots then never catch one half-way.
func (p *Page) ReduceMotion() {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
}

// Before runs a script in every document that is opened from now on, before the document's own: for what this browser
// does not have, such as navigator.share.
func (p *Page) Before(script string) {
	p.t.Helper()
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// Goto opens an address and waits for the load event.
func (p *Page) Goto(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// Reload loads the page again.
func (p *Page) Reload() { p.t.Helper(); p.do("reload", chromedp.Reload()) }

// Back goes back in the history, as the browser's button does. It does not wait for anything: a page that only
// changed its state has no load event.
func (p *Page) Back() { p.t.Helper(); Eval[*bool](p, "history.back()") }

// Forward goes forward in the history.
func (p *Page) Forward() { p.t.Helper(); Eval[*bool](p, "history.forward()") }

// URL is the address in the address bar.
func (p *Page) URL() string { p.t.Helper(); return Eval[string](p, "location.href") }

// Cookie sets a cookie for url before the page asks for it.
func (p *Page) Cookie(url, name, value string) {
	p.t.Helper()
	call(p, network.SetCookie, network.SetCookieParams{URL: url, Name: name, Value: value})
}

// Grant gives the page a permission that a person would be asked for, such as "clipboard-read".
func (p *Page) Grant(permission string) {
	p.t.Helper()
	_, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: permission}, Setting: browser.PermissionSettingGranted,
		BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID})
	if err != nil {
		p.t.Fatalf("grant %s: %v", permission, err)
	}
}

// Eval evaluates a JavaScript expression; a promise is awaited. T is what encoding/json makes of its value; use a
// pointer where it may be null or undefined.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", short(expression), err)
	}
	return v
}

// Until waits until a JavaScript expression is true. It survives a navigation in between.
func (p *Page) Until(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	// Evaluated by the inspector, so that a strict content security policy does not forbid it, and on a timer, as a
	// page in the background gets no frames.
	script := fmt.Sprintf(`(async () => { while (!(await (%s))) await new Promise(r => setTimeout(r, 15)); return true })()`, expression)
	for {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		var thrown *chromedp.ExceptionError
		if errors.As(err, &thrown) || ctx.Err() != nil {
			p.t.Fatalf("wait until %s: %v\n%s", short(expression), err, p.situation())
		}
	}
}

// situation tells where the page stands, for the message of a failed wait.
func (p *Page) situation() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	body, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body?.innerText ?? "").slice(0, 1500)`))
	return body + "\n" + p.watch.report()
}

// do runs one step with patience.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v\n%s", what, err, p.situation())
	}
}

// call runs one command of the protocol on the page.
func call[P, R any](p *Page, cmd cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		p.t.Fatalf("%s: %v", cmd.Method, err)
	}
	return r
}

// quote writes a Go string as a JavaScript one.
func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func short(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}
