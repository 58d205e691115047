package bot

import (
	"bytes"
	"context"
	"errors"

	"github.com/go-telegram/bot/models"

	"promostack/store"
)

// file is bytes to upload, or the handle of what Telegram has.
type file struct {
	id    string
	name  string
	bytes []byte
}

func (f file) input() models.InputFile {
	if f.id != "" {
		return &models.InputFileString{Data: f.id}
	}
	return &models.InputFileUpload{Filename: f.name, Data: bytes.NewReader(f.bytes)}
}

func (f file) photo(caption HTML) *models.InputMediaPhoto {
	p := &models.InputMediaPhoto{Media: f.id, Caption: string(caption), ParseMode: models.ParseModeHTML}
	if f.id == "" {
		p.Media, p.MediaAttachment = "attach://"+f.name, bytes.NewReader(f.bytes)
	}
	return p
}

func fileOf(m *models.Message) string {
	switch {
	case m == nil:
		return ""
	case m.Document != nil:
		return m.Document.FileID
	case len(m.Photo) > 0:
		return m.Photo[len(m.Photo)-1].FileID
	}
	return ""
}

// withFile runs send with the handle that was kept, or with bytes; a refused handle is forgotten and the bytes
// are uploaded once.
func (b *Bot) withFile(ctx context.Context, m *Media, send func(f file) (string, error)) error {
	f, err := b.file(ctx, m, true)
	if err != nil {
		return err
	}
	id, err := send(f)
	if ClassOf(err) == DropCache && f.id != "" {
		if f, err = b.redraw(ctx, m, f); err != nil {
			return err
		}
		id, err = send(f)
	}
	if err == nil {
		b.keep(ctx, m, f, id)
	}
	return err
}

// file finds the kept handle of a picture, or draws it.
func (b *Bot) file(ctx context.Context, m *Media, kept bool) (file, error) {
	f := file{name: m.Name}
	if kept && m.Key != "" {
		id, err := b.ws.FileID(ctx, b.ID, m.Key)
		if err == nil {
			f.id = id
			return f, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return f, err
		}
	}
	var err error
	f.bytes, err = m.Draw(ctx)
	return f, err
}

// redraw forgets a refused handle and draws.
func (b *Bot) redraw(ctx context.Context, m *Media, refused file) (file, error) {
	if refused.id != "" {
		if err := b.ws.DropFileID(ctx, b.ID, m.Key, refused.id); err != nil {
			return file{}, err
		}
	}
	return b.file(ctx, m, false)
}

// keep remembers the handle of an upload. That it cannot is no reason to call the message a failure.
func (b *Bot) keep(ctx context.Context, m *Media, f file, id string) {
	if m.Key == "" || f.id != "" || id == "" {
		return
	}
	if err := b.ws.SaveFileID(context.WithoutCancel(ctx), b.ID, m.Key, id); err != nil {
		b.log.Warn("cannot keep a file id", "err", err)
	}
}

// Prepare draws a picture now, unless its handle is kept, so that an error of drawing shows before anything is
// sent. The bytes serve the first Send or Album that follows.
func (b *Bot) Prepare(ctx context.Context, m *Media) error {
	f, err := b.file(ctx, m, true)
	if err != nil || f.id != "" {
		return err
	}
	draw, once := m.Draw, f.bytes
	m.Draw = func(ctx context.Context) ([]byte, error) {
		if bytes := once; bytes != nil {
			once = nil
			return bytes, nil
		}
		return draw(ctx)
	}
	return nil
}
