package bottest

import (
	"net"
	"net/http"
	"strconv"
	"strings"
)

// Fault is a scripted failure of one or more calls.
type Fault struct {
	Method  string // which calls: a method, "send" for every sending one, "" for all
	Chat    int64  // only calls to this chat; 0 = any
	After   int    // let so many matching calls through first
	Times   int    // then spoil so many; 0 = one, negative = all
	Every   int    // spoil only each n-th of them
	Deliver bool   // do what the call asks, and spoil only the answer

	Code        int    // answer an error with this code …
	Description string // … and this text
	RetryAfter  int
	MigrateTo   int64
	Body        string // answer this text instead of JSON
	Reset       bool   // cut the connection
	Hang        bool   // do not answer at all

	seen, done int
}

// Inject adds a fault to the script.
func (b *Bot) Inject(f Fault) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	if f.RetryAfter > 0 && f.Code == 0 {
		f.Code, f.Description = 429, "Too Many Requests: retry after "+strconv.Itoa(f.RetryAfter)
	}
	b.faults = append(b.faults, &f)
}

// Heal drops every fault.
func (b *Bot) Heal() {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	b.faults = nil
}

// fault finds the fault that spoils this call, if any.
func (b *Bot) fault(method string, raw map[string]any) *Fault {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	for _, f := range b.faults {
		if !f.matches(method, raw) || (f.Times > 0 && f.done >= f.Times) {
			continue
		}
		f.seen++
		if f.seen <= f.After || (f.Every > 0 && f.seen%f.Every != 0) {
			continue
		}
		f.done++
		if f.RetryAfter > 0 {
			now := b.srv.clock.Now()
			b.pace.halt(now, seconds(f.RetryAfter))
		}
		return f
	}
	return nil
}

func (f *Fault) matches(method string, raw map[string]any) bool {
	switch f.Method {
	case "", method:
	case "send":
		if !strings.HasPrefix(method, "send") || method == "sendChatAction" {
			return false
		}
	default:
		return false
	}
	if f.Chat == 0 {
		return true
	}
	chat, _ := raw["chat_id"].(string)
	return chat == strconv.FormatInt(f.Chat, 10)
}

// act spoils the answer.
func (f *Fault) act(s *Server, w http.ResponseWriter, r *http.Request) {
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closing:
		}
	case f.Reset:
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	case f.Body != "":
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(max(f.Code, http.StatusOK))
		_, _ = w.Write([]byte(f.Body))
	default:
		writeError(w, &apiError{code: f.Code, description: f.Description, retryAfter: f.RetryAfter, migrateTo: f.MigrateTo})
	}
}
