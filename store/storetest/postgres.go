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
	return open(t, store.Options{Dir: t.TempDir(), DatabaseURL: PostgresURL(t), Clock: clock})
}

// PostgresURL is the address of a fresh, empty database that goes away with the test; without a server the test
// is skipped.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(postgresEnv)
	if server == "" {
		Missing(t, "postgres", "set "+postgresEnv+" to the address of a server that tests may fill")
	}
	address, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is not a URL", postgresEnv)
	}
	name := "promostack_test_" + store.NewSecret()[:20]
	command(t, server, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE template0`, name))
	t.Cleanup(func() { command(t, server, fmt.Sprintf(`DROP DATABASE %s WITH (FORCE)`, name)) })
	address.Path = "/" + name
	return address.String()
}

// command runs one statement on the server. The name in it is made here, never by a person.
func command(t testing.TB, server, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
