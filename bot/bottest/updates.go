package bottest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	messageLife  = 24 * time.Hour // messages, posts, my_chat_member
	callbackLife = 150 * time.Second
	inlineLife   = 30 * time.Second
)

// defaultUpdates are delivered when allowed_updates is an empty list.
var defaultUpdates = []string{
	"message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
	"callback_query", "my_chat_member", "poll", "chat_join_request",
}

// update is one that a bot has not confirmed yet.
type update struct {
	id      int64
	queue   string // updates of one queue are delivered one after the other
	body    []byte
	expires time.Time
}

// inbox holds what waits for a bot.
type inbox struct {
	next     int64
	waiting  []*update // in the order of their numbers
	allowed  []string  // nil: the default
	added    chan struct{}
	poll     chan string // ends the getUpdates under way, with the reason
	lastAt   time.Time
	lastFrom int64
	pushed   int
}

func (i *inbox) init(first int64) {
	i.next, i.added = first, make(chan struct{})
}

// push queues an update of a kind for a bot, unless it did not ask for the kind. It gives the update's number, 0
// when it was not queued. The lock is held.
func (b *Bot) push(kind, queue string, payload map[string]any, life time.Duration) int64 {
	allowed := b.inbox.allowed
	if len(allowed) == 0 {
		allowed = defaultUpdates
	}
	if !slices.Contains(allowed, kind) {
		return 0
	}
	id := b.inbox.next
	b.inbox.next++
	body, err := json.Marshal(map[string]any{"update_id": id, kind: payload})
	if err != nil {
		panic(err) // only a test that puts a channel into a message gets here
	}
	b.inbox.waiting = append(b.inbox.waiting, &update{id: id, queue: kind + queue, body: body, expires: b.srv.clock.Now().Add(life)})
	b.inbox.pushed++
	close(b.inbox.added)
	b.inbox.added = make(chan struct{})
	b.deliver()
	return id
}

// PushRaw queues a body as it stands, sound or not, under a queue of its own.
func (b *Bot) PushRaw(body string) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	id := b.inbox.next
	b.inbox.next++
	b.inbox.waiting = append(b.inbox.waiting, &update{id: id, queue: "raw" + strconv.FormatInt(id, 10), body: []byte(body), expires: b.srv.clock.Now().Add(messageLife)})
	close(b.inbox.added)
	b.inbox.added = make(chan struct{})
	b.deliver()
}

// Pending is the number of updates that were not confirmed yet.
func (b *Bot) Pending() int {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	b.expire()
	return len(b.inbox.waiting)
}

// expire drops what became too old. The lock is held.
func (b *Bot) expire() {
	now := b.srv.clock.Now()
	b.inbox.waiting = slices.DeleteFunc(b.inbox.waiting, func(u *update) bool { return now.After(u.expires) })
}

// serveUpdates is getUpdates: long polling with its rules.
func (b *Bot) serveUpdates(w http.ResponseWriter, r *http.Request, raw map[string]any) {
	typed, err := b.srv.spec.check("getUpdates", raw)
	if err != nil {
		e := mistake("%v", err)
		b.srv.note(e)
		writeError(w, e)
		return
	}
	if f := b.fault("getUpdates", raw); f != nil {
		f.act(b.srv, w, r)
		return
	}
	list, refusal := b.awaitUpdates(r, typed)
	if refusal != nil {
		b.srv.note(refusal)
		writeError(w, refusal)
		return
	}
	writeResult(w, list)
}

func (b *Bot) awaitUpdates(r *http.Request, a args) ([]json.RawMessage, *apiError) {
	limit, ended, refusal := b.beginPoll(a)
	if refusal != nil {
		return nil, refusal
	}
	timer := b.srv.clock.Timer(seconds(int(min(a.number("timeout"), 50))))
	defer timer.Stop()
	for {
		b.srv.mu.Lock()
		list, added := b.ready(limit), b.inbox.added
		if len(list) > 0 {
			b.endPoll(ended)
			b.srv.mu.Unlock()
			return list, nil
		}
		b.srv.mu.Unlock()
		select {
		case <-added:
			continue
		case reason := <-ended:
			return nil, &apiError{code: 409, description: "Conflict: " + reason}
		case <-timer.C():
		case <-r.Context().Done():
		case <-b.srv.closing:
		}
		b.srv.mu.Lock()
		b.endPoll(ended)
		b.srv.mu.Unlock()
		return []json.RawMessage{}, nil
	}
}

// beginPoll confirms what lies before the offset and ends another getUpdates that is under way.
func (b *Bot) beginPoll(a args) (limit int, ended chan string, refusal *apiError) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	if b.hook.url != "" {
		return 0, nil, &apiError{code: 409, description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	}
	if !a.has("allowed_updates") {
		return 0, nil, mistake("allowed_updates must be said explicitly: omitted, the previous value stays")
	}
	b.setAllowed(a)
	b.stopPoll("terminated by other getUpdates request; make sure that only one bot instance is running")
	ended = make(chan string, 1)
	b.inbox.poll = ended
	now, offset := b.srv.clock.Now(), a.number("offset")
	b.inbox.waiting = slices.DeleteFunc(b.inbox.waiting, func(u *update) bool { return u.id < offset })
	if offset < 0 && int(-offset) < len(b.inbox.waiting) {
		b.inbox.waiting = b.inbox.waiting[len(b.inbox.waiting)+int(offset):]
	}
	limit = int(a.number("limit"))
	if limit < 1 || limit > 100 {
		limit = 100
	}
	if offset == b.inbox.lastFrom && !b.inbox.lastAt.IsZero() && now.Sub(b.inbox.lastAt) < 500*time.Millisecond {
		limit = 1
	}
	b.inbox.lastFrom, b.inbox.lastAt = offset, now
	return limit, ended, nil
}

func (b *Bot) setAllowed(a args) {
	b.inbox.allowed = nil
	for _, one := range a.list("allowed_updates") {
		b.inbox.allowed = append(b.inbox.allowed, one.(string))
	}
}

// stopPoll ends the getUpdates under way. The lock is held.
func (b *Bot) stopPoll(reason string) {
	if b.inbox.poll != nil {
		b.inbox.poll <- reason
		b.inbox.poll = nil
	}
}

func (b *Bot) endPoll(ended chan string) {
	if b.inbox.poll == ended {
		b.inbox.poll = nil
	}
}

func (b *Bot) ready(limit int) []json.RawMessage {
	b.expire()
	var list []json.RawMessage
	for _, u := range b.inbox.waiting {
		if len(list) == limit {
			break
		}
		list = append(list, u.body)
	}
	return list
}
