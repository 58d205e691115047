package bottest

import (
	"net/http"
	"slices"
	"time"
)

// Bot is one bot as the server knows it.
type Bot struct {
	srv      *Server
	ID       int64
	Token    string
	Username string

	// everything below is guarded by srv.mu
	privacy  bool // in groups only commands and replies are seen, as BotFather sets it by default
	revoked  bool
	files    map[string]*file
	faults   []*Fault
	calls    []Call
	pace     *limiter
	queries  map[string]*query
	commands map[string][]any
	members  map[int64]*membership
	inbox    inbox
	hook     webhook
}

// membership is what a bot may do in a chat.
type membership struct {
	status    string // member, administrator, kicked, left; in private chats also "" (never started)
	canDelete bool
}

type query struct {
	at       time.Time
	answered bool
}

func newBot(s *Server, id int64, token, username string) *Bot {
	b := &Bot{
		srv: s, ID: id, Token: token, Username: username, privacy: true,
		files: map[string]*file{}, queries: map[string]*query{}, commands: map[string][]any{}, members: map[int64]*membership{},
		pace: newLimiter(s.limits),
	}
	b.inbox.init(1000 + id%1000)
	return b
}

// Call is one request that came in, in the order of arrival. getUpdates is not kept.
type Call struct {
	Method   string
	Args     map[string]any // typed as the description of the API says
	Uploads  map[string]int // bytes by part, for requests that carried files
	Chat     int64
	At       time.Time
	Code     int    // 200, or the error code answered
	Error    string // description of the refusal
	Messages []int  // ids of the messages it made
	Faulty   bool   // a scripted fault spoiled the answer
}

// Calls are the requests so far; methods narrows them down.
func (b *Bot) Calls(methods ...string) []Call {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	var out []Call
	for _, c := range b.calls {
		if len(methods) == 0 || slices.Contains(methods, c.Method) {
			out = append(out, c)
		}
	}
	return out
}

// Uploaded is the number of bytes of files received so far.
func (b *Bot) Uploaded() int {
	total := 0
	for _, c := range b.Calls() {
		for _, n := range c.Uploads {
			total += n
		}
	}
	return total
}

// SetPrivacy switches the privacy mode of groups, which is on by default.
func (b *Bot) SetPrivacy(on bool) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	b.privacy = on
}

// Revoke ends the token, as BotFather does: every call is answered 401 from now on.
func (b *Bot) Revoke() {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	b.revoked = true
}

// Commands is the menu of a scope ("default", "all_private_chats", …) as it was set last.
func (b *Bot) Commands(scope string) []string {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	var out []string
	for _, one := range b.commands[scope] {
		out = append(out, args(one.(map[string]any)).text("command"))
	}
	return out
}

// serve answers one call of a method that exists.
func (b *Bot) serve(w http.ResponseWriter, r *http.Request, method string) {
	raw, err := parseRequest(r)
	if err != nil {
		e := mistake("%s: %v", method, err)
		b.srv.note(e)
		writeError(w, e)
		return
	}
	if method == "getUpdates" {
		b.serveUpdates(w, r, raw)
		return
	}
	fault := b.fault(method, raw)
	if fault != nil && !fault.Deliver {
		b.record(Call{Method: method, Code: fault.Code, Faulty: true, Error: "fault before it was done"})
		fault.act(b.srv, w, r)
		return
	}
	call, result, refusal := b.perform(method, raw)
	if fault != nil {
		call.Faulty = true
	}
	b.record(call)
	switch {
	case fault != nil:
		fault.act(b.srv, w, r)
	case refusal != nil:
		b.srv.note(refusal)
		writeError(w, refusal)
	default:
		writeResult(w, result)
	}
}

func (b *Bot) record(c Call) {
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	c.At = b.srv.clock.Now()
	b.calls = append(b.calls, c)
}

// perform checks a request and does what it asks.
func (b *Bot) perform(method string, raw map[string]any) (Call, any, *apiError) {
	call := Call{Method: method, Code: http.StatusOK, Uploads: map[string]int{}}
	parts := map[string]upload{}
	fields := map[string]any{}
	for name, v := range raw {
		u, isFile := v.(upload)
		if isFile {
			call.Uploads[name] = len(u.Bytes)
			parts[name] = u
		}
		if _, known := b.srv.spec.Methods[method][name]; known || !isFile {
			fields[name] = v
		}
	}
	typed, err := b.srv.spec.check(method, fields)
	if err != nil {
		e := mistake("%v", err)
		call.Code, call.Error = e.code, e.description
		return call, nil, e
	}
	call.Args = typed
	b.srv.mu.Lock()
	defer b.srv.mu.Unlock()
	d := &doing{bot: b, method: method, args: typed, parts: parts, now: b.srv.clock.Now()}
	result, refusal := d.do()
	call.Chat, call.Messages = d.chatID, d.made
	if refusal != nil {
		call.Code, call.Error = refusal.code, refusal.description
	}
	return call, result, refusal
}
