package forex

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf16"

	"promostack/bot"
	"promostack/signals"
	"promostack/store"
)

const (
	lookEvery = 2 * time.Second  // how often the outbox is looked at
	tryAgain  = 15 * time.Second // after Telegram could not be reached, or refused the channel
	captionOf = 1024             // UTF-16 units of a picture's caption
)

// poster carries the outbox to the channel, one post after the other.
type poster struct {
	product *Product
	bot     *bot.Bot
	ws      *store.Workspace
	clock   store.Clock
}

// recover marks what an earlier process was sending when it ended: nobody can tell whether it arrived, so it is held
// for a person to decide. The signal's number in the text makes a repeat recognisable.
func (p *poster) recover(ctx context.Context) error {
	list, err := p.ws.Posts(ctx, "sending", 1000)
	if err != nil {
		return err
	}
	for _, post := range list {
		post.State, post.Reason = "unknown", "The process ended while this was being sent. Look into the channel: is it there?"
		if _, err := p.ws.MovePost(ctx, post, "sending"); err != nil {
			return err
		}
	}
	return nil
}

// drain sends what is pending, in order; it ends at the first post that has to wait.
func (p *poster) drain(ctx context.Context) error {
	for {
		list, err := p.ws.Posts(ctx, "pending", 20)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, post := range list {
			if err := p.one(ctx, post); err != nil {
				return fmt.Errorf("post %s: %w", post.Key, err)
			}
		}
	}
}

// one sends a post, or says why it is not sent. An error means that it stays pending.
func (p *poster) one(ctx context.Context, post store.Post) error {
	if !post.FreshUntil.IsZero() && p.clock.Now().After(post.FreshUntil) {
		return p.drop(ctx, post, "It was too late when Telegram could be reached.")
	}
	channel, _, err := p.product.room(ctx, p.bot)
	if err != nil {
		return err
	}
	posting, err := signals.PostingOf(ctx, p.ws)
	if err != nil {
		return err
	}
	m, why, err := p.compose(ctx, post, posting)
	if err != nil {
		return err
	}
	if why != "" {
		return p.drop(ctx, post, why)
	}
	m.Chat, m.Once = channel, true
	return p.send(ctx, post, m)
}

func (p *poster) drop(ctx context.Context, post store.Post, why string) error {
	post.State, post.Reason = "dropped", why
	_, err := p.ws.MovePost(ctx, post, "pending")
	return err
}

// send marks the post durably before the request and after it.
func (p *poster) send(ctx context.Context, post store.Post, m bot.Message) error {
	if m.Media != nil {
		if err := p.bot.Prepare(ctx, m.Media); err != nil { // without a picture the words still go
			p.product.log.Warn("card not drawn", "post", post.Key, "err", err)
			m.Media = nil
		}
	}
	post.State, post.Attempts, post.Chat = "sending", post.Attempts+1, m.Chat
	if ours, err := p.ws.MovePost(ctx, post, "pending"); err != nil || !ours {
		return err
	}
	sent, err := p.bot.Send(ctx, bot.Signal, m)
	after := context.WithoutCancel(ctx)
	if err == nil {
		post.State, post.Message, post.Reason = "sent", int64(sent.ID), ""
		_, err := p.ws.MovePost(after, post, "sending")
		return err
	}
	post.State, post.Reason = "pending", err.Error()
	switch bot.ClassOf(err) {
	case bot.Ambiguous, "":
		if !errors.Is(err, bot.ErrStopped) {
			post.State, post.Reason = "unknown", "Telegram's answer was lost. Look into the channel: is it there?"
		}
	case bot.PermanentMessage:
		post.State, post.Reason = "dropped", "Telegram refuses this message: "+err.Error()
	}
	if _, moveErr := p.ws.MovePost(after, post, "sending"); moveErr != nil {
		return moveErr
	}
	if post.State == "pending" {
		return err
	}
	p.product.log.Warn("signal post not certain", "post", post.Key, "state", post.State, "err", err)
	return nil
}

// compose makes the message of a post; why says why there is none.
func (p *poster) compose(ctx context.Context, post store.Post, posting signals.Posting) (m bot.Message, why string, err error) {
	switch post.Kind {
	case "signal":
		r, err := p.ws.Signal(ctx, post.Subject)
		if err != nil {
			return m, "", err
		}
		return p.withCard(signals.SignalText(r, posting), p.chart(r, string(r.Side), r.Side == string(signals.Buy), posting)), "", nil
	case "outcome":
		return p.outcome(ctx, post, posting)
	case "recap":
		var r signals.Recap
		if err := json.Unmarshal([]byte(post.Body), &r); err != nil {
			return m, "Its content cannot be read.", nil
		}
		text := signals.RecapText(r, "", posting)
		comment := p.product.writer.CommentFor(ctx, r.Kind, text, r.To.Unix(), posting)
		return p.withCard(signals.RecapText(r, comment, posting), recapCard(r, posting)), "", nil
	}
	return m, "Nobody knows this kind of post.", nil
}

// outcome is a reply to the signal's message. Stops and expiries are silent unless the settings say otherwise.
func (p *poster) outcome(ctx context.Context, post store.Post, posting signals.Posting) (m bot.Message, why string, err error) {
	r, err := p.ws.Signal(ctx, post.Subject)
	if err != nil {
		return m, "", err
	}
	if r.Status != string(signals.Won) && !posting.EveryOutcome {
		return m, "The settings keep stops and expiries silent; recaps and the record hold them.", nil
	}
	first, err := p.ws.Post(ctx, fmt.Sprintf("signal:%d", r.ID))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return m, "", err
	}
	if err != nil || first.State == "dropped" {
		return m, "Its signal was not posted; recaps and the record hold the result.", nil
	}
	comment := ""
	if r.Status == string(signals.Won) {
		comment = p.product.writer.CommentFor(ctx, "won", signals.OutcomeText(r, ""), r.ID, posting)
	}
	return bot.Message{Text: bot.HTML(signals.OutcomeText(r, comment)), ReplyTo: int(first.Message)}, "", nil
}

// withCard puts the words under the picture, or stands alone when they are too long for a caption.
func (p *poster) withCard(text string, card *bot.Media) bot.Message {
	m := bot.Message{Text: bot.HTML(text)}
	if len(utf16.Encode([]rune(text))) <= captionOf { // with its tags: on the safe side
		m.Media = card
	}
	return m
}
