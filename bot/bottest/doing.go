package bottest

import (
	"strings"
	"time"
)

// doing is one request being carried out. The server's lock is held.
type doing struct {
	bot    *Bot
	method string
	args   args
	parts  map[string]upload
	now    time.Time
	chatID int64
	made   []int
}

// do carries the request out.
func (d *doing) do() (any, *apiError) {
	if d.args.has("chat_id") {
		return d.inChat()
	}
	switch d.method {
	case "getMe":
		me := d.bot.user()
		me["can_join_groups"], me["can_read_all_group_messages"], me["supports_inline_queries"] = true, !d.bot.privacy, false
		return me, nil
	case "setWebhook", "deleteWebhook":
		return d.bot.setWebhook(d)
	case "getWebhookInfo":
		return d.bot.webhookInfo(), nil
	case "answerCallbackQuery":
		return d.answerCallback()
	case "setMyCommands", "deleteMyCommands":
		if err := checkCommands(d.args); err != nil {
			return nil, err
		}
		scope := d.args.object("scope").text("type")
		if scope == "" {
			scope = "default"
		}
		d.bot.commands[scope] = d.args.list("commands")
		return true, nil
	case "getFile":
		f := d.bot.files[d.args.text("file_id")]
		if f == nil {
			return nil, badRequest("wrong file_id or the file is temporarily unavailable")
		}
		return map[string]any{"file_id": f.id, "file_unique_id": "u" + f.id, "file_size": len(f.bytes), "file_path": f.id}, nil
	case "setMyDescription", "setMyShortDescription", "setChatMenuButton", "logOut", "close":
		return true, nil
	}
	return nil, mistake("%s without chat_id is not something we do", d.method)
}

// inChat does what concerns one chat.
func (d *doing) inChat() (any, *apiError) {
	c, err := d.chat()
	if err != nil {
		return nil, err
	}
	switch d.method {
	case "getChat":
		return c.json(), nil
	case "getChatMember":
		if who := d.args.number("user_id"); who != d.bot.ID {
			status := map[bool]string{true: "member", false: "left"}[c.people[who]]
			return map[string]any{"status": status, "user": map[string]any{"id": who, "is_bot": false, "first_name": "Somebody"}}, nil
		}
		return map[string]any{"status": d.bot.in(c.ID).status, "user": d.bot.user()}, nil
	case "getChatMemberCount":
		return 2, nil
	}
	if err := d.allowed(c); err != nil {
		return nil, err
	}
	if err := d.bot.pace.take(c.ID, cost(d.method, d.args), d.now); err != nil {
		return nil, err
	}
	switch {
	case d.method == "sendMediaGroup":
		return d.sendAlbum(c)
	case d.method == "sendChatAction", d.method == "pinChatMessage":
		return true, nil
	case d.method == "deleteMessage":
		return d.deleteMessage(c)
	case d.method == "copyMessage" || d.method == "forwardMessage":
		return d.copyMessage(c)
	case strings.HasPrefix(d.method, "send"):
		return d.send(c)
	case strings.HasPrefix(d.method, "edit"):
		return d.edit(c)
	}
	return nil, mistake("%s is not something we do", d.method)
}

func (d *doing) chat() (*Chat, *apiError) {
	if name, ok := d.args["chat_id"].(string); ok {
		for _, c := range d.bot.srv.chats {
			if c.Username != "" && "@"+c.Username == name {
				d.chatID = c.ID
				return c, nil
			}
		}
		return nil, badRequest("chat not found")
	}
	d.chatID = d.args.number("chat_id")
	c := d.bot.srv.chats[d.chatID]
	if c == nil {
		return nil, badRequest("chat not found")
	}
	if c.moved != 0 {
		e := badRequest("group chat was upgraded to a supergroup chat")
		e.migrateTo = c.moved
		return nil, e
	}
	return c, nil
}

// in is what the bot is in a chat.
func (b *Bot) in(chat int64) *membership {
	if b.members[chat] == nil {
		b.members[chat] = &membership{}
	}
	return b.members[chat]
}

// allowed refuses what a bot may not do in a chat.
func (d *doing) allowed(c *Chat) *apiError {
	forbidden := func(text string) *apiError { return &apiError{code: 403, description: "Forbidden: " + text} }
	m := d.bot.in(c.ID)
	switch {
	case c.Type == "private" && m.status == "kicked":
		return forbidden("bot was blocked by the user")
	case c.Type == "private" && m.status == "deactivated":
		return forbidden("user is deactivated")
	case c.Type == "private" && m.status == "":
		return forbidden("bot can't initiate conversation with a user")
	case m.status == "kicked":
		return forbidden("bot was kicked from the " + c.Type + " chat")
	case m.status == "" || m.status == "left":
		return forbidden("bot is not a member of the " + c.Type + " chat")
	case c.Type == "channel" && m.status != "administrator":
		return badRequest("need administrator rights in the channel chat")
	}
	return nil
}

func (d *doing) answerCallback() (any, *apiError) {
	if units(d.args.text("text")) > 200 {
		return nil, mistake("MESSAGE_TOO_LONG: the answer to a callback holds 200 characters")
	}
	q := d.bot.queries[d.args.text("callback_query_id")]
	if q == nil || q.answered || d.now.Sub(q.at) > callbackLife {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	q.answered = true
	return true, nil
}
