package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"promostack/store"
)

const (
	drainTime   = 8 * time.Second  // for what is in hand when the process stops
	attempts    = 3                // at an update, before it is parked
	rescueEvery = 30 * time.Second // how often the store is searched for updates that nobody handles
	sweepEvery  = time.Hour
	keepUpdates = 48 * time.Hour
	keepFiles   = 180 * 24 * time.Hour
)

// lead does everything for a bot that only one process may do, until ctx ends: it learns the bot's name, sets the
// menu, receives, answers, and lets the product work.
func (b *Bot) lead(ctx context.Context) error {
	b.began.Store(b.hub.sequence())
	work, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	b.setState(func(s *state) { *s = state{Leading: true} })
	defer b.setState(func(s *state) { s.Leading, s.Connected = false, false })
	var last, all sync.WaitGroup
	last.Go(func() { _ = b.Sender.Run(work) })
	last.Go(func() { // what is in hand gets a little time after ctx has ended
		select {
		case <-ctx.Done():
			_ = store.Wait(work, b.hub.clock, drainTime)
			end()
		case <-work.Done():
		}
	})
	if err := b.heed(ctx); err != nil {
		b.log.Warn("cannot read how long telegram wants us to wait", "err", err)
	}
	if b.connect(ctx) {
		b.lanes.begin()
		all.Go(func() { b.lanes.run(ctx, work) })
		all.Go(func() { b.rescue(ctx) })
		all.Go(func() { b.sweep(ctx) })
		all.Go(func() { b.receive(ctx) })
		if w, ok := b.Product.(Worker); ok {
			all.Go(func() { b.runWorker(ctx, w) })
		}
	}
	all.Wait()
	end()
	last.Wait()
	return ctx.Err()
}

// heed takes over the flood wait that the leader before us was told of.
func (b *Bot) heed(ctx context.Context) error {
	c, err := b.ws.Connect(ctx, b.Product.Name(), b.token.BotID())
	if err != nil {
		return err
	}
	b.Sender.halted(c.HaltedUntil)
	return nil
}

// runWorker runs the product's own work, again after a failure.
func (b *Bot) runWorker(ctx context.Context, w Worker) {
	for ctx.Err() == nil {
		err := safely(func() error { return w.Run(ctx, b) })
		if err == nil {
			return
		}
		if ctx.Err() == nil {
			b.log.Error("the product's work failed, starting it again", "err", err)
		}
		_ = store.Wait(ctx, b.hub.clock, 5*time.Second)
	}
}

// connect asks Telegram who the bot is, as often as it takes, and sets its menu. It reports false when ctx ended.
func (b *Bot) connect(ctx context.Context) bool {
	for failures := 1; ; failures++ {
		err := b.introduce(ctx)
		if ctx.Err() != nil {
			return false
		}
		if err == nil {
			break
		}
		b.trouble(err)
		b.log.Warn("cannot reach telegram", "err", err)
		wait := min(time.Second<<min(failures, 6), time.Minute)
		if store.Wait(ctx, b.hub.clock, wait) != nil {
			return false
		}
	}
	if m, ok := b.Product.(Menu); ok {
		if err := b.setMenu(ctx, m); err != nil {
			b.log.Warn("cannot set the command menu", "err", err)
		}
	}
	return ctx.Err() == nil
}

// introduce learns the bot's name.
func (b *Bot) introduce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var me *models.User
	err := b.api.call(ctx, "getMe", func(ctx context.Context, lib *tg.Bot) (err error) {
		me, err = lib.GetMe(ctx)
		return err
	})
	if err != nil {
		return err
	}
	b.mu.Lock()
	changed := b.username != me.Username || b.name != me.FirstName
	b.username, b.name = me.Username, me.FirstName
	b.mu.Unlock()
	b.Sender.Resume()
	first := false
	b.setState(func(s *state) { first, s.Connected, s.Error = !s.Connected, true, SendError{} })
	if first {
		b.log.Info("bot connected", "username", me.Username)
	}
	if !changed {
		return nil
	}
	return b.ws.NameConnection(ctx, b.ID, me.Username, me.FirstName)
}

func (b *Bot) setMenu(ctx context.Context, m Menu) error {
	var errs []error
	for _, menu := range m.Commands() {
		commands := make([]models.BotCommand, 0, len(menu.Commands))
		for _, c := range menu.Commands {
			commands = append(commands, models.BotCommand{Command: c.Name, Description: c.Description})
		}
		errs = append(errs, b.Sender.Do(ctx, Call{Method: "setMyCommands", Do: func(ctx context.Context, lib *tg.Bot, _ int64) error {
			_, err := lib.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: commands, Scope: scope(menu.Scope)})
			return err
		}}))
	}
	return errors.Join(errs...)
}

func scope(name string) models.BotCommandScope {
	switch name {
	case "all_private_chats":
		return &models.BotCommandScopeAllPrivateChats{}
	case "all_group_chats":
		return &models.BotCommandScopeAllGroupChats{}
	case "all_chat_administrators":
		return &models.BotCommandScopeAllChatAdministrators{}
	}
	return &models.BotCommandScopeDefault{}
}

// rescue searches the store for updates that nobody handles: at first those of an earlier life, later those whose
// hand-over failed, those that did not fit into the memory, and, beside other processes on one database, those
// that another one stored.
func (b *Bot) rescue(ctx context.Context) {
	every := rescueEvery
	if b.hub.store.Postgres() {
		every = time.Second
	}
	for ctx.Err() == nil {
		wait := every
		if err := b.lanes.look(ctx); err != nil {
			if ctx.Err() == nil {
				b.log.Warn("cannot look for waiting updates", "err", err)
			}
			wait = time.Second
		}
		timer := b.hub.clock.Timer(wait)
		select {
		case <-timer.C():
		case <-b.lanes.drained:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// sweep forgets what is too old to matter.
func (b *Bot) sweep(ctx context.Context) {
	for {
		for {
			n, err := b.hub.store.SweepUpdates(ctx, keepUpdates)
			if err != nil && ctx.Err() == nil {
				b.log.Warn("cannot sweep updates", "err", err)
			}
			if n == 0 || ctx.Err() != nil {
				break
			}
		}
		if _, err := b.hub.store.SweepFileIDs(ctx, b.hub.clock.Now().Add(-keepFiles)); err != nil && ctx.Err() == nil {
			b.log.Warn("cannot sweep file ids", "err", err)
		}
		if store.Wait(ctx, b.hub.clock, sweepEvery) != nil {
			return
		}
	}
}

// safely turns a panic into an error.
func safely(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return do()
}

// decode reads an update. What cannot be read is junk, for good.
func decode(body []byte) (*models.Update, error) {
	u := &models.Update{}
	if err := json.Unmarshal(body, u); err != nil {
		return nil, fmt.Errorf("%w: %w", errJunk, err)
	}
	return u, nil
}
