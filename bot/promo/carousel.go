package promo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"promostack/bot"
	"promostack/render"
	"promostack/store"
)

// carousel shows one template at a time, with buttons to leaf through them. edit is the message to show it in; 0
// sends a new one. first is the template to begin with; 0, or one that is gone, begins at the beginning.
func (p *Product) carousel(ctx context.Context, t *bot.Turn, o offer, first int64, edit int) error {
	list, err := p.templates(ctx, t.Workspace())
	if err != nil {
		return err
	}
	if len(list) == 0 {
		p.record(ctx, t, store.Usage{Outcome: "no_template", Code: o.code}, t.Now())
		return p.say(ctx, t, noTemplates, nil)
	}
	at := max(0, slices.IndexFunc(list, func(tpl store.Template) bool { return tpl.ID == first }))
	m, err := p.page(ctx, t, o, list, at)
	if err != nil {
		return err
	}
	if edit == 0 {
		return p.sendPage(ctx, t, m)
	}
	err = t.Edit(ctx, edit, m)
	if bot.ClassOf(err) == bot.PermanentMessage || isDrawing(err) { // too old to be changed, or deleted
		return p.sendPage(ctx, t, m)
	}
	return err
}

// sendPage sends a page; without its picture when that cannot be drawn just now.
func (p *Product) sendPage(ctx context.Context, t *bot.Turn, m bot.Message) error {
	m.ReplyTo = replyTo(t)
	_, err := t.Send(ctx, m)
	if isDrawing(err) {
		t.Log.Error("a sample cannot be drawn", "err", err)
		m.Media = nil
		_, err = t.Send(ctx, m)
	}
	return err
}

// isDrawing tells a picture that cannot be made from a message that cannot be sent.
func isDrawing(err error) bool {
	return errors.As(err, new(*drawing))
}

// drawing is an error of making a picture.
type drawing struct{ error }

func (d *drawing) Unwrap() error { return d.error }

// page is the message that shows the template at a place of the list.
func (p *Product) page(ctx context.Context, t *bot.Turn, o offer, list []store.Template, at int) (bot.Message, error) {
	tpl := list[at]
	m, err := p.sample(ctx, t, tpl)
	if err != nil {
		return m, err
	}
	brand, err := t.Workspace().Brand(ctx)
	if err != nil {
		return m, err
	}
	head := bot.Format("🎟 <b>%s</b>", o.code)
	if text := terms(o.verdict, zone(brand)); text != "" {
		head += " · " + text
	}
	m.Text = bot.Join(head, bot.Format("🎨 <b>%s</b>\nTemplate %d of %d", tpl.Name, at+1, len(list)))
	m.Keyboard = pageButtons(o, list, at)
	return m, nil
}

func pageButtons(o offer, list []store.Template, at int) bot.Keyboard {
	tpl := list[at]
	show := func(sign string, i int) bot.Button {
		return bot.Button{Text: sign, Data: press{act: actShow, template: list[(i+len(list))%len(list)].ID, code: o.number}.data()}
	}
	var rows bot.Keyboard
	if len(list) > 1 {
		count := strconv.Itoa(at+1) + " / " + strconv.Itoa(len(list))
		rows = append(rows, []bot.Button{show("◀️", at-1), {Text: count, Data: press{act: actRest}.data()}, show("▶️", at+1)})
	}
	rows = append(rows, []bot.Button{{Text: "✨ Generate", Data: press{act: actMake, template: tpl.ID, code: o.number}.data(), Style: "primary"}})
	change := bot.Button{Text: "✏️ Change code", Data: press{act: actChange}.data()}
	if len(tpl.Variants) > 1 {
		return append(rows, []bot.Button{{Text: "🖼 All sizes", Data: press{act: actAll, template: tpl.ID, code: o.number}.data()}, change})
	}
	return append(rows, []bot.Button{change})
}

// mainVariant is the shape that a template is shown and made in unless somebody asks for another.
func mainVariant(tpl store.Template) (store.Variant, bool) {
	if v, ok := tpl.Variant("square"); ok {
		return v, true
	}
	if len(tpl.Variants) == 0 {
		return store.Variant{}, false
	}
	return tpl.Variants[0], true
}

// sample is a message with the sample picture of a template.
func (p *Product) sample(ctx context.Context, t *bot.Turn, tpl store.Template) (bot.Message, error) {
	v, ok := mainVariant(tpl)
	if !ok {
		return bot.Message{}, nil
	}
	brand, err := t.Workspace().Brand(ctx)
	if err != nil {
		return bot.Message{}, err
	}
	ws := t.Workspace()
	return bot.Message{Media: &bot.Media{
		Key:  fmt.Sprintf("sample/%d.%d/%s/%d", tpl.ID, tpl.Version, v.Name, brand.Rev),
		Name: tpl.Slug + "-" + v.Name + ".jpg",
		Draw: func(ctx context.Context) ([]byte, error) {
			pic, err := p.studio.Sample(ctx, ws, tpl.Slug, v.Name, render.JPEG)
			if err != nil {
				return nil, &drawing{err}
			}
			return pic.Bytes, nil
		},
	}}, nil
}
