package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Usage is one attempt at a picture, or one download or share of it.
type Usage struct {
	Source   string // web, bot, image, bulk, panel
	Kind     string // make, download, share
	Outcome  string // made, invalid, expired, exhausted, unknown, no_template, no_variant, too_long, failed
	Template string // slug
	Variant  string
	Code     string
	Member   int64  // Telegram id of the person, 0 for the web
	ChatKind string // private, group, supergroup, channel; "" outside Telegram
	Millis   int
	At       time.Time // zero: now
}

// outcomeMade is the one outcome that is a success.
const outcomeMade = "made"

// RecordUsage stores one attempt and its roll-ups in one transaction, which it may share with others; it is durable
// when RecordUsage returns. Texts are cleaned and cut to what a sound one could hold; nothing is refused for them.
func (w *Workspace) RecordUsage(ctx context.Context, u Usage) error {
	u.Source, u.Kind, u.Outcome = cut(u.Source, 16), cut(u.Kind, 16), cut(u.Outcome, 16)
	u.Template, u.Variant, u.Code = cut(u.Template, 64), cut(u.Variant, 32), cut(u.Code, 64)
	u.ChatKind, u.Millis = cut(u.ChatKind, 16), max(0, u.Millis)
	if u.At.IsZero() {
		u.At = w.s.clock.Now()
	}
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error { return tx.Workspace(w.id).recordUsage(ctx, u) })
	if err != nil {
		return fmt.Errorf("record usage: %w", err)
	}
	return nil
}

// recordUsage writes in the order of the migration, always: two instances then wait for each other instead of
// locking each other out.
func (w *Workspace) recordUsage(ctx context.Context, u Usage) error {
	_, err := exec(ctx, w.tx.tx, `
		INSERT INTO usage (workspace_id, at, source, kind, outcome, template, variant, code, member, chat_kind, millis)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		w.id, ms(u.At), u.Source, u.Kind, u.Outcome, u.Template, u.Variant, u.Code, u.Member, u.ChatKind, u.Millis)
	if err != nil {
		return err
	}
	_, err = exec(ctx, w.tx.tx, `
		INSERT INTO usage_hour (workspace_id, hour, source, kind, outcome, template, variant, count, millis)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
		ON CONFLICT (workspace_id, hour, source, kind, outcome, template, variant) DO UPDATE
		SET count = usage_hour.count + 1, millis = usage_hour.millis + excluded.millis`,
		w.id, ms(hourOf(u.At)), u.Source, u.Kind, u.Outcome, u.Template, u.Variant, u.Millis)
	if err != nil {
		return err
	}
	if err := w.recordCode(ctx, u); err != nil {
		return err
	}
	if u.Member == 0 || u.Kind != "make" {
		return nil
	}
	return w.recordMember(ctx, u)
}

func (w *Workspace) recordCode(ctx context.Context, u Usage) error {
	if u.Code == "" {
		return nil
	}
	_, err := exec(ctx, w.tx.tx, `
		INSERT INTO usage_code (workspace_id, hour, source, kind, outcome, code, template, member, count, first_at, last_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)
		ON CONFLICT (workspace_id, hour, source, kind, outcome, code, template, member) DO UPDATE
		SET count = usage_code.count + 1,`+widen("usage_code"),
		w.id, ms(hourOf(u.At)), u.Source, u.Kind, u.Outcome, u.Code, u.Template, u.Member, ms(u.At))
	return err
}

// recordMember adds an attempt to what its person did.
func (w *Workspace) recordMember(ctx context.Context, u Usage) error {
	made, failed, codes := 0, 1, 0
	if u.Outcome == outcomeMade {
		made, failed = 1, 0
	}
	_, err := exec(ctx, w.tx.tx, `
		INSERT INTO usage_member_hour (workspace_id, hour, source, member, made, failed)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (workspace_id, hour, source, member) DO UPDATE
		SET made = usage_member_hour.made + excluded.made, failed = usage_member_hour.failed + excluded.failed`,
		w.id, ms(hourOf(u.At)), u.Source, u.Member, made, failed)
	if err != nil {
		return err
	}
	if made == 1 && u.Code != "" {
		if codes, err = w.recordMemberCode(ctx, u); err != nil {
			return err
		}
	}
	_, err = exec(ctx, w.tx.tx, `
		INSERT INTO usage_member (workspace_id, member, made, failed, codes, first_at, last_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (workspace_id, member) DO UPDATE
		SET made = usage_member.made + excluded.made,
			failed = usage_member.failed + excluded.failed,
			codes = usage_member.codes + excluded.codes,`+widen("usage_member"),
		w.id, u.Member, made, failed, codes, ms(u.At))
	return err
}

// recordMemberCode counts a code of a person and reports 1 when it is the first time.
func (w *Workspace) recordMemberCode(ctx context.Context, u Usage) (int, error) {
	made, err := one(ctx, w.tx.tx, scanInt, `
		INSERT INTO usage_member_code (workspace_id, member, code, made, first_at, last_at)
		VALUES ($1, $2, $3, 1, $4, $4)
		ON CONFLICT (workspace_id, member, code) DO UPDATE
		SET made = usage_member_code.made + 1,`+widen("usage_member_code")+`
		RETURNING made`, w.id, u.Member, u.Code, ms(u.At))
	if err != nil || made > 1 {
		return 0, err
	}
	return 1, nil
}

// widen is the part of an upsert that stretches first_at and last_at of a roll-up to the new attempt.
func widen(table string) string {
	return strings.ReplaceAll(`
			first_at = CASE WHEN excluded.first_at < t.first_at THEN excluded.first_at ELSE t.first_at END,
			last_at = CASE WHEN excluded.last_at > t.last_at THEN excluded.last_at ELSE t.last_at END`, "t.", table+".")
}

// hourOf is the UTC hour that a moment lies in.
func hourOf(t time.Time) time.Time { return t.UTC().Truncate(time.Hour) }
