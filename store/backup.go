package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Backup writes a consistent copy of the SQLite database in dir to file, which must not be there, while others may be
// writing. The copy is whole or not there at all.
func Backup(ctx context.Context, dir, file string) error {
	from := filepath.Join(dir, sqliteFile)
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("there is no database in %s: %w", dir, reason(err))
	}
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s is there already; choose another name", file)
	}
	part := file + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove an unfinished copy: %w", reason(err))
	}
	db, err := sql.Open("sqlite", sqliteEngine(dir).dsn("mode=rw"))
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, part); err != nil {
		return errors.Join(fmt.Errorf("copy the database: %w", classify(err)), removeIfThere(part))
	}
	if err := CheckFile(ctx, part); err != nil {
		return errors.Join(err, removeIfThere(part))
	}
	if err := errors.Join(os.Chmod(part, 0o600), syncFile(part)); err != nil {
		return errors.Join(fmt.Errorf("copy the database: %w", err), removeIfThere(part))
	}
	if err := os.Rename(part, file); err != nil {
		return fmt.Errorf("name the copy: %w", reason(err))
	}
	return nil
}

func removeIfThere(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func syncFile(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// CheckFile reads every page of a database file that nobody has open, and reports damage.
func CheckFile(ctx context.Context, file string) error {
	db, err := openFile(file)
	if err != nil {
		return err
	}
	defer db.Close()
	verdict, err := one(ctx, db, scanText, `PRAGMA integrity_check(1)`)
	if err != nil {
		return explainFile(err, file)
	}
	if verdict != "ok" {
		return fmt.Errorf("%s is damaged: %s", file, verdict)
	}
	return nil
}

// Counts are the rows of each table of a database file, the replica's own tables apart.
func Counts(ctx context.Context, file string) (map[string]int64, error) {
	db, err := openFile(file)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tables, err := all(ctx, db, scanText, `
		SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE '\_litestream%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, explainFile(err, file)
	}
	counts := map[string]int64{}
	for _, table := range tables {
		quoted := `"` + strings.ReplaceAll(table, `"`, `""`) + `"`
		if counts[table], err = one(ctx, db, scanInt, `SELECT COUNT(*) FROM `+quoted); err != nil {
			return nil, explainFile(err, file)
		}
	}
	return counts, nil
}

func openFile(file string) (*sql.DB, error) {
	name, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	// Nothing is set here that would be written into the file: a copy is not in WAL mode.
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(name), RawQuery: "mode=ro&_pragma=busy_timeout(5000)"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	return db, nil
}

// ReplaceDatabase puts file in the place of the database in dir, whose lock the caller holds; the old one is kept under
// the name that is returned ("" when there was none).
func ReplaceDatabase(dir, file, stamp string) (string, error) {
	to := filepath.Join(dir, sqliteFile)
	aside := ""
	for _, end := range []string{"-wal", "-shm"} { // of a look at it, which writes nothing
		if err := removeIfThere(file + end); err != nil {
			return "", fmt.Errorf("clear up behind the look at the copy: %w", reason(err))
		}
	}
	if _, err := os.Stat(to); err == nil {
		aside = to + ".before-restore-" + stamp
		if err := setAside(to, aside); err != nil {
			return "", err
		}
	}
	if err := os.Rename(file, to); err != nil {
		return aside, fmt.Errorf("put the database in its place: %w", reason(err))
	}
	return aside, nil
}
