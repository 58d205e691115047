package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// Message is something to send, or what an older message shall become.
type Message struct {
	Chat     int64
	Text     HTML // with Media it is the caption
	Keyboard Keyboard
	ReplyTo  int    // id of a message in the same chat; 0: no reply
	Thread   int    // topic of a forum; 0: none
	Media    *Media // nil: text alone
	Preview  bool   // show a preview of the first link
	Silent   bool   // no sound
	Once     bool   // an uncertain failure is given back, not tried again: the caller keeps a ledger

	plain bool // Text holds no tags
}

// Media is a picture or a file. Telegram keeps what it got: a Key that was sent before needs no bytes.
type Media struct {
	Document bool                                      // as a file, untouched; otherwise as a photo
	Key      string                                    // names everything that the bytes depend on; "" = never kept
	Name     string                                    // file name
	Draw     func(ctx context.Context) ([]byte, error) // makes the bytes when they are needed
}

// Sent is a message that Telegram took.
type Sent struct {
	ID     int    // message id
	FileID string // handle of the media
}

// Send sends a message. Its error is a *Failure, ErrStopped, the error of an ended ctx, or what Draw gave. A text
// whose tags Telegram cannot read is sent without them.
func (b *Bot) Send(ctx context.Context, prio Priority, m Message) (Sent, error) {
	sent, err := b.send(ctx, prio, m)
	if unreadable(err) && m.mode() != "" {
		b.log.Error("telegram cannot read our tags, sending plain text", "err", err)
		m.plain = true
		m.Text = HTML(m.Text.plain())
		sent, err = b.send(ctx, prio, m)
	}
	return sent, err
}

func unreadable(err error) bool {
	var f *Failure
	return errors.As(err, &f) && strings.Contains(f.Description, "can't parse entities")
}

// mode is how Telegram shall read the text.
func (m Message) mode() models.ParseMode {
	if m.plain {
		return ""
	}
	return models.ParseModeHTML
}

func (b *Bot) send(ctx context.Context, prio Priority, m Message) (Sent, error) {
	if m.Media == nil {
		return b.sendText(ctx, prio, m)
	}
	var sent Sent
	err := b.withFile(ctx, m.Media, func(f file) (string, error) {
		var err error
		sent, err = b.sendMedia(ctx, prio, m, f)
		return sent.FileID, err
	})
	return sent, b.learn(ctx, m.Chat, err)
}

func (b *Bot) sendText(ctx context.Context, prio Priority, m Message) (sent Sent, err error) {
	err = b.Sender.Do(ctx, Call{Method: "sendMessage", Priority: prio, Chat: m.Chat, Once: m.Once, Do: func(ctx context.Context, lib *tg.Bot, chat int64) error {
		got, err := lib.SendMessage(ctx, &tg.SendMessageParams{
			ChatID: chat, Text: string(m.Text), ParseMode: m.mode(), MessageThreadID: m.Thread, ReplyMarkup: m.Keyboard.markup(),
			ReplyParameters: reply(m.ReplyTo), LinkPreviewOptions: preview(m.Preview), DisableNotification: m.Silent,
		})
		if err == nil {
			sent.ID = got.ID
		}
		return err
	}})
	return sent, b.learn(ctx, m.Chat, err)
}

func (b *Bot) sendMedia(ctx context.Context, prio Priority, m Message, f file) (sent Sent, err error) {
	call := Call{Method: "sendPhoto", Priority: prio, Chat: m.Chat, Once: m.Once, Upload: f.id == ""}
	call.Do = func(ctx context.Context, lib *tg.Bot, chat int64) error {
		got, err := lib.SendPhoto(ctx, &tg.SendPhotoParams{
			ChatID: chat, Photo: f.input(), Caption: string(m.Text), ParseMode: m.mode(), MessageThreadID: m.Thread,
			ReplyMarkup: m.Keyboard.markup(), ReplyParameters: reply(m.ReplyTo), DisableNotification: m.Silent,
		})
		if err == nil {
			sent = Sent{ID: got.ID, FileID: fileOf(got)}
		}
		return err
	}
	if m.Media.Document {
		call.Method = "sendDocument"
		call.Do = func(ctx context.Context, lib *tg.Bot, chat int64) error {
			got, err := lib.SendDocument(ctx, &tg.SendDocumentParams{
				ChatID: chat, Document: f.input(), Caption: string(m.Text), ParseMode: m.mode(), MessageThreadID: m.Thread, DisableContentTypeDetection: true,
				ReplyMarkup: m.Keyboard.markup(), ReplyParameters: reply(m.ReplyTo), DisableNotification: m.Silent,
			})
			if err == nil {
				sent = Sent{ID: got.ID, FileID: fileOf(got)}
			}
			return err
		}
	}
	return sent, b.Sender.Do(ctx, call)
}

// Edit makes an older message of the bot into m. A message with a picture keeps having one.
func (b *Bot) Edit(ctx context.Context, prio Priority, id int, m Message) error {
	if m.Media == nil {
		err := b.Sender.Do(ctx, Call{Method: "editMessageText", Priority: prio, Chat: m.Chat, Do: func(ctx context.Context, lib *tg.Bot, chat int64) error {
			_, err := lib.EditMessageText(ctx, &tg.EditMessageTextParams{
				ChatID: chat, MessageID: id, Text: string(m.Text), ParseMode: models.ParseModeHTML, ReplyMarkup: m.Keyboard.markup(), LinkPreviewOptions: preview(m.Preview),
			})
			return err
		}})
		return b.learn(ctx, m.Chat, err)
	}
	err := b.withFile(ctx, m.Media, func(f file) (kept string, err error) {
		err = b.Sender.Do(ctx, Call{Method: "editMessageMedia", Priority: prio, Chat: m.Chat, Upload: f.id == "", Do: func(ctx context.Context, lib *tg.Bot, chat int64) error {
			got, err := lib.EditMessageMedia(ctx, &tg.EditMessageMediaParams{ChatID: chat, MessageID: id, Media: f.photo(m.Text), ReplyMarkup: m.Keyboard.markup()})
			if err == nil {
				kept = fileOf(got)
			}
			return err
		}})
		return kept, err
	})
	return b.learn(ctx, m.Chat, err)
}

// Album sends two to ten photos as one, with the caption under the first.
func (b *Bot) Album(ctx context.Context, prio Priority, m Message, photos []*Media) (ids []int, err error) {
	files := make([]file, 0, len(photos))
	for _, p := range photos {
		f, err := b.file(ctx, p, true)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	for again := false; ; again = true {
		ids, err = b.sendAlbum(ctx, prio, m, photos, files)
		if ClassOf(err) != DropCache || again {
			return ids, b.learn(ctx, m.Chat, err)
		}
		for i, p := range photos { // Telegram does not say which one it refused
			if files[i], err = b.redraw(ctx, p, files[i]); err != nil {
				return nil, err
			}
		}
	}
}

func (b *Bot) sendAlbum(ctx context.Context, prio Priority, m Message, photos []*Media, files []file) (ids []int, err error) {
	upload := false
	for _, f := range files {
		upload = upload || f.id == ""
	}
	call := Call{Method: "sendMediaGroup", Priority: prio, Chat: m.Chat, Cost: len(files), Upload: upload, Once: m.Once}
	call.Do = func(ctx context.Context, lib *tg.Bot, chat int64) error {
		media := make([]models.InputMedia, 0, len(files))
		for i, f := range files {
			caption := HTML("")
			if i == 0 {
				caption = m.Text
			}
			f.name = strconv.Itoa(i) + "-" + f.name // parts of one request need names of their own
			media = append(media, f.photo(caption))
		}
		got, err := lib.SendMediaGroup(ctx, &tg.SendMediaGroupParams{ChatID: chat, MessageThreadID: m.Thread, Media: media, ReplyParameters: reply(m.ReplyTo), DisableNotification: m.Silent})
		if err != nil {
			return err
		}
		ids = ids[:0]
		for i, one := range got {
			ids = append(ids, one.ID)
			b.keep(ctx, photos[i], files[i], fileOf(one))
		}
		return nil
	}
	return ids, b.Sender.Do(ctx, call)
}

// Delete takes a message away. A message that is gone already, or that the bot may not delete, is a *Failure.
func (b *Bot) Delete(ctx context.Context, chat int64, id int) error {
	return b.Sender.Do(ctx, Call{Method: "deleteMessage", Do: func(ctx context.Context, lib *tg.Bot, _ int64) error {
		_, err := lib.DeleteMessage(ctx, &tg.DeleteMessageParams{ChatID: chat, MessageID: id})
		return err
	}})
}

// AnswerCallback ends the little clock on a pressed button, with a short text or none. Being too late is no error.
func (b *Bot) AnswerCallback(ctx context.Context, id, text string, alert bool) error {
	err := b.Sender.Do(ctx, Call{Method: "answerCallbackQuery", Do: func(ctx context.Context, lib *tg.Bot, _ int64) error {
		_, err := lib.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: id, Text: Shorten(text, 100), ShowAlert: alert})
		return err
	}})
	if ClassOf(err) == Ignore {
		return nil
	}
	return err
}

// learn notes in the store what a failure says about a chat, and gives the failure back.
func (b *Bot) learn(ctx context.Context, chat int64, err error) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	var noted error
	switch {
	case f.Class == PermanentUser && chat > 0:
		b.unsee(chat)
		noted = b.ws.BlockMember(ctx, b.ID, chat, f.Blocked)
	case (f.Class == PermanentChat || f.Class == PermanentUser) && chat < 0:
		noted = b.ws.SetChatStatus(ctx, b.ID, chat, "left")
	}
	if noted != nil {
		return fmt.Errorf("%w (and %v)", err, noted)
	}
	return err
}

func reply(to int) *models.ReplyParameters {
	if to == 0 {
		return nil
	}
	return &models.ReplyParameters{MessageID: to, AllowSendingWithoutReply: true}
}

func preview(on bool) *models.LinkPreviewOptions {
	if on {
		return nil
	}
	return &models.LinkPreviewOptions{IsDisabled: tg.True()}
}
