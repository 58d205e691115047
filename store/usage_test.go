package store

// The roll-ups are compared with the raw rows in SQL, which only the package itself can do.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// rawStore is a fresh store on SQLite.
func rawStore(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Clock: NewManualClock(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func randomUsage(r *rand.Rand, day time.Time) Usage {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	u := Usage{
		Source: pick("web", "bot", "image"), Kind: pick("make", "make", "download"), Outcome: pick("made", "made", "invalid", "unknown"),
		Template: pick("", "spring", "summer"), Variant: pick("square", "story"), Code: pick("", "VA", "AVATAR", "X"),
		Millis: r.IntN(100), At: day.Add(time.Duration(r.Int64N(int64(72 * time.Hour)))),
	}
	if u.Source == "bot" {
		u.Member, u.ChatKind = int64(r.IntN(4)), "private"
	}
	return u
}

func dump(t *testing.T, s *Store, query string) []string {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for rows.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprint(cells...))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestRollUpsEqualTheRawRows(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s, r := rawStore(t), rand.New(rand.NewPCG(seed, 1))
			attempts := []Usage{}
			for range 300 {
				attempts = append(attempts, randomUsage(r, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)))
			}
			record(t, s, attempts)
			for name, pair := range rollUps {
				raw, rolled := dump(t, s, pair[0]), dump(t, s, pair[1])
				if len(raw) == 0 || !reflect.DeepEqual(raw, rolled) {
					t.Errorf("%s:\nraw    %v\nrolled %v", name, raw, rolled)
				}
			}
		})
	}
}

// record stores attempts from many goroutines at once.
func record(t *testing.T, s *Store, attempts []Usage) {
	t.Helper()
	errs := make(chan error, len(attempts))
	for _, u := range attempts {
		go func() { errs <- s.Workspace(DefaultWorkspace).RecordUsage(t.Context(), u) }()
	}
	for range attempts {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
}

// rollUps pairs a question to the raw rows with the same question to the roll-up.
var rollUps = map[string][2]string{
	"hours": {
		`SELECT at - at % 3600000, source, kind, outcome, template, variant, COUNT(*), SUM(millis)
		FROM usage GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`,
		`SELECT hour, source, kind, outcome, template, variant, count, millis
		FROM usage_hour ORDER BY 1, 2, 3, 4, 5, 6`,
	},
	"codes": {
		`SELECT at - at % 3600000, source, kind, outcome, code, template, member, COUNT(*), MIN(at), MAX(at)
		FROM usage WHERE code <> '' GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`,
		`SELECT hour, source, kind, outcome, code, template, member, count, first_at, last_at
		FROM usage_code ORDER BY 1, 2, 3, 4, 5, 6, 7`,
	},
	"members by hour": {
		`SELECT at - at % 3600000, source, member, SUM(outcome = 'made'), SUM(outcome <> 'made')
		FROM usage WHERE member <> 0 AND kind = 'make' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
		`SELECT hour, source, member, made, failed FROM usage_member_hour ORDER BY 1, 2, 3`,
	},
	"members": {
		`SELECT member, SUM(outcome = 'made'), SUM(outcome <> 'made'),
			COUNT(DISTINCT CASE WHEN outcome = 'made' AND code <> '' THEN code END), MIN(at), MAX(at)
		FROM usage WHERE member <> 0 AND kind = 'make' GROUP BY 1 ORDER BY 1`,
		`SELECT member, made, failed, codes, first_at, last_at FROM usage_member ORDER BY 1`,
	},
	"codes of members": {
		`SELECT member, code, COUNT(*), MIN(at), MAX(at)
		FROM usage WHERE member <> 0 AND kind = 'make' AND outcome = 'made' AND code <> '' GROUP BY 1, 2 ORDER BY 1, 2`,
		`SELECT member, code, made, first_at, last_at FROM usage_member_code ORDER BY 1, 2`,
	},
}

func TestUsageSurvivesHostileText(t *testing.T) {
	s := rawStore(t)
	w := s.Workspace(DefaultWorkspace)
	err := w.RecordUsage(t.Context(), Usage{Source: "bot", Kind: "make", Outcome: "invalid", Code: "\x00" + strings.Repeat("é", 200), Template: "a\xffb", Millis: -4})
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.UsageLog(t.Context(), 0, true, time.Time{}, 10)
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	if got[0].Code != strings.Repeat("é", 64) || got[0].Template != "a\uFFFDb" || got[0].Millis != 0 || got[0].At != s.clock.Now() {
		t.Errorf("kept %+v", got[0])
	}
}

func TestOneFailingWriteOfAGroupDoesNotFailItsNeighbours(t *testing.T) {
	s := rawStore(t)
	gate, errs := make(chan struct{}), make(chan error, 41)
	go func() { // holds the writer, so that the others gather
		errs <- s.group.do(t.Context(), func(context.Context, *Tx) error { <-gate; return nil })
	}()
	for i := range 40 {
		go func() {
			errs <- s.group.do(t.Context(), func(ctx context.Context, tx *Tx) error {
				if i == 7 {
					panic("a mistake in one write")
				}
				return tx.Workspace(DefaultWorkspace).SetSetting(ctx, fmt.Sprint("key", i), "kept")
			})
		}()
	}
	close(gate)
	failed := 0
	for range 41 {
		if err := <-errs; err != nil {
			failed++
		}
	}
	kept := dump(t, s, `SELECT key FROM setting WHERE value = 'kept'`)
	if failed != 1 || len(kept) != 39 {
		t.Errorf("%d failed, %d kept", failed, len(kept))
	}
}

func TestGroupedWriteOfACallerThatGaveUpNeverRunsUnlessItsTurnHasCome(t *testing.T) {
	s := rawStore(t)
	started, gate, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	first, giveUp := context.WithCancel(t.Context())
	go func() {
		done <- s.group.do(first, func(context.Context, *Tx) error { close(started); <-gate; return nil })
	}()
	<-started
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // the second one waits in line when it gives up
		for !waiting(s.group, 1) {
			runtime.Gosched()
		}
		cancel()
	}()
	ran := false
	if err := s.group.do(ctx, func(context.Context, *Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("the second: %v", err)
	}
	if err := s.group.do(ctx, func(context.Context, *Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("given up before it came: %v", err)
	}
	giveUp()
	close(gate)
	if err := <-done; err != nil {
		t.Errorf("the first was running: %v", err)
	}
	s.group.close()
	if ran {
		t.Error("a write ran that nobody waits for")
	}
	if err := s.group.do(t.Context(), func(context.Context, *Tx) error { return nil }); !errors.Is(err, errClosed) {
		t.Errorf("a closed store took a write: %v", err)
	}
}

func waiting(g *group, n int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.queue) == n
}

func BenchmarkRecordUsage(b *testing.B) {
	s := rawStore(b)
	w, r := s.Workspace(DefaultWorkspace), rand.New(rand.NewPCG(1, 1))
	attempts := make([]Usage, 1024)
	for i := range attempts {
		attempts[i] = randomUsage(r, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	}
	b.Run("alone", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := w.RecordUsage(b.Context(), attempts[i%1024]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("many", func(b *testing.B) {
		b.SetParallelism(64)
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				if err := w.RecordUsage(b.Context(), attempts[i%1024]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}
