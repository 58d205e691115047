package promo

import (
	"context"
	"errors"
	"strings"
	"time"

	"promostack/bot"
	"promostack/render/coupon"
	"promostack/store"
)

// offer is a code that may become pictures, or that could not be checked just now.
type offer struct {
	code    string
	number  int64
	verdict coupon.Verdict
}

// start greets, or begins with what a link brought along: c_CODE or t_template.
func (p *Product) start(ctx context.Context, t *bot.Turn, c bot.Command) error {
	if code, ok := strings.CutPrefix(c.Rest, "c_"); ok && code != "" {
		return p.code(ctx, t, code)
	}
	if slug, ok := strings.CutPrefix(c.Rest, "t_"); ok && slug != "" {
		list, err := p.templates(ctx, t.Workspace())
		if err != nil {
			return err
		}
		if found, _ := match(list, slug); found.ID != 0 {
			return p.wanted(ctx, t, found)
		}
	}
	brand, err := t.Workspace().Brand(ctx)
	if err != nil {
		return err
	}
	var buttons bot.Keyboard
	if code := p.lastCode(ctx, t); code != "" {
		number, err := t.Workspace().CodeNumber(ctx, code)
		if err != nil {
			return err
		}
		buttons = bot.Keyboard{{{Text: "🎟 Go on with " + bot.Shorten(code, 24), Data: press{act: actMore, code: number}.data()}}}
	}
	return p.say(ctx, t, welcome(brand), buttons)
}

// wanted shows a template that somebody came for, and asks for the code if none is known.
func (p *Product) wanted(ctx context.Context, t *bot.Turn, tpl store.Template) error {
	if person := t.PersonID(); person != 0 {
		if err := t.Workspace().WantTemplate(ctx, t.Bot.ID, person, tpl.ID); err != nil {
			return err
		}
	}
	if code := p.lastCode(ctx, t); code != "" {
		return p.code(ctx, t, code)
	}
	m, err := p.sample(ctx, t, tpl)
	if err != nil {
		return err
	}
	m.Text = bot.Format("🎨 <b>%s</b>\n\nSend me your <b>coupon code</b> and I put it in.", tpl.Name)
	return p.sendPage(ctx, t, m)
}

// help explains.
func (p *Product) help(ctx context.Context, t *bot.Turn) error {
	brand, err := t.Workspace().Brand(ctx)
	if err != nil {
		return err
	}
	list, err := p.templates(ctx, t.Workspace())
	if err != nil {
		return err
	}
	example := "template-name"
	if len(list) > 0 {
		example = list[0].Slug
	}
	return p.say(ctx, t, helpText(brand, example), nil)
}

// cancel forgets the template that somebody came for; nothing else goes on between messages.
func (p *Product) cancel(ctx context.Context, t *bot.Turn) error {
	if person := t.PersonID(); person != 0 {
		if err := t.Workspace().WantTemplate(ctx, t.Bot.ID, person, 0); err != nil {
			return err
		}
	}
	return p.say(ctx, t, forgotten, nil)
}

// generate goes on with the code behind the command, or with the last one.
func (p *Product) generate(ctx context.Context, t *bot.Turn, code string) error {
	if code == "" {
		code = p.lastCode(ctx, t)
	}
	switch {
	case code != "":
		return p.code(ctx, t, code)
	case t.Private():
		return p.say(ctx, t, askCode, nil)
	}
	return p.say(ctx, t, askCodeGroup, nil)
}

// lastCode is the code that the person used last, "" when there is none.
func (p *Product) lastCode(ctx context.Context, t *bot.Turn) string {
	person := t.PersonID()
	if person == 0 {
		return ""
	}
	m, err := t.Workspace().Member(ctx, t.Bot.ID, person)
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) {
			t.Log.Warn("cannot read a member", "err", err)
		}
		return ""
	}
	return m.LastCode
}

// code checks a code that somebody wrote, and shows what it can become.
func (p *Product) code(ctx context.Context, t *bot.Turn, text string) error {
	if sent, err := t.Sent(ctx); err != nil || sent {
		return err
	}
	o, ok, err := p.checked(ctx, t, text, press{act: actMore})
	if err != nil || !ok {
		return err
	}
	first := int64(0)
	if person := t.PersonID(); person != 0 {
		if first, err = p.remember(ctx, t, person, o.code); err != nil {
			return err
		}
	}
	return p.carousel(ctx, t, o, first, 0)
}

// remember keeps the code for next time, and gives the template that the person came for.
func (p *Product) remember(ctx context.Context, t *bot.Turn, person int64, code string) (int64, error) {
	ws := t.Workspace()
	m, err := ws.Member(ctx, t.Bot.ID, person)
	if err != nil {
		return 0, err
	}
	if m.LastCode != code {
		if err := ws.RememberCode(ctx, t.Bot.ID, person, code); err != nil {
			return 0, err
		}
	}
	if m.Wanted == 0 {
		return 0, nil
	}
	return m.Wanted, ws.WantTemplate(ctx, t.Bot.ID, person, 0)
}

// checked judges a code. When no picture may be made of it, it tells the person why, writes the attempt down, and
// reports false; again is what a button to try once more does.
func (p *Product) checked(ctx context.Context, t *bot.Turn, text string, again press) (offer, bool, error) {
	began := t.Now()
	code, err := coupon.Canonical(text)
	var invalid store.Invalid
	if errors.As(err, &invalid) {
		return offer{}, false, p.say(ctx, t, bot.Format("✋ %s", invalid.Sentence), nil)
	}
	if err != nil {
		return offer{}, false, err
	}
	checker, person := p.coupons(t.Workspace().ID()), t.PersonID()
	if person == 0 {
		person = t.Chat().ID
	}
	if !checker.Cached(code) && p.guesses.tooMany(person, began) {
		return offer{}, false, p.say(ctx, t, manyGuesses, nil)
	}
	v, err := checker.Check(ctx, code)
	if err != nil {
		return offer{}, false, err
	}
	number, err := t.Workspace().CodeNumber(ctx, code)
	if err != nil {
		return offer{}, false, err
	}
	o := offer{code: code, number: number, verdict: v}
	if v.Passed {
		return o, true, nil
	}
	if v.Status != coupon.Unknown {
		p.guesses.wrong(person, began)
	}
	p.record(ctx, t, store.Usage{Outcome: string(v.Status), Code: code}, began)
	again.code = number
	return o, false, p.refuse(ctx, t, o, again)
}

// refuse tells why there is no picture; what could not be checked gets a button to try again.
func (p *Product) refuse(ctx context.Context, t *bot.Turn, o offer, again press) error {
	var buttons bot.Keyboard
	if o.verdict.Status == coupon.Unknown {
		buttons = tryAgain(t, again)
	}
	return p.say(ctx, t, refusal(o.code, o.verdict), buttons)
}

// tryAgain is a button that does the same once more. In a channel everybody could press it.
func tryAgain(t *bot.Turn, again press) bot.Keyboard {
	if isChannel(t) {
		return nil
	}
	return bot.Keyboard{{{Text: "🔄 Try again", Data: again.data()}}}
}

// record writes an attempt down that did not reach the Studio, or needed no drawing. That it cannot is no reason
// to call the picture a failure.
func (p *Product) record(ctx context.Context, t *bot.Turn, u store.Usage, began time.Time) {
	u.Source, u.Kind, u.Member, u.ChatKind = "bot", "make", t.PersonID(), string(t.Chat().Type)
	u.Millis = int(t.Now().Sub(began).Milliseconds())
	if err := t.Workspace().RecordUsage(context.WithoutCancel(ctx), u); err != nil {
		t.Log.Error("an attempt was not counted", "outcome", u.Outcome, "err", err)
	}
}

// zone is where the brand's dates are read.
func zone(b store.Brand) *time.Location {
	loc, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}
