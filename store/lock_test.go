package store_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"promostack/store"
)

func TestSecondProcessIsRefusedAndToldWhoHoldsTheFolder(t *testing.T) {
	dir := t.TempDir()
	cmd, lines := startChild(t, "lock", dir)
	if !lines.Scan() || lines.Text() != "held" {
		t.Fatal("the child did not get the lock")
	}
	_, err := store.LockDir(dir)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("process %d on ", cmd.Process.Pid)) || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
	fatal(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed, and says so
	lock, err := store.LockDir(dir)
	if err != nil {
		t.Fatalf("the lock outlived its process: %v", err)
	}
	if _, err := store.LockDir(dir); err == nil || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("taken twice: %v", err)
	}
	fatal(t, lock.Release())
	again, err := store.LockDir(dir)
	fatal(t, err)
	fatal(t, again.Release())
}

func TestAcknowledgedUsageSurvivesAKill(t *testing.T) {
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	dir, acknowledged := t.TempDir(), 0
	for range rounds {
		acknowledged += killChild(t, "usage", dir, 20)
		s, err := store.Open(t.Context(), store.Options{Dir: dir})
		fatal(t, err)
		counts, err := s.Workspace(store.DefaultWorkspace).UsageHours(t.Context(), store.UsageFilter{})
		fatal(t, err)
		kept := 0
		for _, c := range counts {
			kept += int(c.Count)
		}
		if kept < acknowledged {
			t.Errorf("%d of %d acknowledged attempts are left", kept, acknowledged)
		}
		acknowledged = kept // what was written but not acknowledged may stay
		fatal(t, s.Close())
	}
}
