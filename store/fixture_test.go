package store_test

// Every schema that landed keeps a small database in testdata/schema, and this binary must be able to open all of
// them. After a new migration: go test ./store -run TestFixture -update

import (
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

var update = flag.Bool("update", false, "write what the tests compare with")

const fixtureFolder = "testdata/schema"

func TestFixtureOfEveryLandedSchemaIsUpgraded(t *testing.T) {
	mine := filepath.Join(fixtureFolder, store.Schema()+".db.gz")
	if *update {
		writeFixture(t, mine)
	}
	files, err := filepath.Glob(filepath.Join(fixtureFolder, "*.db.gz"))
	fatal(t, err)
	if len(files) == 0 {
		t.Fatal("there is no fixture at all")
	}
	want := tables(t, closedStore(t, t.TempDir(), nil))
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			dir := t.TempDir()
			unpack(t, file, filepath.Join(dir, "promostack.db"))
			before := rowCounts(t, filepath.Join(dir, "promostack.db"))
			db := closedStore(t, dir, checkFixture)
			if got := tables(t, db); !reflect.DeepEqual(got, want) {
				t.Errorf("the upgraded tables are not those of a new database:\n%v\n%v", got, want)
			}
			for table, n := range before {
				if after := rowCounts(t, db)[table]; after < n {
					t.Errorf("%s had %d rows, now %d", table, n, after)
				}
			}
		})
	}
	t.Run("of this schema", func(t *testing.T) {
		if _, err := os.Stat(mine); err != nil {
			storetest.Missing(t, "fixture", "this schema has none: go test ./store -run TestFixture -update")
		}
	})
}

// closedStore opens a store, lets fn work on it, closes it, and gives its database file.
func closedStore(t *testing.T, dir string, fn func(t *testing.T, s *store.Store)) string {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Clock: store.NewManualClock(storetest.Noon())})
	fatal(t, err)
	if fn != nil {
		fn(t, s)
	}
	fatal(t, s.Close())
	return filepath.Join(dir, "promostack.db")
}

func writeFixture(t *testing.T, file string) {
	t.Helper()
	db := closedStore(t, t.TempDir(), fillFixture)
	fatal(t, os.MkdirAll(fixtureFolder, 0o755))
	body, err := os.ReadFile(db)
	fatal(t, err)
	out, err := os.Create(file)
	fatal(t, err)
	packed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	fatal(t, err)
	_, err = packed.Write(body)
	fatal(t, errors.Join(err, packed.Close(), out.Close()))
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

// fillFixture puts at least one row of every noun into a new database.
func fillFixture(t *testing.T, s *store.Store) {
	ctx, w, noon := t.Context(), s.Workspace(store.DefaultWorkspace), storetest.Noon()
	publish(t, w, aTemplate("spring"), 0)
	second := aTemplate("spring")
	second.Name = "Second"
	publish(t, w, second, 1)
	publish(t, w, aTemplate("gone"), 0)
	_, err := w.DeleteTemplates(ctx, []string{"gone"})
	fatal(t, err)
	_, err = w.SaveDraft(ctx, store.Draft{Slug: "spring", Base: 2, Body: []byte(`{"a":1}`)})
	fatal(t, err)
	brand := store.NeutralBrand()
	brand.ProductName = "Acme"
	_, err = w.SaveBrand(ctx, brand)
	fatal(t, err)
	for i := range 5 {
		fatal(t, w.RecordUsage(ctx, store.Usage{Source: "bot", Kind: "make", Outcome: "made", Template: "spring", Code: "VA", Member: int64(1 + i%2)}))
	}
	fatal(t, w.SaveCoupon(ctx, store.Coupon{Code: "VA", PercentMilli: 30_000}))
	fatal(t, w.RememberValid(ctx, "VA", noon))
	_, err = s.CreateSession(ctx, "192.0.2.1", "agent")
	fatal(t, err)
	fatal(t, w.Audit(ctx, "admin", "publish", "spring", map[string]int{"version": 2}))
	fillBots(ctx, t, w)
}

// fillBots adds what bots and signals remember.
func fillBots(ctx context.Context, t *testing.T, w *store.Workspace) {
	t.Helper()
	c, err := w.Connect(ctx, "promo", 4242)
	fatal(t, err)
	fatal(t, w.SeeMember(ctx, store.Member{Connection: c.ID, ID: 7, FirstName: "Ada"}, true))
	_, err = w.TakeUpdate(ctx, store.Update{Connection: c.ID, ID: 1, Seq: 1, Lane: 7, TakenAt: storetest.Noon(), Body: []byte(`{}`)})
	fatal(t, err)
	fatal(t, w.SaveFileID(ctx, c.ID, "key", "file"))
	_, err = w.AddPost(ctx, store.Post{Kind: "signal", Key: "signal-1", Body: `{}`})
	fatal(t, err)
}

// checkFixture reads back what fillFixture wrote.
func checkFixture(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
	list, err := w.Templates(ctx, store.TemplateFilter{})
	if err != nil || len(list) != 1 || list[0].Version != 2 || list[0].Name != "Second" || list[0].Variants[0].Box.WidthPct != 90 {
		t.Errorf("templates %+v, %v", list, err)
	}
	if versions, err := w.TemplateVersions(ctx, "spring"); err != nil || len(versions) != 2 {
		t.Errorf("versions %v, %v", versions, err)
	}
	if n, err := w.RestoreTemplates(ctx, []string{"gone"}); n != 1 || err != nil {
		t.Errorf("restored %d, %v", n, err)
	}
	if d, err := w.Draft(ctx, "spring"); err != nil || d.Rev != 1 {
		t.Errorf("draft %+v, %v", d, err)
	}
	if b, err := w.Brand(ctx); err != nil || b.ProductName != "Acme" {
		t.Errorf("brand %+v, %v", b, err)
	}
	if codes, err := w.UsageCodes(ctx, store.UsageFilter{}, 0); err != nil || len(codes) != 1 || codes[0].Count != 5 || codes[0].Members != 2 {
		t.Errorf("codes %+v, %v", codes, err)
	}
	if c, err := w.Coupon(ctx, "VA"); err != nil || c.PercentMilli != 30_000 {
		t.Errorf("coupon %+v, %v", c, err)
	}
	if at, err := w.LastValid(ctx, "VA"); err != nil || !at.Equal(storetest.Noon()) {
		t.Errorf("last valid %v, %v", at, err)
	}
	if list, err := s.Sessions(ctx); err != nil || len(list) != 1 || list[0].Expires.Sub(list[0].Created) != 24*time.Hour {
		t.Errorf("sessions %+v, %v", list, err)
	}
	if log, err := w.AuditLog(ctx, 5, 0); err != nil || len(log) != 1 || log[0].Action != "publish" {
		t.Errorf("audit %+v, %v", log, err)
	}
	if people, total, err := w.Members(ctx, store.MemberFilter{}); err != nil || total != 1 || people[0].FirstName != "Ada" {
		t.Errorf("members %+v, %v", people, err)
	}
	if posts, err := w.Posts(ctx, "", 5); err != nil || len(posts) != 1 {
		t.Errorf("posts %+v, %v", posts, err)
	}
}

// tables is the schema of a database file as SQLite keeps it.
func tables(t *testing.T, file string) map[string]string {
	t.Helper()
	found := map[string]string{}
	each(t, file, `SELECT type || ' ' || name, COALESCE(sql, '') FROM sqlite_schema`, func(rows *sql.Rows) error {
		var name, text string
		err := rows.Scan(&name, &text)
		found[name] = text
		return err
	})
	return found
}

// rowCounts counts the rows of every table of a database file.
func rowCounts(t *testing.T, file string) map[string]int {
	t.Helper()
	names, counts := []string{}, map[string]int{}
	each(t, file, `SELECT name FROM sqlite_schema WHERE type = 'table'`, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	})
	for _, name := range names {
		each(t, file, fmt.Sprintf(`SELECT COUNT(*) FROM %q`, name), func(rows *sql.Rows) error {
			var n int
			err := rows.Scan(&n)
			counts[name] = n
			return err
		})
	}
	return counts
}

func each(t *testing.T, file, query string, scan func(rows *sql.Rows) error) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	fatal(t, err)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), query)
	fatal(t, err)
	defer rows.Close()
	for rows.Next() {
		fatal(t, scan(rows))
	}
	fatal(t, rows.Err())
}
