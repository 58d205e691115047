package bottest

import (
	"reflect"
	"time"
)

// send carries out sendMessage, sendPhoto and sendDocument.
func (d *doing) send(c *Chat) (any, *apiError) {
	m := &Message{Bot: d.bot.ID, At: d.now}
	if err := d.fill(m, d.method); err != nil {
		return nil, err
	}
	if err := d.reply(c, m); err != nil {
		return nil, err
	}
	c.add(m)
	d.made = append(d.made, m.ID)
	return d.bot.json(c, m), nil
}

// fill sets what a message shows from the fields of the request.
func (d *doing) fill(m *Message, method string) *apiError {
	var err *apiError
	switch method {
	case "sendMessage":
		m.Source = d.args.text("text")
		if m.Text, err = checkText(d.args); err != nil {
			return err
		}
	case "sendPhoto":
		err = d.media(m, "photo", d.args["photo"], d.args)
	case "sendDocument":
		err = d.media(m, "document", d.args["document"], d.args)
	default:
		return mistake("%s is not something we do", method)
	}
	if err != nil {
		return err
	}
	m.Keyboard, err = checkMarkup(d.args.object("reply_markup"))
	return err
}

// media sets the file and the caption of a message.
func (d *doing) media(m *Message, kind string, v any, a args) *apiError {
	text, err := checkCaption(a)
	if err != nil {
		return err
	}
	f, err := d.bot.take(kind, v, d.parts)
	if err != nil {
		return err
	}
	m.Text, m.Source, m.file = text, a.text("caption"), f
	m.Photo, m.Document = "", ""
	if kind == "photo" {
		m.Photo = f.id
		return nil
	}
	m.Document, m.Name = f.id, f.name
	return nil
}

func (d *doing) reply(c *Chat, m *Message) *apiError {
	r := d.args.object("reply_parameters")
	if r == nil {
		return nil
	}
	if c.find(r.number("message_id")) == nil {
		if r.flag("allow_sending_without_reply") {
			return nil
		}
		return badRequest("message to be replied not found")
	}
	m.ReplyTo = int(r.number("message_id"))
	return nil
}

func (d *doing) sendAlbum(c *Chat) (any, *apiError) {
	list := d.args.list("media")
	if len(list) < 2 || len(list) > 10 {
		return nil, mistake("an album holds 2 to 10 items, not %d", len(list))
	}
	var made []*Message
	for _, one := range list {
		a := args(one.(map[string]any))
		m := &Message{Bot: d.bot.ID, At: d.now, Album: "album-" + itoa(len(c.messages)+1)}
		if err := d.media(m, a.text("type"), a["media"], a); err != nil {
			return nil, err
		}
		if err := d.reply(c, m); err != nil {
			return nil, err
		}
		made = append(made, m)
	}
	out := make([]map[string]any, 0, len(made))
	for _, m := range made {
		c.add(m)
		d.made = append(d.made, m.ID)
		out = append(out, d.bot.json(c, m))
	}
	return out, nil
}

func (d *doing) edit(c *Chat) (any, *apiError) {
	m := c.find(d.args.number("message_id"))
	switch {
	case m == nil:
		return nil, badRequest("message to edit not found")
	case m.Bot != d.bot.ID:
		return nil, badRequest("message can't be edited")
	}
	after := *m
	if err := d.change(&after); err != nil {
		return nil, err
	}
	if after.Source == m.Source && after.Photo == m.Photo && after.Document == m.Document && reflect.DeepEqual(after.Keyboard, m.Keyboard) {
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	after.Edits++
	*m = after
	return d.bot.json(c, m), nil
}

// change applies an edit to a copy of the message. An edit without a keyboard takes the keyboard away.
func (d *doing) change(m *Message) *apiError {
	var err *apiError
	switch d.method {
	case "editMessageText":
		if m.file != nil {
			return badRequest("there is no text in the message to edit")
		}
		m.Source = d.args.text("text")
		m.Text, err = checkText(d.args)
	case "editMessageCaption":
		if m.file == nil {
			return badRequest("there is no caption in the message to edit")
		}
		m.Source = d.args.text("caption")
		m.Text, err = checkCaption(d.args)
	case "editMessageMedia":
		media := d.args.object("media")
		err = d.media(m, media.text("type"), media["media"], media)
	}
	if err != nil {
		return err
	}
	m.Keyboard, err = checkMarkup(d.args.object("reply_markup"))
	return err
}

func (d *doing) deleteMessage(c *Chat) (any, *apiError) {
	m := c.find(d.args.number("message_id"))
	switch {
	case m == nil:
		return nil, badRequest("message to delete not found")
	case d.now.Sub(m.At) > 48*time.Hour:
		return nil, badRequest("message can't be deleted")
	case c.Type != "private" && m.Bot != d.bot.ID && !d.bot.in(c.ID).canDelete:
		return nil, badRequest("message can't be deleted")
	}
	m.Deleted = true
	return true, nil
}

func (d *doing) copyMessage(c *Chat) (any, *apiError) {
	from := d.bot.srv.chats[d.args.number("from_chat_id")]
	if from == nil {
		return nil, badRequest("chat not found")
	}
	source := from.find(d.args.number("message_id"))
	if source == nil {
		return nil, badRequest("message to copy not found")
	}
	m := *source
	m.Bot, m.At, m.ReplyTo, m.Edits = d.bot.ID, d.now, 0, 0
	c.add(&m)
	d.made = append(d.made, m.ID)
	if d.method == "forwardMessage" {
		return d.bot.json(c, &m), nil
	}
	return map[string]any{"message_id": m.ID}, nil
}
