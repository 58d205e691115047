package browsertest

import (
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// Request is one thing the page asked the network for.
type Request struct {
	Method   string
	URL      string
	Kind     string // Document, Stylesheet, Script, Image, Font, Fetch …
	Status   int    // 0: no answer (yet)
	Type     string // media type of the answer
	Encoding string // content-encoding of the answer
	Bytes    int    // body and headers on the wire, 0 from the cache
	Cached   bool
	Failure  string // why it failed, "" otherwise
	Done     bool
}

// watch collects what a page says and loads. Its methods are safe for concurrent use.
type watch struct {
	mu       sync.Mutex
	said     []string
	allowed  []string
	order    []network.RequestID
	requests map[network.RequestID]*Request
}

func newWatch() *watch { return &watch{requests: map[network.RequestID]*Request{}} }

// event takes every event of the tab. It runs inside the loop that reads the browser's messages, so it only notes.
func (p *Page) event(ev any) {
	switch ev := ev.(type) {
	case *fetch.EventRequestPaused:
		p.gate.paused(p.ctx, ev)
	case *page.EventJavascriptDialogOpening:
		p.watch.say(fmt.Sprintf("native dialog: %s", ev.Message))
	default:
		p.watch.event(ev)
	}
}

func (w *watch) event(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			text += " " + e.Description
		}
		w.said = append(w.said, "uncaught: "+text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			w.said = append(w.said, fmt.Sprintf("console.%s: %s", ev.Type, arguments(ev.Args)))
		}
	case *log.EventEntryAdded:
		if e := ev.Entry; e.Level == log.EntryLevelError || e.Level == log.EntryLevelWarning {
			w.said = append(w.said, fmt.Sprintf("%s %s: %s %s", e.Source, e.Level, e.Text, e.URL))
		}
	case *network.EventRequestWillBeSent:
		if _, again := w.requests[ev.RequestID]; !again {
			w.order = append(w.order, ev.RequestID)
		}
		w.requests[ev.RequestID] = &Request{Method: ev.Request.Method, URL: ev.Request.URL, Kind: string(ev.Type)}
	case *network.EventRequestServedFromCache:
		w.edit(ev.RequestID, func(r *Request) { r.Cached = true })
	case *network.EventResponseReceived:
		w.edit(ev.RequestID, func(r *Request) {
			r.Status, r.Type = int(ev.Response.Status), ev.Response.MimeType
			for name, value := range ev.Response.Headers {
				if strings.EqualFold(name, "content-encoding") {
					r.Encoding = strings.Trim(fmt.Sprint(value), `"`)
				}
			}
		})
	case *network.EventLoadingFinished:
		w.edit(ev.RequestID, func(r *Request) { r.Bytes, r.Done = int(ev.EncodedDataLength), true })
	case *network.EventLoadingFailed:
		w.edit(ev.RequestID, func(r *Request) { r.Failure, r.Done = ev.ErrorText, true })
	}
}

// edit changes a request; the caller holds the lock.
func (w *watch) edit(id network.RequestID, change func(*Request)) {
	if r := w.requests[id]; r != nil {
		change(r)
	}
}

func (w *watch) say(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, what)
}

func (w *watch) report() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.said, "\n")
}

// Allow says that a complaint of the page that contains text is expected and fails nothing, for example the
// "Failed to load resource" of a test that takes the network away.
func (p *Page) Allow(text string) {
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	p.watch.allowed = append(p.watch.allowed, text)
}

// Complaints lists console errors and warnings, uncaught exceptions, violations of the content security policy and
// native dialogs so far, without the allowed ones.
func (p *Page) Complaints() []string {
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	var left []string
next:
	for _, said := range p.watch.said {
		for _, ok := range p.watch.allowed {
			if strings.Contains(said, ok) {
				continue next
			}
		}
		left = append(left, said)
	}
	return left
}

// complaints fails the test for what the page complained about.
func (p *Page) complaints() {
	for _, said := range p.Complaints() {
		p.t.Errorf("the page complained (%s): %s", p.Screen.Name, said)
	}
}

// Requests lists what was asked of the network since the page was opened or since ForgetRequests.
func (p *Page) Requests() []Request {
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	all := make([]Request, 0, len(p.watch.order))
	for _, id := range p.watch.order {
		all = append(all, *p.watch.requests[id])
	}
	return all
}

// WaitRequest waits for the answer to a request whose path matches the pattern (as path.Match).
func (p *Page) WaitRequest(pattern string) Request {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		for _, r := range p.Requests() {
			if ok, err := path.Match(pattern, pathOf(r.URL)); err == nil && ok && r.Done {
				return r
			}
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("no request to %s was answered\n%s", pattern, p.situation())
		}
		Eval[bool](p, `new Promise(r => setTimeout(() => r(true), 15))`)
	}
}

// ForgetRequests empties the list of requests.
func (p *Page) ForgetRequests() {
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	p.watch.order, p.watch.requests = nil, map[network.RequestID]*Request{}
}

func arguments(args []*runtime.RemoteObject) string {
	var parts []string
	for _, a := range args {
		if len(a.Value) > 0 {
			parts = append(parts, string(a.Value))
			continue
		}
		parts = append(parts, a.Description)
	}
	return strings.Join(parts, " ")
}
