package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"promostack/store"
)

func TestBackupIsACopyThatOpensWhileOthersWrite(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	fatal(t, err)
	fatal(t, s.SetSetting(t.Context(), "k", "before"))
	copied := filepath.Join(t.TempDir(), "promostack.db")
	fatal(t, store.Backup(t.Context(), dir, copied))
	fatal(t, s.SetSetting(t.Context(), "k", "after"))
	if err := store.Backup(t.Context(), dir, copied); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("an existing file: %v", err)
	}
	fatal(t, s.Close())
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	again, err := store.Open(t.Context(), store.Options{Dir: filepath.Dir(copied)})
	fatal(t, err)
	if got, err := again.Setting(t.Context(), "k"); err != nil || got != "before" {
		t.Errorf("%q %v", got, err)
	}
	fatal(t, again.Close())
	if err := store.Backup(t.Context(), t.TempDir(), copied+"2"); err == nil || !strings.Contains(err.Error(), "no database") {
		t.Errorf("an empty folder: %v", err)
	}
}
