package bottest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// webhook is where a bot wants its updates, and how delivery goes.
type webhook struct {
	url, secret string
	most        int // connections at once
	generation  int // grows with every change: deliveries of an old one stop
	busy        map[string]bool
	lastError   string
	lastErrorAt time.Time
	sets        int
	changed     chan struct{}
}

// Webhook is the address that is set now, "" when there is none.
func (b *Bot) Webhook() string {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	return b.hook.url
}

// WebhookSets counts the setWebhook calls that were obeyed.
func (b *Bot) WebhookSets() int {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	return b.hook.sets
}

// StealWebhook points the webhook elsewhere, as another process with the same token would.
func (b *Bot) StealWebhook(address string) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	b.changeHook(address, "")
	if address != "" {
		b.stopPoll("terminated by setWebhook request")
	}
}

// setWebhook is setWebhook and deleteWebhook. The lock is held.
func (b *Bot) setWebhook(d *doing) (any, *apiError) {
	address := d.args.text("url")
	if d.method == "setWebhook" {
		if err := checkWebhook(d.args); err != nil {
			return nil, err
		}
		if d.args.has("allowed_updates") {
			b.setAllowed(d.args)
		}
		b.hook.sets++
	}
	if d.args.flag("drop_pending_updates") {
		b.inbox.waiting = nil
	}
	b.changeHook(address, d.args.text("secret_token"))
	if b.hook.most = int(d.args.number("max_connections")); b.hook.most == 0 {
		b.hook.most = 40
	}
	if address != "" {
		b.stopPoll("terminated by setWebhook request")
	}
	b.deliver()
	return true, nil
}

func (b *Bot) changeHook(address, secret string) {
	b.hook.url, b.hook.secret, b.hook.lastError, b.hook.lastErrorAt = address, secret, "", time.Time{}
	b.hook.generation++
	b.hook.busy = map[string]bool{}
	if b.hook.changed != nil {
		close(b.hook.changed)
	}
	b.hook.changed = make(chan struct{})
}

func (b *Bot) webhookInfo() map[string]any {
	b.expire()
	out := map[string]any{"url": b.hook.url, "has_custom_certificate": false, "pending_update_count": len(b.inbox.waiting), "max_connections": b.hook.most}
	if b.inbox.allowed != nil {
		out["allowed_updates"] = b.inbox.allowed
	}
	if b.hook.lastError != "" {
		out["last_error_date"], out["last_error_message"] = b.hook.lastErrorAt.Unix(), b.hook.lastError
	}
	return out
}

// deliver starts a courier for every queue that waits, as many as connections are allowed. The lock is held.
func (b *Bot) deliver() {
	if b.hook.url == "" || b.srv.closed {
		return
	}
	for _, u := range b.inbox.waiting {
		if b.hook.most > 0 && len(b.hook.busy) >= b.hook.most {
			return
		}
		if b.hook.busy[u.queue] {
			continue
		}
		b.hook.busy[u.queue] = true
		generation, queue := b.hook.generation, u.queue
		b.srv.work.Go(func() { b.carry(queue, generation) })
	}
}

// carry delivers one queue, one update after the other, until it is empty or the webhook changed.
func (b *Bot) carry(queue string, generation int) {
	for failures := 0; ; {
		u, hook := b.head(queue, generation)
		if u == nil {
			return
		}
		wait, ok := b.post(u, hook)
		if ok {
			b.drop(u)
			failures = 0
			continue
		}
		failures++
		if wait == 0 && failures > 1 { // the first repeat comes at once
			wait = min(time.Second<<min(failures-1, 6), 60*time.Second)
		}
		timer := b.srv.clock.Timer(wait)
		select {
		case <-timer.C():
		case <-hook.changed:
		case <-b.srv.closing:
		}
		timer.Stop()
	}
}

// head is the next update of a queue; nil ends the courier.
func (b *Bot) head(queue string, generation int) (*update, webhook) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	if b.hook.generation != generation || b.srv.closed {
		return nil, b.hook
	}
	b.expire()
	for _, u := range b.inbox.waiting {
		if u.queue == queue {
			return u, b.hook
		}
	}
	delete(b.hook.busy, queue)
	b.deliver()
	return nil, b.hook
}

func (b *Bot) drop(done *update) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	b.inbox.waiting = slices.DeleteFunc(b.inbox.waiting, func(u *update) bool { return u == done })
}

// post makes one delivery. It reports success, and how long the receiver asked to wait otherwise.
func (b *Bot) post(u *update, hook webhook) (again time.Duration, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.srv.local(hook.url), bytes.NewReader(u.body))
	if err != nil {
		b.failed(err.Error())
		return 0, false
	}
	req.Header.Set("Content-Type", "application/json")
	if hook.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		b.failed("Connection refused")
		return 0, false
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	if res.StatusCode/100 == 2 {
		return 0, true
	}
	b.failed("Wrong response from the webhook: " + res.Status)
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		return seconds(min(n, 3600)), false
	}
	return 0, false
}

func (b *Bot) failed(why string) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	b.hook.lastError, b.hook.lastErrorAt = why, b.srv.clock.Now()
}

// local is the address behind a route.
func (s *Server) local(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if base, ok := s.routes[u.Scheme+"://"+u.Host]; ok {
		return base + u.RequestURI()
	}
	return address
}
