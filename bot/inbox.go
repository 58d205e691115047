package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"promostack/store"
)

const (
	webhookMost    = 1 << 20 // bytes of one update
	secretHeader   = "X-Telegram-Bot-Api-Secret-Token"
	webhookPath    = "/api/telegram-webhook"
	busyRetryAfter = "5"
)

// Webhook takes updates from Telegram: POST /api/telegram-webhook for the first bot, …/{bot} for any. An update is
// durable before it is answered 200. A wrong secret gets 401 and has no effect; what is no update gets 200, since
// Telegram would only bring it again; 503 says that the store cannot write now.
func (h *Hub) Webhook(w http.ResponseWriter, r *http.Request) {
	b := h.addressed(r.URL.Path)
	if b == nil || !b.knows(r.Header.Get(secretHeader)) {
		refuse(w, http.StatusUnauthorized, "Unauthorized")
		return
	}
	if r.ContentLength > webhookMost {
		refuse(w, http.StatusRequestEntityTooLarge, "An update is at most 1 MB.")
		return
	}
	body := h.buffers.Get().(*bytes.Buffer)
	defer h.buffers.Put(body)
	body.Reset()
	n, err := body.ReadFrom(io.LimitReader(r.Body, webhookMost+1))
	if err != nil {
		refuse(w, http.StatusBadRequest, "The body could not be read.")
		return
	}
	head, ok := readHeading(body.Bytes())
	if !ok || n > webhookMost {
		h.log.Debug("junk at the webhook", "bot", b.ID, "bytes", n)
		return
	}
	if err := b.take(r.Context(), head, body.Bytes()); err != nil {
		h.log.Error("cannot store an update", "bot", b.ID, "err", err)
		w.Header().Set("Retry-After", busyRetryAfter)
		refuse(w, http.StatusServiceUnavailable, "The update cannot be stored right now. Try again in a moment.")
	}
}

// refuse answers an error as the API does.
func refuse(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"success":false,"error":%q,"id":%q}`+"\n", sentence, w.Header().Get("X-Request-Id"))
}

// addressed finds the bot that a path means.
func (h *Hub) addressed(path string) *Bot {
	_, name, _ := strings.Cut(path, webhookPath)
	name = strings.Trim(name, "/")
	if name == "" && len(h.bots) > 0 {
		return h.bots[0]
	}
	return h.byName[name]
}

// knows compares a secret in constant time.
func (b *Bot) knows(secret string) bool {
	given, want := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(b.secret))
	return subtle.ConstantTimeCompare(given[:], want[:]) == 1
}

// take stores an update, durably, and hands it to its lane. One that was seen before has no effect.
func (b *Bot) take(ctx context.Context, head heading, body []byte) error {
	u := store.Update{
		Connection: b.ID, ID: head.id, Seq: b.hub.sequence(), Lane: head.lane, TakenAt: b.hub.clock.Now(), Body: bytes.Clone(body),
	}
	b.hub.probe("before store")
	fresh, err := b.ws.TakeUpdate(context.WithoutCancel(ctx), u) // who went away meanwhile shall not keep it from its lane
	if err != nil {
		return err
	}
	b.hub.probe("after store")
	if fresh {
		b.lanes.offer(u)
	}
	return nil
}

// sequence gives ever growing numbers that follow the clock, so that they go on growing after a restart.
func (h *Hub) sequence() int64 {
	now := h.clock.Now().UnixMicro()
	for {
		last := h.seq.Load()
		next := max(last+1, now)
		if h.seq.CompareAndSwap(last, next) {
			return next
		}
	}
}

// takeAll stores what a long poll brought, in one go, and hands it out in order.
func (b *Bot) takeAll(ctx context.Context, bodies [][]byte) error {
	list := make([]store.Update, 0, len(bodies))
	for _, body := range bodies {
		head, ok := readHeading(body)
		if !ok {
			b.log.Debug("junk among the updates", "bytes", len(body))
			continue
		}
		list = append(list, store.Update{
			Connection: b.ID, ID: head.id, Seq: b.hub.sequence(), Lane: head.lane, TakenAt: b.hub.clock.Now(), Body: body,
		})
	}
	b.hub.probe("before store")
	fresh, err := b.ws.TakeUpdates(ctx, list)
	if err != nil {
		return err
	}
	b.hub.probe("after store")
	for i, u := range list {
		if fresh[i] {
			b.lanes.offer(u)
		}
	}
	return nil
}

func newBuffers() *sync.Pool {
	return &sync.Pool{New: func() any { return new(bytes.Buffer) }}
}

// errJunk marks an update that cannot be read.
var errJunk = errors.New("this is no update")
