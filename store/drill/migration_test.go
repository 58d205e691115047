package drill

import (
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"promostack/store"
)

// TestKilledDuringMigration: however often an upgrade is cut off, the next start finishes it, nothing is lost, and the
// copy from before is there.
func TestKilledDuringMigration(t *testing.T) {
	program(t)
	fixtures, err := filepath.Glob(filepath.Join(repository, "store/testdata/schema/*.db.gz"))
	fatal(t, err)
	cut := 0
	for round := range rounds(4, 20) {
		dir := t.TempDir()
		file := filepath.Join(dir, "promostack.db")
		unpack(t, oldest(t, fixtures, round), file)
		before, err := store.Counts(t.Context(), file)
		fatal(t, err)
		for range 3 {
			h := launch(t, settings(dir, nil))
			timer := time.AfterFunc(rand.N(300*time.Millisecond), func() { _ = h.cmd.Process.Kill() })
			<-h.ended
			timer.Stop()
			if h.url == "" {
				cut++
			}
			fatal(t, store.CheckFile(t.Context(), file))
		}
		h := open(t, settings(dir, nil))
		h.stop()
		after, err := store.Counts(t.Context(), file)
		fatal(t, err)
		for table, n := range before {
			if swept := table == "template" || table == "template_version"; after[table] < n && !swept { // what was deleted long ago goes
				t.Errorf("round %d: %s had %d rows, now %d", round, table, n, after[table])
			}
		}
		if copies, _ := filepath.Glob(filepath.Join(dir, "upgrades", "before-step-*.db")); len(copies) == 0 {
			t.Errorf("round %d: no copy from before the upgrade", round)
		}
	}
	t.Logf("%d starts were killed before they were ready", cut)
}

// oldest takes the fixtures in turn, those with fewer tables first.
func oldest(t *testing.T, fixtures []string, round int) string {
	t.Helper()
	current := store.Schema()
	var old []string
	for _, f := range fixtures {
		if filepath.Base(f) != current+".db.gz" {
			old = append(old, f)
		}
	}
	if len(old) == 0 {
		t.Skip("there is no older schema yet")
	}
	return old[round%len(old)]
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	fatal(t, err)
	defer in.Close()
	packed, err := gzip.NewReader(in)
	fatal(t, err)
	body, err := io.ReadAll(packed)
	fatal(t, err)
	fatal(t, os.WriteFile(to, body, 0o600))
}
