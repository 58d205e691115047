package promo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"promostack/bot"
	"promostack/render"
	"promostack/store"
)

// deliver makes a picture and sends it. It is called for codes that passed just now.
func (p *Product) deliver(ctx context.Context, t *bot.Turn, tpl store.Template, o offer, b press) error {
	v, ok := mainVariant(tpl)
	if b.variant != "" {
		v, ok = tpl.Variant(b.variant)
	}
	if !ok {
		p.record(ctx, t, store.Usage{Outcome: "no_variant", Code: o.code, Template: tpl.Slug, Variant: b.variant}, t.Now())
		return p.say(ctx, t, bot.Format("🙈 <b>%s</b> does not come in this size any more.", tpl.Name), nil)
	}
	brand, err := t.Workspace().Brand(ctx)
	if err != nil {
		return err
	}
	shot := p.shoot(t, tpl, v, o, brand, b.act == actFile)
	m := bot.Message{Media: shot.media, ReplyTo: replyTo(t)}
	p.dress(&m, t, tpl, v, o, brand, b.act == actFile)
	_, err = t.Send(ctx, m)
	if tooOddForAPhoto(err) && !m.Media.Document { // Telegram cannot take it as a photo, as a file it can
		shot = p.shoot(t, tpl, v, o, brand, true)
		m.Media = shot.media
		_, err = t.Send(ctx, m)
	}
	if err == nil {
		shot.count(ctx)
		return nil
	}
	if !isDrawing(err) {
		return err
	}
	b.template, b.code = tpl.ID, o.number
	return p.explain(ctx, t, tpl, o, b, err)
}

// tooOddForAPhoto says whether Telegram refused the picture as a photo.
func tooOddForAPhoto(err error) bool {
	var f *bot.Failure
	return errors.As(err, &f) && (strings.Contains(f.Description, "PHOTO_INVALID_DIMENSIONS") || strings.Contains(f.Description, "IMAGE_PROCESS_FAILED"))
}

// explain tells a person why the picture could not be made. The Studio has counted the attempt.
func (p *Product) explain(ctx context.Context, t *bot.Turn, tpl store.Template, o offer, b press, err error) error {
	var refused *render.Refused
	var invalid store.Invalid
	switch {
	case errors.As(err, &refused):
		o.verdict = refused.Verdict
		return p.refuse(ctx, t, o, b)
	case errors.Is(err, store.ErrNotFound):
		return p.gone(ctx, t, o, tpl)
	case errors.As(err, &invalid):
		return p.say(ctx, t, bot.Format("✋ %s", invalid.Sentence), nil)
	case errors.Is(err, render.ErrBusy):
		return p.say(ctx, t, tooBusy, tryAgain(t, b))
	case ctx.Err() != nil:
		return ctx.Err()
	}
	t.Log.Error("a picture cannot be made", "template", tpl.Slug, "err", err)
	return p.say(ctx, t, ourMistake, tryAgain(t, b))
}

// shot is a picture on its way: drawn by the Studio, which counts it, or sent again by its handle, which we count.
type shot struct {
	media *bot.Media
	drawn bool
	count func(ctx context.Context)
}

func (p *Product) shoot(t *bot.Turn, tpl store.Template, v store.Variant, o offer, brand store.Brand, document bool) *shot {
	format, ending := render.JPEG, ".jpg"
	if document {
		format, ending = render.PNG, ".png"
	}
	ws, began := t.Workspace(), t.Now()
	order := render.Order{
		Template: tpl.Slug, Variant: v.Name, Code: o.code, Logo: true, Format: format,
		By: render.By{Source: "bot", Member: t.PersonID(), ChatKind: string(t.Chat().Type)},
	}
	s := &shot{}
	s.media = &bot.Media{
		Document: document,
		Key:      fmt.Sprintf("coupon/%d.%d/%s/%s/%s/%d", tpl.ID, tpl.Version, v.Name, o.code, format, brand.Rev),
		Name:     tpl.Slug + "-" + o.code + "-" + v.Name + ending,
		Draw: func(ctx context.Context) ([]byte, error) {
			s.drawn = true
			pic, err := p.studio.Make(ctx, ws, order)
			if err != nil {
				return nil, &drawing{err}
			}
			return pic.Bytes, nil
		},
	}
	s.count = func(ctx context.Context) {
		if !s.drawn {
			p.record(ctx, t, store.Usage{Outcome: "made", Template: tpl.Slug, Variant: v.Name, Code: o.code}, began)
		}
	}
	return s
}

// dress writes the caption and the buttons of a picture. In a channel its readers are meant, not whoever asked.
func (p *Product) dress(m *bot.Message, t *bot.Turn, tpl store.Template, v store.Variant, o offer, brand store.Brand, file bool) {
	link := referral(brand, o)
	channel := isChannel(t)
	head := bot.Format("✅ <b>%s</b> with your code <code>%s</code>", tpl.Name, o.code)
	if channel {
		head = bot.Format("🎟 <code>%s</code>", o.code)
	}
	if text := terms(o.verdict, zone(brand)); text != "" {
		head += "\n" + text
	}
	if link != "" {
		head += bot.Format("\n🔗 <a href=\"%s\">%s</a>", link, bot.Shorten(strings.TrimPrefix(link, "https://"), 60))
	}
	m.Text = head
	first := []bot.Button{{Text: "📋 Copy code", Copy: &bot.Copy{Text: o.code}}}
	if link != "" {
		first = append(first, bot.Button{Text: "🔗 Open link", URL: link})
	}
	m.Keyboard = bot.Keyboard{first}
	if channel {
		return
	}
	if share := shareLink(t.Bot.Username(), o, link); share != "" {
		m.Keyboard = append(m.Keyboard, []bot.Button{{Text: "📤 Share", URL: share}})
	}
	sizes := []bot.Button{}
	if !file {
		sizes = append(sizes, bot.Button{Text: "📄 As file", Data: press{actFile, tpl.ID, o.number, v.Name}.data()})
	}
	for _, other := range tpl.Variants {
		if other.Name != v.Name && len(sizes) < 3 {
			sizes = append(sizes, bot.Button{Text: variantSign(other) + variantName(other.Name), Data: press{actVariant, tpl.ID, o.number, other.Name}.data()})
		}
	}
	if len(sizes) > 0 {
		m.Keyboard = append(m.Keyboard, sizes)
	}
	m.Keyboard = append(m.Keyboard, []bot.Button{{Text: "🎨 More templates", Data: press{act: actMore, template: tpl.ID, code: o.number}.data()}})
}

// referral is the person's own link, "" when the brand has none: the brand's pattern, else what the provider says.
func referral(brand store.Brand, o offer) string {
	if brand.ReferralPattern != "" {
		return strings.ReplaceAll(brand.ReferralPattern, "{code}", url.QueryEscape(o.code))
	}
	if u, err := url.Parse(o.verdict.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".") {
		return o.verdict.URL
	}
	return ""
}

// shareLink opens Telegram's choice of chats with a link in it: the referral link, else one that opens the bot with
// the code.
func shareLink(username string, o offer, link string) string {
	if link == "" {
		if username == "" || len(o.code) > 62 { // a start payload holds 64 characters
			return ""
		}
		link = "https://t.me/" + username + "?start=c_" + o.code
	}
	text := "Use my code " + o.code
	if off := o.verdict.Discount.String(); off != "" {
		text += ": " + off + " off"
	}
	return "https://t.me/share/url?url=" + url.QueryEscape(link) + "&text=" + url.QueryEscape(text)
}

// deliverAll sends every size as one album. Sizes that the code does not fit into are left out.
func (p *Product) deliverAll(ctx context.Context, t *bot.Turn, tpl store.Template, o offer) error {
	brand, err := t.Workspace().Brand(ctx)
	if err != nil {
		return err
	}
	var shots []*shot
	var media []*bot.Media
	var first store.Variant
	var last error
	for _, v := range tpl.Variants[:min(len(tpl.Variants), 10)] {
		s := p.shoot(t, tpl, v, o, brand, false)
		if err := t.Bot.Prepare(ctx, s.media); err != nil {
			if !isDrawing(err) {
				return err
			}
			last = err
			continue
		}
		if len(shots) == 0 {
			first = v
		}
		shots, media = append(shots, s), append(media, s.media)
	}
	switch len(shots) {
	case 0:
		return p.explain(ctx, t, tpl, o, press{act: actAll, template: tpl.ID, code: o.number}, last)
	case 1:
		m := bot.Message{Media: media[0], ReplyTo: replyTo(t)}
		p.dress(&m, t, tpl, first, o, brand, false)
		_, err = t.Send(ctx, m)
	default:
		m := bot.Message{ReplyTo: replyTo(t)}
		p.dress(&m, t, tpl, first, o, brand, false)
		_, err = t.Album(ctx, m, media)
	}
	if err == nil {
		for _, s := range shots {
			s.count(ctx)
		}
	}
	return err
}
