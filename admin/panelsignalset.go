package admin

import (
	"context"
	"net/http"

	"promostack/bot"
	"promostack/signals"
	"promostack/store"
)

// panelStrategy is the numbers of now, every version before, and the rules there are.
func (s *Server) panelStrategy(w http.ResponseWriter, r *http.Request) error {
	p, version, err := signals.Settings(r.Context(), s.workspace(r))
	if err != nil {
		return err
	}
	stored, err := s.workspace(r).StrategyVersions(r.Context())
	if err != nil {
		return err
	}
	versions := make([]versionJSON, 0, len(stored))
	for _, v := range stored {
		one, err := versionOf(v)
		if err != nil {
			return err
		}
		versions = append(versions, one)
	}
	rules := []map[string]string{}
	for _, name := range signals.StrategyNames() {
		if rule, ok := signals.StrategyNamed(name); ok {
			rules = append(rules, map[string]string{"name": name, "title": rule.Title()})
		}
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"version": version, "config": strategyOf(p), "versions": versions, "rules": rules})
}

// panelPosting shows what the channel gets.
func (s *Server) panelPosting(w http.ResponseWriter, r *http.Request) error {
	p, err := signals.PostingOf(r.Context(), s.workspace(r))
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"posting": p})
}

// panelSavePosting keeps what the channel gets; what the body leaves out stays.
func (s *Server) panelSavePosting(w http.ResponseWriter, r *http.Request) error {
	p, err := signals.PostingOf(r.Context(), s.workspace(r))
	if err != nil {
		return err
	}
	in := struct {
		Posting *signals.Posting `json:"posting"`
	}{&p}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Posting == nil {
		return badRequest(`"posting" is missing.`)
	}
	if err := signals.SavePosting(r.Context(), s.workspace(r), *in.Posting); err != nil {
		return err
	}
	s.audit(r, "change signal posting", "", nil)
	return s.panelPosting(w, r)
}

// outboxShown is how many unsent posts the panel lists.
const outboxShown = 100

// panelTestPost sends a short message to the signals' channel.
func (s *Server) panelTestPost(w http.ResponseWriter, r *http.Request) error {
	if s.Bots != nil {
		if b := s.Bots.Bot("forex"); b != nil && b.Workspace().ID() == s.workspace(r).ID() {
			if product, ok := b.Product.(interface {
				TestPost(ctx context.Context, b *bot.Bot) error
			}); ok {
				if err := product.TestPost(r.Context(), b); err != nil {
					return err
				}
				return s.ok(w, r)
			}
		}
	}
	return store.Invalid{Field: "channel", Sentence: "There is no signals bot: set FOREX_BOT_TOKEN and FOREX_CHANNEL_ID, then start again."}
}

// panelOutbox lists the posts that did not surely arrive, newest first.
func (s *Server) panelOutbox(w http.ResponseWriter, r *http.Request) error {
	posts, err := s.workspace(r).Unsent(r.Context(), outboxShown)
	if err != nil {
		return err
	}
	out := make([]map[string]any, 0, len(posts))
	for _, p := range posts {
		out = append(out, map[string]any{"id": p.ID, "kind": p.Kind, "key": p.Key, "signal": p.Subject, "state": p.State, "reason": p.Reason, "attempts": p.Attempts,
			"created_at": moment(p.CreatedAt), "fresh_until": moment(p.FreshUntil), "late": s.tooLate(p)})
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"posts": out})
}

func (s *Server) tooLate(p store.Post) bool {
	return !p.FreshUntil.IsZero() && s.clock.Now().After(p.FreshUntil)
}

// panelMovePost sends a post again, or gives it up.
func (s *Server) panelMovePost(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Key    string `json:"key"`
		Action string `json:"action"`
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	p, err := s.workspace(r).Post(r.Context(), in.Key)
	if err != nil {
		return err
	}
	from := p.State
	switch {
	case in.Action == "again" && s.tooLate(p):
		return problem{status: http.StatusConflict, sentence: "It is too late for this post: it was to be out by " + p.FreshUntil.UTC().Format("2 Jan 15:04") + " UTC. The record holds it all the same."}
	case in.Action == "again" && (from == "unknown" || from == "dropped"):
		p.State, p.Reason, p.Attempts = "pending", "", 0
	case in.Action == "drop" && (from == "unknown" || from == "pending"):
		p.State, p.Reason = "dropped", "Given up in the panel."
	case in.Action != "again" && in.Action != "drop":
		return store.Invalid{Field: "action", Sentence: "The action is again or drop."}
	default:
		return problem{status: http.StatusConflict, sentence: "This post is " + from + " by now. Look again."}
	}
	moved, err := s.workspace(r).MovePost(r.Context(), p, from)
	if err != nil {
		return err
	}
	if !moved {
		return store.ErrConflict
	}
	s.audit(r, in.Action+" post", p.Key, nil)
	return s.ok(w, r)
}
