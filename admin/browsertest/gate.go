package browsertest

import (
	"context"
	"path"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// gate stands between the page and the network: requests whose path matches a rule are held, refused or answered.
type gate struct {
	mu    sync.Mutex
	rules []*rule
	work  sync.WaitGroup
}

type rule struct {
	pattern string        // path.Match pattern of the URL's path
	held    chan struct{} // closed when the request may go on; nil: not held
	fail    bool
	status  int
	body    string
}

func newGate() *gate { return &gate{} }

// Hold keeps requests whose path matches the pattern (as path.Match, "/api/*") waiting until release is called. So a
// slow server needs no clock.
func (p *Page) Hold(pattern string) (release func()) {
	p.t.Helper()
	r := &rule{pattern: pattern, held: make(chan struct{})}
	return p.addRule(r)
}

// Refuse lets requests whose path matches fail as if nobody listened, until restore is called. The browser logs
// each; Allow "net::ERR_CONNECTION_REFUSED".
func (p *Page) Refuse(pattern string) (restore func()) {
	p.t.Helper()
	return p.addRule(&rule{pattern: pattern, fail: true})
}

// Answer answers requests whose path matches with a status and a JSON body, until restore is called.
func (p *Page) Answer(pattern string, status int, json string) (restore func()) {
	p.t.Helper()
	return p.addRule(&rule{pattern: pattern, status: status, body: json})
}

func (p *Page) addRule(r *rule) (remove func()) {
	p.t.Helper()
	p.gate.mu.Lock()
	p.gate.rules = append([]*rule{r}, p.gate.rules...)
	p.gate.mu.Unlock()
	call(p, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "http*"}}})
	return func() { p.gate.remove(r) }
}

func (g *gate) remove(r *rule) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, have := range g.rules {
		if have == r {
			g.rules = append(g.rules[:i:i], g.rules[i+1:]...)
			if r.held != nil {
				close(r.held)
			}
			return
		}
	}
}

// close lets everything go that is still held and waits for it.
func (g *gate) close() {
	g.mu.Lock()
	rules := g.rules
	g.mu.Unlock()
	for _, r := range rules {
		g.remove(r)
	}
	g.work.Wait()
}

// paused is told of every request while the gate is up; it must not block.
func (g *gate) paused(ctx context.Context, ev *fetch.EventRequestPaused) {
	g.work.Add(1)
	go func() {
		defer g.work.Done()
		g.pass(ctx, ev)
	}()
}

// pass lets one request go as its rule says. Errors mean that the page no longer wants it.
func (g *gate) pass(ctx context.Context, ev *fetch.EventRequestPaused) {
	r := g.match(ev.Request.URL)
	if r != nil && r.held != nil {
		select {
		case <-r.held:
		case <-ctx.Done():
			return
		}
	}
	target := chromedp.FromContext(ctx).Target
	switch {
	case r != nil && r.fail:
		_, _ = cdp.Call(ctx, target, fetch.FailRequest, fetch.FailRequestParams{RequestID: ev.RequestID, ErrorReason: network.ErrorReasonConnectionRefused})
	case r != nil && r.status != 0:
		_, _ = cdp.Call(ctx, target, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: ev.RequestID, ResponseCode: int64(r.status),
			ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(r.body)})
	default:
		_, _ = cdp.Call(ctx, target, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: ev.RequestID})
	}
}

func (g *gate) match(url string) *rule {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.rules {
		if ok, err := path.Match(r.pattern, pathOf(url)); err == nil && ok {
			return r
		}
	}
	return nil
}

// Offline takes the network away from the page, and gives it back. A service worker keeps its own.
func (p *Page) Offline(offline bool) {
	p.t.Helper()
	p.throttle(network.Conditions{DownloadThroughput: -1, UploadThroughput: -1, Offline: offline})
}

// Slow delays every answer and narrows the line; 0 and 0 is full speed again.
func (p *Page) Slow(latencyMillis, bytesPerSecond float64) {
	p.t.Helper()
	if bytesPerSecond <= 0 {
		bytesPerSecond = -1
	}
	p.throttle(network.Conditions{Latency: latencyMillis, DownloadThroughput: bytesPerSecond, UploadThroughput: bytesPerSecond})
}

func (p *Page) throttle(c network.Conditions) {
	p.t.Helper()
	call(p, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&c}})
	call(p, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: c.Offline, Latency: c.Latency,
		DownloadThroughput: c.DownloadThroughput, UploadThroughput: c.UploadThroughput})
}

// NoServiceWorker lets the page ask the network itself, past its service worker: what a service worker asks for passes
// no gate, as it is not the page's.
func (p *Page) NoServiceWorker() {
	p.t.Helper()
	call(p, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true})
}
