package bottest

import (
	"regexp"
	"strconv"
	"time"
)

// Person is somebody with a Telegram account.
type Person struct {
	*Chat     // their private chat with any of the bots
	FirstName string
	LastName  string
	Language  string
}

// Person makes a person; bots may not write to them before they wrote to the bot.
func (s *Server) Person(id int64, first, username string) *Person {
	return &Person{Chat: s.chat(id, "private", first, username), FirstName: first, Language: "en"}
}

// Group makes a supergroup that the bots are members of.
func (s *Server) Group(id int64, title string, bots ...*Bot) *Chat {
	return s.chat(id, "supergroup", title, "", bots...)
}

// Channel makes a channel that the bots are administrators of, with the right to delete or without.
func (s *Server) Channel(id int64, title string, canDelete bool, bots ...*Bot) *Chat {
	c := s.chat(id, "channel", title, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range bots {
		b.members[id] = &membership{status: "administrator", canDelete: canDelete}
	}
	return c
}

func (s *Server) chat(id int64, kind, title, username string, bots ...*Bot) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[id]
	if c == nil {
		c = &Chat{srv: s, ID: id, Type: kind, Title: title, Username: username}
		s.chats[id] = c
	}
	for _, b := range bots {
		b.in(id).status = "member"
	}
	return c
}

func (p *Person) json() map[string]any {
	out := map[string]any{"id": p.ID, "is_bot": false, "first_name": p.FirstName}
	for key, v := range map[string]string{"last_name": p.LastName, "username": p.Username, "language_code": p.Language} {
		if v != "" {
			out[key] = v
		}
	}
	return out
}

// Starts lets the bot write to the person, without an update.
func (p *Person) Starts(b *Bot) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	b.in(p.ID).status = "member"
}

// Says writes to the bot in private. Like all of these it gives the number of the update.
func (p *Person) Says(b *Bot, text string) int64 { return p.SaysIn(p.Chat, b, text) }

// SaysIn writes into a chat that the bot is in.
func (p *Person) SaysIn(c *Chat, b *Bot, text string) int64 {
	return p.Sends(c, b, map[string]any{"text": text})
}

var commandEntity = regexp.MustCompile(`^/[A-Za-z0-9_]{1,32}(?:@\w+)?`)

// Sends puts a message with any content ("sticker", "voice", "forward_origin" …) into a chat.
func (p *Person) Sends(c *Chat, b *Bot, content map[string]any) int64 {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	text, _ := content["text"].(string)
	m := c.add(&Message{At: p.srv.clock.Now(), Text: text})
	if c.Type == "private" && b.in(c.ID).status != "kicked" {
		b.in(c.ID).status = "member"
	}
	_, isReply := content["reply_to_message"]
	if c.Type != "private" && b.privacy && !isReply && commandEntity.FindString(text) == "" {
		return 0
	}
	payload := message(c, m, content)
	payload["from"] = p.json()
	return b.push("message", strconv.FormatInt(c.ID, 10), payload, messageLife)
}

// message describes a message of a person or a channel.
func message(c *Chat, m *Message, content map[string]any) map[string]any {
	out := map[string]any{"message_id": m.ID, "date": m.At.Unix(), "chat": c.json()}
	for key, v := range content {
		out[key] = v
	}
	if command := commandEntity.FindString(m.Text); command != "" {
		out["entities"] = []any{map[string]any{"type": "bot_command", "offset": 0, "length": len(command)}}
	}
	return out
}

// Edits changes a message that the person sent before.
func (p *Person) Edits(c *Chat, b *Bot, id int, text string) int64 {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	m := c.find(int64(id))
	m.Text = text
	payload := message(c, m, map[string]any{"text": text, "edit_date": p.srv.clock.Now().Unix()})
	payload["from"] = p.json()
	return b.push("edited_message", strconv.FormatInt(c.ID, 10), payload, messageLife)
}

// Posts writes into a channel, as its administrators do: there is no sender.
func (c *Chat) Posts(b *Bot, text string) int64 {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	m := c.add(&Message{At: c.srv.clock.Now(), Text: text})
	payload := message(c, m, map[string]any{"text": text})
	payload["sender_chat"] = c.json()
	return b.push("channel_post", strconv.FormatInt(c.ID, 10), payload, messageLife)
}

// Clicks presses the button with a label under a message.
func (p *Person) Clicks(b *Bot, m Message, label string) int64 {
	button, ok := m.Button(label)
	if !ok || button.Data == "" {
		p.srv.t.Helper()
		p.srv.t.Errorf("bottest: there is no button %q to press among %q", label, m.Labels())
		return 0
	}
	return p.Presses(b, m, button.Data)
}

// Presses sends callback data from under a message, whether such a button is there or not.
func (p *Person) Presses(b *Bot, m Message, data string) int64 {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	c := p.srv.chats[m.Chat]
	id := strconv.FormatInt(p.ID, 10) + "-" + strconv.Itoa(len(b.queries)+1)
	b.queries[id] = &query{at: p.srv.clock.Now()}
	shown := b.json(c, &m)
	if p.srv.clock.Now().Sub(m.At) > 48*time.Hour {
		shown = map[string]any{"message_id": m.ID, "date": 0, "chat": c.json()} // InaccessibleMessage
	}
	return b.push("callback_query", strconv.FormatInt(p.ID, 10), map[string]any{
		"id": id, "from": p.json(), "chat_instance": "1", "data": data, "message": shown,
	}, callbackLife)
}

// Blocks stops the bot in the person's private chat.
func (p *Person) Blocks(b *Bot) int64 { return p.membership(b, "member", "kicked") }

// Unblocks lets the bot in again.
func (p *Person) Unblocks(b *Bot) int64 { return p.membership(b, "kicked", "member") }

// Deactivates ends the account.
func (p *Person) Deactivates(b *Bot) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	b.in(p.ID).status = "deactivated"
}

func (p *Person) membership(b *Bot, from, to string) int64 { return p.SetsBot(p.Chat, b, from, to) }

// SetsBot changes what the bot is in a chat: member, administrator, left, kicked.
func (p *Person) SetsBot(c *Chat, b *Bot, from, to string) int64 {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	b.in(c.ID).status = to
	state := func(status string) map[string]any {
		out := map[string]any{"status": status, "user": b.user()}
		if status == "kicked" {
			out["until_date"] = 0
		}
		return out
	}
	return b.push("my_chat_member", strconv.FormatInt(c.ID, 10), map[string]any{
		"chat": c.json(), "from": p.json(), "date": p.srv.clock.Now().Unix(), "old_chat_member": state(from), "new_chat_member": state(to),
	}, messageLife)
}

// Becomes makes a group a supergroup with another number; sending to the old one is refused from now on.
func (c *Chat) Becomes(id int64, bots ...*Bot) *Chat {
	next := c.srv.chat(id, "supergroup", c.Title, "", bots...)
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	c.moved = id
	return next
}
