// Package storetest gives tests a real store: a fresh SQLite database each, and a Postgres one where there is one.
package storetest

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"promostack/store"
)

// Missing skips the test because a real part is not there. Where PROMOSTACK_REQUIRE names the part
// ("postgres", "s3", "chromium", "node"; comma-separated) it fails instead.
func Missing(t testing.TB, part, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PROMOSTACK_REQUIRE"), ","), part) {
		t.Fatalf("%s is required: %s", part, reason)
	}
	t.Skipf("%s: %s", part, reason)
}

// Require is Missing under the name that reads better after a failed look-up.
func Require(t testing.TB, part, reason string) {
	t.Helper()
	Missing(t, part, reason)
}

// Open gives a fresh store on SQLite in a folder of the test, with the machine's clock.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenAt(t, store.SystemClock())
}

// OpenAt is Open with a clock of the test's choice.
func OpenAt(t testing.TB, clock store.Clock) *store.Store {
	t.Helper()
	return open(t, store.Options{Dir: t.TempDir(), Clock: clock})
}

func open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// Noon is a moment for manual clocks: a Monday, 12:00 UTC.
func Noon() time.Time { return time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC) }
