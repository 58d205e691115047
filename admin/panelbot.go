package admin

import (
	"net/http"
	"strconv"
	"time"

	"promostack/bot"
	"promostack/store"
)

// maxUpdate is the largest update that Telegram may send, with room for the frame of a request.
const maxUpdate = 1<<20 + 1<<10

// botBudget is for what asks Telegram: a flood wait may lie before the answer.
const botBudget = 25 * time.Second

// telegramWebhook takes updates of our bots. The hub checks the secret itself.
func (s *Server) telegramWebhook(w http.ResponseWriter, r *http.Request) error {
	if s.Bots == nil {
		return unauthorized
	}
	s.Bots.Webhook(w, r)
	return nil
}

// panelBots tells how every bot is.
func (s *Server) panelBots(w http.ResponseWriter, r *http.Request) error {
	list := []bot.Status{}
	if s.Bots != nil {
		var err error
		if list, err = s.Bots.Status(r.Context()); err != nil {
			return err
		}
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"bots": list})
}

// named is the bot that a path means: the name of its product, or the number of its connection.
func (s *Server) named(r *http.Request) (*bot.Bot, error) {
	if s.Bots == nil {
		return nil, store.ErrNotFound
	}
	b := s.Bots.Bot(param(r, "bot"))
	if b == nil || b.Workspace().ID() != s.workspace(r).ID() {
		return nil, store.ErrNotFound
	}
	return b, nil
}

// panelCheckBot looks at the webhook now and tells how the bot is.
func (s *Server) panelCheckBot(w http.ResponseWriter, r *http.Request) error {
	b, err := s.named(r)
	if err != nil {
		return err
	}
	if err := b.Check(r.Context()); err != nil {
		return err
	}
	status, err := b.Status(r.Context())
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, status)
}

// panelTestBot sends a test message to {"chat": number}.
func (s *Server) panelTestBot(w http.ResponseWriter, r *http.Request) error {
	b, err := s.named(r)
	if err != nil {
		return err
	}
	var in struct {
		Chat int64 `json:"chat"`
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Chat == 0 {
		return store.Invalid{Field: "chat", Sentence: "Give the number of a chat. Groups and channels have negative ones."}
	}
	if err := b.Test(r.Context(), in.Chat); err != nil {
		return err
	}
	return s.ok(w, r)
}

// panelParked lists the updates that were given up.
func (s *Server) panelParked(w http.ResponseWriter, r *http.Request) error {
	b, err := s.named(r)
	if err != nil {
		return err
	}
	list, err := b.Parked(r.Context(), queryNumber(r, "limit", 50, 1, 500))
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"updates": list})
}

// panelRetry gives the parked update {"update": number} another three attempts.
func (s *Server) panelRetry(w http.ResponseWriter, r *http.Request) error {
	b, err := s.named(r)
	if err != nil {
		return err
	}
	var in struct {
		Update int64 `json:"update"`
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if err := b.Retry(r.Context(), in.Update); err != nil {
		return err
	}
	return s.ok(w, r)
}

// panelChats lists the groups and channels of a bot.
func (s *Server) panelChats(w http.ResponseWriter, r *http.Request) error {
	b, err := s.named(r)
	if err != nil {
		return err
	}
	list, err := s.workspace(r).Chats(r.Context(), b.ID)
	if err != nil {
		return err
	}
	out := make([]map[string]any, 0, len(list))
	for _, c := range list {
		out = append(out, map[string]any{"id": c.ID, "kind": c.Kind, "title": c.Title, "status": c.Status})
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"chats": out})
}

// memberJSON is a person as the panel shows them.
type memberJSON struct {
	Connection int64      `json:"connection"`
	ID         int64      `json:"id"`
	Username   string     `json:"username"`
	FirstName  string     `json:"first_name"`
	LastName   string     `json:"last_name"`
	Language   string     `json:"language"`
	FirstSeen  time.Time  `json:"first_seen"`
	LastSeen   time.Time  `json:"last_seen"`
	StartedAt  *time.Time `json:"started_at"` // null: only seen in groups
	BlockedAt  *time.Time `json:"blocked_at"`
	BlockedWhy string     `json:"blocked_why,omitempty"`
	LastCode   string     `json:"last_code,omitempty"`
}

func memberOf(m store.Member) memberJSON {
	return memberJSON{Connection: m.Connection, ID: m.ID, Username: m.Username, FirstName: m.FirstName, LastName: m.LastName, Language: m.Language,
		FirstSeen: m.FirstSeen, LastSeen: m.LastSeen, StartedAt: timeOrNil(m.StartedAt), BlockedAt: timeOrNil(m.BlockedAt),
		BlockedWhy: m.BlockedWhy, LastCode: m.LastCode}
}

// panelMembers searches people: ?query=&bot=&blocked=true|false&limit=&offset=.
func (s *Server) panelMembers(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := store.MemberFilter{Query: q.Get("query"), Limit: queryNumber(r, "limit", 50, 1, 1000), Offset: queryNumber(r, "offset", 0, 0, 1<<30)}
	if b := q.Get("bot"); b != "" && s.Bots != nil && s.Bots.Bot(b) != nil {
		f.Connection = s.Bots.Bot(b).ID
	}
	if blocked, err := strconv.ParseBool(q.Get("blocked")); err == nil {
		f.Blocked = &blocked
	}
	list, total, err := s.workspace(r).Members(r.Context(), f)
	if err != nil {
		return err
	}
	out := make([]memberJSON, 0, len(list))
	for _, m := range list {
		out = append(out, memberOf(m))
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"members": out, "total": total})
}

// panelMember is one person of a bot, with what happened.
func (s *Server) panelMember(w http.ResponseWriter, r *http.Request) error {
	b, err := s.named(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(param(r, "id"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	m, err := s.workspace(r).Member(r.Context(), b.ID, id)
	if err != nil {
		return err
	}
	events, err := s.workspace(r).MemberEvents(r.Context(), b.ID, id)
	if err != nil {
		return err
	}
	history := make([]map[string]any, 0, len(events))
	for _, e := range events {
		history = append(history, map[string]any{"at": e.At, "kind": e.Kind})
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"member": memberOf(m), "events": history})
}
