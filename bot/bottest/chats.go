package bottest

import (
	"slices"
	"strconv"
	"time"
)

// Chat is a private chat, a group or a channel, shared by all bots of the server.
type Chat struct {
	srv      *Server
	ID       int64
	Type     string // private, group, supergroup, channel
	Title    string
	Username string

	messages []*Message
	moved    int64          // the supergroup that this group became
	people   map[int64]bool // who is in it, as far as a test says
}

// Joins makes the person a member of a group or channel.
func (p *Person) Joins(c *Chat) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	if c.people == nil {
		c.people = map[int64]bool{}
	}
	c.people[p.ID] = true
}

// Message is a message as it now stands in its chat.
type Message struct {
	ID       int
	Chat     int64
	Bot      int64 // the bot that sent it; 0: a person
	At       time.Time
	Text     string // text or caption, as a person sees it
	Source   string // the same as it was sent, with its tags
	Photo    string // file id
	Document string // file id
	Name     string // file name of the document
	Keyboard [][]Button
	Album    string // media group
	ReplyTo  int
	Edits    int
	Deleted  bool

	file *file
}

// Button is one button of an inline keyboard.
type Button struct{ Text, Data, URL, Copy, Switch string }

// Button finds a button by its text.
func (m Message) Button(text string) (Button, bool) {
	for _, row := range m.Keyboard {
		for _, b := range row {
			if b.Text == text {
				return b, true
			}
		}
	}
	return Button{}, false
}

// Labels are the texts of all buttons, row by row.
func (m Message) Labels() []string {
	var out []string
	for _, row := range m.Keyboard {
		for _, b := range row {
			out = append(out, b.Text)
		}
	}
	return out
}

// Messages are the messages that bots sent to a chat and that were not deleted, oldest first.
func (c *Chat) Messages() []Message {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	var out []Message
	for _, m := range c.messages {
		if m.Bot != 0 && !m.Deleted {
			out = append(out, *m)
		}
	}
	return out
}

// All are all messages of a chat, those of people and the deleted ones included.
func (c *Chat) All() []Message {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	out := make([]Message, 0, len(c.messages))
	for _, m := range c.messages {
		out = append(out, *m)
	}
	return out
}

// Last is the newest message of a bot in a chat.
func (c *Chat) Last() (Message, bool) {
	all := c.Messages()
	if len(all) == 0 {
		return Message{}, false
	}
	return all[len(all)-1], true
}

func (c *Chat) find(id int64) *Message {
	i := slices.IndexFunc(c.messages, func(m *Message) bool { return int64(m.ID) == id && !m.Deleted })
	if i < 0 {
		return nil
	}
	return c.messages[i]
}

func (c *Chat) add(m *Message) *Message {
	m.ID, m.Chat = len(c.messages)+1, c.ID
	c.messages = append(c.messages, m)
	return m
}

func (c *Chat) json() map[string]any {
	out := map[string]any{"id": c.ID, "type": c.Type}
	if c.Type == "private" {
		out["first_name"] = c.Title
	} else {
		out["title"] = c.Title
	}
	if c.Username != "" {
		out["username"] = c.Username
	}
	return out
}

// json is the message as the API describes it.
func (b *Bot) json(c *Chat, m *Message) map[string]any {
	out := map[string]any{"message_id": m.ID, "date": m.At.Unix(), "chat": c.json()}
	if c.Type == "channel" {
		out["sender_chat"] = c.json()
	} else if m.Bot != 0 {
		out["from"] = b.user()
	}
	if m.file == nil {
		out["text"] = m.Text
	} else if m.Text != "" {
		out["caption"] = m.Text
	}
	if m.Photo != "" {
		out["photo"] = m.file.photoSizes()
	}
	if m.Document != "" {
		out["document"] = map[string]any{"file_id": m.Document, "file_unique_id": "u" + m.Document, "file_name": m.Name, "file_size": len(m.file.bytes)}
	}
	if m.Album != "" {
		out["media_group_id"] = m.Album
	}
	if m.ReplyTo != 0 {
		if to := c.find(int64(m.ReplyTo)); to != nil {
			out["reply_to_message"] = map[string]any{"message_id": to.ID, "date": to.At.Unix(), "chat": c.json()}
		}
	}
	return out
}

func (b *Bot) user() map[string]any {
	return map[string]any{"id": b.ID, "is_bot": true, "first_name": b.Username, "username": b.Username}
}

func itoa(n int) string { return strconv.Itoa(n) }

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
