package store_test

import (
	"fmt"
	"strings"
	"testing"

	"promostack/store"
	"promostack/store/storetest"
)

func TestPostgresThatCannotBeReachedIsASentenceWithoutThePassword(t *testing.T) {
	for address, want := range map[string]string{
		"mysql://user:hunter2@localhost/x":                           "DATABASE_URL is not a Postgres address",
		"postgres://user:hunter2@127.0.0.1:1/shop?sslmode=disable":   "cannot reach the database shop at 127.0.0.1:1",
		"postgres://user:hunter2@127.0.0.1:port/x":                   "DATABASE_URL is not a Postgres address",
		"host=127.0.0.1 port=1 user=u password=hunter2 dbname=words": "cannot reach the database words",
	} {
		s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), DatabaseURL: address})
		if err == nil {
			t.Fatal(s.Close())
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestInstancesThatStartAtOnceOnAnEmptyPostgresAllComeUp(t *testing.T) {
	address := storetest.PostgresURL(t)
	stores := make([]*store.Store, 4)
	for i, err := range atOnce(len(stores), func(i int) (err error) {
		stores[i], err = store.Open(t.Context(), store.Options{Dir: t.TempDir(), DatabaseURL: address})
		return err
	}) {
		if err != nil {
			t.Fatal(i, err)
		}
		t.Cleanup(func() { fatal(t, stores[i].Close()) })
	}
	secrets := make([]string, len(stores))
	for i, err := range atOnce(len(stores), func(i int) (err error) {
		secrets[i], err = stores[i].SettingOnce(t.Context(), "secret", store.NewSecret)
		return err
	}) {
		if err != nil || secrets[i] != secrets[0] {
			t.Errorf("instance %d has %q, the first %q (%v)", i, secrets[i], secrets[0], err)
		}
	}
}

// Two instances write the same roll-up rows in batches of different order, which would lock each other out.
func TestInstancesShareTheRollUpsWithoutLosingAnAttempt(t *testing.T) {
	address := storetest.PostgresURL(t)
	var stores [2]*store.Store
	for i := range stores {
		s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), DatabaseURL: address})
		fatal(t, err)
		t.Cleanup(func() { fatal(t, s.Close()) })
		stores[i] = s
	}
	const attempts = 200
	for i, err := range atOnce(attempts, func(i int) error {
		u := store.Usage{
			Source: "bot", Kind: "make", Outcome: "made", Template: fmt.Sprint("t", i*7%5), Code: fmt.Sprint("C", i*3%4),
			Member: int64(1 + i%3), At: storetest.Noon(),
		}
		return stores[i%2].Workspace(store.DefaultWorkspace).RecordUsage(t.Context(), u)
	}) {
		if err != nil {
			t.Fatal(i, err)
		}
	}
	w := stores[0].Workspace(store.DefaultWorkspace)
	hours, err := w.UsageHours(t.Context(), store.UsageFilter{})
	fatal(t, err)
	total := int64(0)
	for _, c := range hours {
		total += c.Count
	}
	members, err := w.UsageMembers(t.Context(), store.UsageFilter{Source: "bot"})
	if total != attempts || members != 3 || err != nil {
		t.Errorf("%d attempts by %d people, %v", total, members, err)
	}
}
