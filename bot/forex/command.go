package forex

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"promostack/bot"
	"promostack/signals"
	"promostack/store"
)

// Handle answers one update.
func (p *Product) Handle(ctx context.Context, t *bot.Turn) error {
	m := t.Update.Message
	if m == nil || m.From == nil || m.From.IsBot {
		return nil
	}
	c, ok := bot.ParseCommand(m.Text, t.Bot.Username())
	if !ok {
		if t.Private() {
			return p.say(ctx, t, helpText)
		}
		return nil // people talk
	}
	posting, err := signals.PostingOf(ctx, t.Workspace())
	if err != nil {
		return err
	}
	if c.Name == "start" || c.Name == "help" {
		return p.say(ctx, t, helpText)
	}
	if allowed, err := p.allowed(ctx, t, posting); err != nil || !allowed {
		return errors.Join(err, p.refuse(ctx, t, c))
	}
	return p.command(ctx, t, c, posting)
}

const helpText bot.HTML = "I post gold signals into a private channel, and answer its members.\n\n" +
	"/open – signals that are open now\n/signals – the last ten\n/today, /week, /month – results\n/stats – the whole record\n\n" +
	"A <b>pip</b> is 0.10 USD of gold. <b>R</b> is the risk of a signal, the way from entry to stop loss: a take profit is +2 R, a stop −1 R. " +
	"The <b>win rate</b> is won by won and lost; signals that expired after four hours are counted apart, with their real result."

// refuse tells somebody in a private chat who may ask; in groups it stays silent.
func (p *Product) refuse(ctx context.Context, t *bot.Turn, c bot.Command) error {
	if !t.Private() || !slices.Contains([]string{"open", "signals", "today", "week", "month", "stats", "pause", "resume"}, c.Name) {
		return nil
	}
	return p.say(ctx, t, "Only members of the signals channel can ask for this.")
}

// allowed: members of the channel in their private chat, everybody in its discussion group and in the chats that the
// settings name, administrators everywhere.
func (p *Product) allowed(ctx context.Context, t *bot.Turn, posting signals.Posting) (bool, error) {
	if p.admin(t, posting) {
		return true, nil
	}
	chats, err := signals.IDs(posting.Chats)
	if err == nil && slices.Contains(chats, t.Chat().ID) {
		return true, nil
	}
	channel, linked, err := p.room(ctx, t.Bot)
	if err != nil {
		p.log.Warn("channel not known", "err", err)
		return false, nil
	}
	if !t.Private() {
		return t.Chat().ID == linked && linked != 0, nil
	}
	return p.member(ctx, t.Bot, channel, t.PersonID()), nil
}

func (p *Product) admin(t *bot.Turn, posting signals.Posting) bool {
	admins, err := signals.IDs(posting.Admins)
	return err == nil && t.PersonID() != 0 && slices.Contains(admins, t.PersonID())
}

func (p *Product) command(ctx context.Context, t *bot.Turn, c bot.Command, posting signals.Posting) error {
	now := t.Now()
	switch c.Name {
	case "open":
		return p.open(ctx, t)
	case "signals":
		return p.last(ctx, t)
	case "today":
		zone, err := time.LoadLocation(posting.Zone)
		if err != nil {
			zone = time.UTC
		}
		d := now.In(zone)
		return p.period(ctx, t, "Today", time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone), posting)
	case "week":
		return p.period(ctx, t, "The last seven days", now.AddDate(0, 0, -7), posting)
	case "month":
		return p.period(ctx, t, "The last thirty days", now.AddDate(0, 0, -30), posting)
	case "stats":
		return p.period(ctx, t, "The whole record", time.Unix(0, 0), posting)
	case "pause", "resume":
		return p.pause(ctx, t, c.Name == "pause", posting)
	}
	return nil
}

func (p *Product) pause(ctx context.Context, t *bot.Turn, paused bool, posting signals.Posting) error {
	if !p.admin(t, posting) {
		return p.say(ctx, t, "Only the administrators that the panel names may pause and resume.")
	}
	if err := signals.SetPaused(ctx, t.Workspace(), paused); err != nil {
		return err
	}
	if err := t.Workspace().Audit(ctx, fmt.Sprintf("telegram:%d", t.PersonID()), map[bool]string{true: "pause", false: "resume"}[paused], "signals", nil); err != nil {
		p.log.Warn("pause not written into the audit", "err", err)
	}
	if paused {
		return p.say(ctx, t, "Paused. Open signals are still watched to their end; /resume lets new ones come again.")
	}
	return p.say(ctx, t, "Running. New signals come when the rule sees one.")
}

func (p *Product) open(ctx context.Context, t *bot.Turn) error {
	list, err := t.Workspace().OpenSignals(ctx)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return p.say(ctx, t, "No signal is open.")
	}
	lines := []string{"<b>Open now</b>"}
	for _, r := range list {
		lines = append(lines, string(bot.Format("#%d %s at %.2f · take profit %.2f · stop loss %.2f · until %s UTC",
			r.ID, r.Side, r.Entry, r.TakeProfit, r.StopLoss, r.Deadline.Format("15:04"))))
	}
	return p.say(ctx, t, bot.HTML(strings.Join(lines[:min(len(lines), 30)], "\n")))
}

func (p *Product) last(ctx context.Context, t *bot.Turn) error {
	list, err := t.Workspace().Signals(ctx, store.SignalFilter{Limit: 10})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return p.say(ctx, t, "There are no signals yet. The rule is rare: about one a week.")
	}
	lines := []string{"<b>The last signals</b>"}
	for _, r := range list {
		line := bot.Format("#%d %s · %s %s", r.ID, r.DecidedAt.Format("2 Jan 15:04"), r.Side, r.Status)
		if signals.FromRow(r).Closed() {
			line += bot.Format(" · %+.1f pips", r.Points/r.Pip)
		}
		lines = append(lines, string(line))
	}
	return p.say(ctx, t, bot.HTML(strings.Join(lines, "\n")))
}

// period shows the results since a moment, by the same definitions as recaps and backtests.
func (p *Product) period(ctx context.Context, t *bot.Turn, title string, from time.Time, posting signals.Posting) error {
	rows, err := t.Workspace().Signals(ctx, store.SignalFilter{From: from, To: t.Now().Add(time.Millisecond), ByExit: true, Limit: 100_000})
	if err != nil {
		return err
	}
	return p.say(ctx, t, bot.HTML(signals.SummaryText(title, signals.SummariseRows(rows), posting)))
}

func (p *Product) say(ctx context.Context, t *bot.Turn, text bot.HTML) error {
	reply := 0
	if m := t.Message(); m != nil && !t.Private() {
		reply = m.ID
	}
	_, err := t.Send(ctx, bot.Message{Text: text, ReplyTo: reply})
	return err
}
