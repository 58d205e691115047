package store

// What a person sees when the database cannot be used, and what an upgrade does: told by damaging real files.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// closedFile is the database file of a store that was open once.
func closedFile(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, sqliteFile)
}

// script runs SQL on a file behind the store's back.
func script(t *testing.T, file, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
}

func TestDatabaseThatCannotBeUsedIsRefusedWithASentence(t *testing.T) {
	for _, c := range []struct {
		name, want string
		spoil      func(t *testing.T, file string)
	}{
		{"made by a newer program", "newer version of promostack (step 9999)", func(t *testing.T, file string) {
			script(t, file, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`)
		}},
		{"no database", "is not a SQLite database", func(t *testing.T, file string) {
			overwrite(t, file, 0, strings.Repeat("hello ", 2000))
		}},
		{"damaged pages", "is damaged", func(t *testing.T, file string) {
			overwrite(t, file, 3*4096, strings.Repeat("\xff", 20*4096))
		}},
		{"cut off", "is damaged", func(t *testing.T, file string) {
			if err := os.Truncate(file, 5*4096); err != nil {
				t.Fatal(err)
			}
		}},
		{"of another program", "database of another program", func(t *testing.T, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			script(t, file, `CREATE TABLE bookmark (url TEXT)`)
		}},
		{"a folder", "cannot open", func(t *testing.T, file string) {
			if err := errors.Join(os.Remove(file), os.Mkdir(file, 0o700)); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := closedFile(t)
			c.spoil(t, file)
			s, err := Open(t.Context(), Options{Dir: filepath.Dir(file)})
			if err == nil {
				t.Fatal(s.Close(), "it was opened")
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q", err)
			}
		})
	}
}

func overwrite(t *testing.T, file string, offset int64, with string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(with), offset); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestUpgradeKeepsACopyOfTheDatabaseFromBefore(t *testing.T) {
	file := closedFile(t)
	upgrades := filepath.Join(filepath.Dir(file), "upgrades")
	for range keptCopies + 2 {
		script(t, file, `DELETE FROM goose_db_version WHERE version_id = 4; DROP TABLE coupon; DROP TABLE coupon_valid`)
		s, err := Open(t.Context(), Options{Dir: filepath.Dir(file)})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Workspace(DefaultWorkspace).Coupons(t.Context(), CouponFilter{}); err != nil {
			t.Errorf("after the upgrade: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	copies, err := os.ReadDir(upgrades)
	if err != nil || len(copies) != keptCopies {
		t.Fatalf("%d copies, %v", len(copies), err)
	}
	for _, c := range copies {
		if info, err := c.Info(); err != nil || info.Mode().Perm() != 0o600 || info.Size() == 0 {
			t.Errorf("%s: %v, %v", c.Name(), info, err)
		}
	}
	if s, err := Open(t.Context(), Options{Dir: filepath.Dir(file)}); err != nil {
		t.Error(err)
	} else if err := s.Close(); err != nil {
		t.Error(err)
	}
	if again, err := os.ReadDir(upgrades); err != nil || len(again) != keptCopies {
		t.Errorf("a start without an upgrade made a copy: %v, %v", again, err)
	}
}

func TestDatabaseFilesArePrivate(t *testing.T) {
	s := rawStore(t)
	if err := s.SetSetting(t.Context(), "a", "b"); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(s.engine.file + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", suffix, info, err)
		}
	}
}

func TestEveryConnectionHasItsSettingsAndReadersCannotWrite(t *testing.T) {
	s := rawStore(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "wal_autocheckpoint": "1000",
	} {
		for name, pool := range map[string]*sql.DB{"writer": s.write, "reader": s.read} {
			if got, err := one(t.Context(), pool, scanText, `PRAGMA `+pragma); err != nil || got != want {
				t.Errorf("%s: %s is %s, want %s (%v)", name, pragma, got, want, err)
			}
		}
	}
	if _, err := s.read.ExecContext(t.Context(), `DELETE FROM setting`); err == nil {
		t.Error("a reader wrote")
	}
	if s.write.Stats().MaxOpenConnections != 1 {
		t.Error("more than one writer")
	}
}

func TestWriteWaitsForAnotherProcessAndIsBusyAtLast(t *testing.T) {
	s := rawStore(t)
	if _, err := s.write.ExecContext(t.Context(), `PRAGMA busy_timeout = 20`); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", s.engine.file)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	if err := s.SetSetting(t.Context(), "a", "b"); !errors.Is(err, ErrBusy) {
		t.Errorf("a write: %v", err)
	}
	if err := s.Workspace(DefaultWorkspace).RecordUsage(t.Context(), Usage{}); !errors.Is(err, ErrBusy) {
		t.Errorf("a grouped write: %v", err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("a read: %v", err)
	}
	if _, err := s.write.ExecContext(t.Context(), `PRAGMA busy_timeout = 5000`); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.SetSetting(t.Context(), "a", "b") }()
	if _, err := other.ExecContext(t.Context(), `COMMIT`); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("after the other one was through: %v", err)
	}
}

func TestTransactionThatFailsLeavesNothing(t *testing.T) {
	s, undone := rawStore(t), errors.New("undone")
	for name, fn := range map[string]func(tx *Tx) error{
		"an error": func(*Tx) error { return undone },
		"a cancelled context": func(*Tx) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return ctx.Err()
		},
		"no such workspace": func(tx *Tx) error { return tx.Workspace(99).SetSetting(t.Context(), "a", "b") },
	} {
		err := s.InTx(t.Context(), func(tx *Tx) error {
			if err := tx.Workspace(DefaultWorkspace).SetSetting(t.Context(), "kept", name); err != nil {
				return err
			}
			return fn(tx)
		})
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if name == "no such workspace" && !errors.Is(err, ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Workspace(DefaultWorkspace).Setting(t.Context(), "kept"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.InTx(t.Context(), func(*Tx) error { panic("in the middle") })
	}()
	if err := s.SetSetting(t.Context(), "a", "b"); err != nil {
		t.Errorf("a panic kept the writer: %v", err)
	}
}

func BenchmarkOpenExisting(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		s, err := Open(b.Context(), Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTemplates(b *testing.B) {
	s := rawStore(b)
	w := s.Workspace(DefaultWorkspace)
	for i := range 40 {
		v := Variant{Name: "square", Width: 1080, Height: 1080, Art: "templates/a/b.png", Box: Box{5, 80, 90, 12, "center", "middle"}}
		story := v
		story.Name = "story"
		if _, err := w.PublishTemplate(b.Context(), Template{Slug: fmt.Sprintf("t-%d", i), Name: "T", Variants: []Variant{v, story}}, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Templates(b.Context(), TemplateFilter{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("revision", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.TemplatesRevision(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
