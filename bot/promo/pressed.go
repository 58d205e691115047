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

// pressed answers a button. Its little clock is ended before anything is drawn or asked outside.
func (p *Product) pressed(ctx context.Context, t *bot.Turn, q *models.CallbackQuery) error {
	if t.Chat().ID == 0 {
		return t.Answer(ctx, deadButton, true)
	}
	if slug, ok := strings.CutPrefix(q.Data, oldPrefix); ok {
		return p.pressedOld(ctx, t, slug)
	}
	b, ok := parsePress(q.Data)
	if !ok {
		return t.Answer(ctx, deadButton, true)
	}
	switch b.act {
	case actRest:
		return t.Answer(ctx, "", false)
	case actChange:
		if err := t.Answer(ctx, "", false); err != nil {
			return err
		}
		return p.askAgain(ctx, t)
	}
	code, err := t.Workspace().CodeByNumber(ctx, b.code)
	if errors.Is(err, store.ErrNotFound) {
		return t.Answer(ctx, deadButton, true)
	}
	if err != nil {
		return err
	}
	note := ""
	if b.act == actMake || b.act == actVariant || b.act == actFile || b.act == actAll {
		note = working
	}
	if err := t.Answer(ctx, note, false); err != nil {
		return err
	}
	return p.act(ctx, t, b, code)
}

// pressedOld answers a button of the previous product: the template by its slug, the code that was used last.
func (p *Product) pressedOld(ctx context.Context, t *bot.Turn, slug string) error {
	code := p.lastCode(ctx, t)
	if code == "" {
		return t.Answer(ctx, nothingSaved, true)
	}
	if err := t.Answer(ctx, working, false); err != nil {
		return err
	}
	number, err := t.Workspace().CodeNumber(ctx, code)
	if err != nil {
		return err
	}
	tpl, err := t.Workspace().Template(ctx, slug)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return p.act(ctx, t, press{act: actMake, template: tpl.ID, code: number}, code)
}

func (p *Product) askAgain(ctx context.Context, t *bot.Turn) error {
	if t.Private() {
		return p.say(ctx, t, askCode, nil)
	}
	return p.say(ctx, t, askCodeGroup, nil)
}

// act does what a button is for. The code is checked again: it may have ended since the button was sent.
func (p *Product) act(ctx context.Context, t *bot.Turn, b press, code string) error {
	if sent, err := t.Sent(ctx); err != nil || sent {
		return err
	}
	if b.act == actShow {
		return p.leaf(ctx, t, b, code)
	}
	o, ok, err := p.checked(ctx, t, code, b)
	if err != nil || !ok {
		return err
	}
	if b.act == actMore {
		if person := t.PersonID(); person != 0 {
			if _, err := p.remember(ctx, t, person, o.code); err != nil {
				return err
			}
		}
		return p.carousel(ctx, t, o, b.template, 0)
	}
	tpl, err := t.Workspace().TemplateByID(ctx, b.template)
	if errors.Is(err, store.ErrNotFound) || (err == nil && !tpl.Telegram) {
		return p.gone(ctx, t, o, tpl)
	}
	if err != nil {
		return err
	}
	if b.act == actAll {
		return p.deliverAll(ctx, t, tpl, o)
	}
	return p.deliver(ctx, t, tpl, o, b)
}

// leaf turns the carousel to another template. A code that cannot be checked just now is no reason to stand still.
func (p *Product) leaf(ctx context.Context, t *bot.Turn, b press, code string) error {
	v, err := p.coupons(t.Workspace().ID()).Check(ctx, code)
	if err != nil {
		return err
	}
	o := offer{code: code, number: b.code, verdict: v}
	if !v.Passed && v.Status != coupon.Unknown {
		return p.refuse(ctx, t, o, b)
	}
	return p.carousel(ctx, t, o, b.template, t.CallbackMessage())
}

// gone tells that a template is not offered any more, and shows those that are.
func (p *Product) gone(ctx context.Context, t *bot.Turn, o offer, tpl store.Template) error {
	p.record(ctx, t, store.Usage{Outcome: "no_template", Code: o.code, Template: tpl.Slug}, t.Now())
	list, err := p.templates(ctx, t.Workspace())
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return p.say(ctx, t, noTemplates, nil)
	}
	m, err := p.page(ctx, t, o, list, 0)
	if err != nil {
		return err
	}
	m.Text = bot.Join("🙈 That template is not offered any more. How about this one?", m.Text)
	return p.sendPage(ctx, t, m)
}
