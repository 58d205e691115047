package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"promostack/store"
)

// postgresEnv names the server on which tests may make databases of their own.
const postgresEnv = "PROMOSTACK_POSTGRES"

// Each runs the same test on SQLite and, where PROMOSTACK_POSTGRES names a server, on Postgres.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachAt(t, store.SystemClock(), test)
}

// EachAt is Each with a clock of the test's choice.
func EachAt(t *testing.T, clock store.Clock, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, OpenAt(t, clock)) })
	t.Run("postgres", func(t *testing.T) { test(t, OpenPostgresAt(t, clock)) })
}

// OpenPostgresAt gives a fresh store on Postgres, or skips the test.
func OpenPostgresAt(t testing.TB, clock store.Clock) *store.Store {
	t.Helper()
	url := newDatabase(t, base(t))
	return open(t, store.Options{Dir: t.TempDir(), DatabaseURL: url, Clock: clock})
}

// PostgresURL is the address of a fresh, empty database that goes away with the test; without a server the test
// is skipped.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return newDatabase(t, "template0")
}

// newDatabase copies a database of the server and drops the copy with the test.
func newDatabase(t testing.TB, template string) string {
	t.Helper()
	name := "promostack_test_" + store.NewSecret()[:20]
	command(t, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s`, name, template))
	t.Cleanup(func() { command(t, fmt.Sprintf(`DROP DATABASE %s WITH (FORCE)`, name)) })
	return addressOf(t, name)
}

// base is a database with the tables of this schema and nothing else. It stays on the server, since copying it is
// much quicker than migrating an empty one for every test; another schema has another name.
func base(t testing.TB) string {
	t.Helper()
	name := "promostack_base_" + store.Schema()
	if exists(t, name) {
		return name
	}
	making := "promostack_making_" + store.NewSecret()[:20]
	command(t, `CREATE DATABASE `+making+` TEMPLATE template0`)
	s, err := store.Open(context.Background(), store.Options{Dir: t.TempDir(), DatabaseURL: addressOf(t, making)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := tryCommand(t, fmt.Sprintf(`ALTER DATABASE %s RENAME TO %s`, making, name)); err != nil {
		command(t, `DROP DATABASE `+making+` WITH (FORCE)`) // another test process was quicker
		if !exists(t, name) {
			t.Fatal(err)
		}
	}
	return name
}

// addressOf is the address of a database on the test server.
func addressOf(t testing.TB, name string) string {
	t.Helper()
	address, err := url.Parse(server(t))
	if err != nil {
		t.Fatalf("%s is not a URL", postgresEnv)
	}
	address.Path = "/" + name
	return address.String()
}

// server is the address of the test server; without one the test is skipped.
func server(t testing.TB) string {
	t.Helper()
	address := os.Getenv(postgresEnv)
	if address == "" {
		Missing(t, "postgres", "set "+postgresEnv+" to the address of a server that tests may fill")
	}
	return address
}

func exists(t testing.TB, name string) bool {
	t.Helper()
	db := connect(t)
	defer db.Close()
	var found bool
	err := db.QueryRowContext(context.Background(), `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&found)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// command runs one statement on the server. The names in it are made here, never by a person.
func command(t testing.TB, statement string) {
	t.Helper()
	if err := tryCommand(t, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func tryCommand(t testing.TB, statement string) error {
	t.Helper()
	db := connect(t)
	defer db.Close()
	_, err := db.ExecContext(context.Background(), statement)
	return err
}

func connect(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", server(t))
	if err != nil {
		t.Fatal(err)
	}
	return db
}
