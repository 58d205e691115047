package promo

import (
	"context"
	"errors"
	"strings"

	"github.com/go-telegram/bot/models"

	"promostack/bot"
	"promostack/render/coupon"
	"promostack/store"
)

const candidatesMost = 8 // "did you mean" buttons

// templateCommand answers /template-name/CODE and /template-name CODE, in any chat. In groups and channels there
// are other bots and other commands: what means no template of ours is left alone unless it is addressed to us.
func (p *Product) templateCommand(ctx context.Context, t *bot.Turn, c bot.Command) error {
	if sent, err := t.Sent(ctx); err != nil || sent {
		return err
	}
	list, err := p.templates(ctx, t.Workspace())
	if err != nil {
		return err
	}
	name, code := split(list, c.Body)
	found, candidates := match(list, name)
	ours := t.Private() || c.Mine || (strings.Contains(c.Body, "/") && code != "")
	switch {
	case found.ID == 0 && len(candidates) == 0 && !ours:
		return nil
	case found.ID == 0 && len(candidates) == 0:
		return p.noSuchTemplate(ctx, t, name, code)
	case code == "" && t.Private():
		code = p.lastCode(ctx, t)
	}
	switch {
	case code == "" && found.ID != 0 && t.Private():
		return p.wanted(ctx, t, found)
	case code == "" && found.ID != 0:
		return p.say(ctx, t, bot.Format("🎨 <b>%s</b>: add your code, like <code>/%s/YOURCODE</code>", found.Name, found.Slug), nil)
	case found.ID == 0:
		return p.didYouMean(ctx, t, candidates, code)
	}
	o, ok, err := p.checked(ctx, t, code, press{act: actMake, template: found.ID})
	if err != nil || !ok {
		return err
	}
	if person := t.PersonID(); person != 0 {
		if err := t.Workspace().RememberCode(ctx, t.Bot.ID, person, o.code); err != nil {
			return err
		}
	}
	if err := p.deliver(ctx, t, found, o, press{act: actMake}); err != nil {
		return err
	}
	return p.tidy(ctx, t)
}

// noSuchTemplate tells that a name means nothing, and counts it when a picture was asked for.
func (p *Product) noSuchTemplate(ctx context.Context, t *bot.Turn, name, code string) error {
	if code != "" {
		canonical, err := coupon.Canonical(code)
		if err != nil {
			canonical = ""
		}
		p.record(ctx, t, store.Usage{Outcome: "no_template", Template: plain(name), Code: canonical}, t.Now())
	}
	return p.say(ctx, t, bot.Format("🤔 I know no template called <b>%s</b>.\n\n/generate shows them all, /help tells how it works.", bot.Shorten(name, 64)), nil)
}

// didYouMean offers the templates that a name may mean; with a code, a tap makes the picture.
func (p *Product) didYouMean(ctx context.Context, t *bot.Turn, candidates []store.Template, code string) error {
	candidates = candidates[:min(len(candidates), candidatesMost)]
	canonical, err := coupon.Canonical(code)
	var invalid store.Invalid
	switch {
	case code == "" || isChannel(t): // everybody could press a channel's buttons
		if code == "" {
			code = "YOURCODE"
		}
		text := whichTemplate
		for _, tpl := range candidates {
			text += bot.Format("\n• <code>/%s/%s</code>", tpl.Slug, bot.Shorten(code, 64))
		}
		return p.say(ctx, t, text, nil)
	case errors.As(err, &invalid):
		return p.say(ctx, t, bot.Format("✋ %s", invalid.Sentence), nil)
	case err != nil:
		return err
	}
	number, err := t.Workspace().CodeNumber(ctx, canonical)
	if err != nil {
		return err
	}
	var rows bot.Keyboard
	for _, tpl := range candidates {
		rows = append(rows, []bot.Button{{Text: bot.Shorten(tpl.Name, 48), Data: press{act: actMake, template: tpl.ID, code: number}.data()}})
	}
	return p.say(ctx, t, whichTemplate, rows)
}

// tidy takes the command out of a channel once its picture stands there, where the bot may.
func (p *Product) tidy(ctx context.Context, t *bot.Turn) error {
	m := t.Update.ChannelPost
	if m == nil {
		return nil
	}
	if err := t.Bot.Delete(ctx, m.Chat.ID, m.ID); err != nil && bot.ClassOf(err) == "" {
		return err
	}
	return nil
}

func isChannel(t *bot.Turn) bool { return t.Chat().Type == models.ChatTypeChannel }
