package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"modernc.org/sqlite"
)

// applicationID marks a SQLite file as ours: "PrSt" in its header.
const applicationID = 0x50725374

// checkedBytes is the size up to which a database is checked page by page at every start; the check of a larger
// one would keep people waiting, so doctor does it.
const checkedBytes = 32 << 20

// prepareFile refuses, with a sentence, a database file that is damaged or not ours, and marks a new one.
func prepareFile(ctx context.Context, db *sql.DB, file string) error {
	if err := checkWritable(filepath.Dir(file)); err != nil {
		return err
	}
	size, err := privateFile(file)
	if err != nil {
		return err
	}
	if err := ownFile(ctx, db, file); err != nil {
		return explainFile(err, file)
	}
	if size == 0 || size > checkedBytes {
		return nil
	}
	return explainFile(quickCheck(ctx, db), file)
}

// ownFile reads the mark of the file, and sets it in an empty one.
func ownFile(ctx context.Context, db *sql.DB, file string) error {
	id, err := one(ctx, db, scanInt, `PRAGMA application_id`)
	if err != nil {
		return err
	}
	if id == applicationID {
		return nil
	}
	tables, err := one(ctx, db, scanInt, `SELECT COUNT(*) FROM sqlite_schema WHERE name NOT LIKE '\_litestream%' ESCAPE '\'`)
	if err != nil {
		return err
	}
	if id != 0 || tables > 0 {
		return Invalid{"DATA_DIR", fmt.Sprintf("%s is the database of another program. Set DATA_DIR to another folder.", file)}
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID))
	return err
}

// privateFile makes the database file when it is missing, for this user alone, and tells its size. SQLite gives the
// files beside it the same rights. A file that is there must not be opened here: closing it again would take the
// locks of every other connection of this process with it, the replica's too.
func privateFile(file string) (int64, error) {
	info, err := os.Stat(file)
	if err == nil {
		return info.Size(), nil
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, fmt.Errorf("cannot make %s: %w. Check that this user may write to the data folder", file, reason(err))
	}
	return 0, f.Close()
}

// quickCheck reads every page of the database and reports damage.
func quickCheck(ctx context.Context, q queries) error {
	verdict, err := one(ctx, q, scanText, `PRAGMA quick_check(1)`)
	if err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, verdict)
	}
	return nil
}

// damageOf is what is wrong with the pages of a database file that nobody has open, as far as its size lets them all be
// read at a start; nil for none. What cannot be opened for another reason is not damage.
func damageOf(ctx context.Context, file string) error {
	info, err := os.Stat(file)
	if err != nil || info.Size() == 0 || info.Size() > checkedBytes {
		return nil
	}
	db, err := openFile(file)
	if err != nil {
		return nil
	}
	defer db.Close()
	err = quickCheck(ctx, db)
	var lite *sqlite.Error
	if errors.Is(err, errDamaged) || errors.As(err, &lite) && (lite.Code()&0xff == 11 || lite.Code()&0xff == 26) {
		return err
	}
	return nil
}

// errDamaged says that pages of the database do not fit together.
var errDamaged = errors.New("the database is damaged")

// explainFile turns what SQLite says about a file into a sentence that says what to do.
func explainFile(err error, file string) error {
	var lite *sqlite.Error
	code := 0
	if errors.As(err, &lite) {
		code = lite.Code() & 0xff
	}
	switch {
	case err == nil:
		return nil
	case code == 26: // not a database
		return fmt.Errorf("%s is not a SQLite database. Move the file away to begin anew, or restore a copy with: promostack restore --replace", file)
	case code == 11 || errors.Is(err, errDamaged): // corrupt
		return fmt.Errorf("%s is damaged (%w). Keep the file, and restore a copy with: promostack restore --replace", file, cause(err))
	case code == 14 || code == 8: // cannot open, read-only
		return fmt.Errorf("cannot open %s for writing. Check that this user may write to the file and its folder", file)
	}
	return fmt.Errorf("open %s: %w", file, err)
}

// checkWritable says in a sentence when files cannot be made in the data folder.
func checkWritable(dir string) error {
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return fmt.Errorf("cannot write to the data folder %s: %w. Set DATA_DIR to a folder that this user may write to", dir, reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// keptCopies is how many copies from before an upgrade stay.
const keptCopies = 3

// keepCopy writes a copy of a SQLite database beside it before an upgrade touches it, and drops the oldest ones.
// Postgres has its own backups.
func (e engine) keepCopy(ctx context.Context, db *sql.DB, version int64) error {
	if e.postgres {
		return nil
	}
	dir := filepath.Join(filepath.Dir(e.file), "upgrades")
	if err := makeDir(dir); err != nil {
		return err
	}
	name := filepath.Join(dir, fmt.Sprintf("before-step-%04d-%s.db", version, SystemClock().Now().Format("20060102T150405.000")))
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, name); err != nil {
		return fmt.Errorf("copy the database to %s before the upgrade: %w. Make room on the disk and start again", name, cause(err))
	}
	if err := os.Chmod(name, 0o600); err != nil {
		return fmt.Errorf("protect the copy of the database: %w", err)
	}
	copies, err := filepath.Glob(filepath.Join(dir, "before-step-*.db"))
	if err != nil {
		return fmt.Errorf("list the copies of the database: %w", err)
	}
	slices.SortFunc(copies, func(a, b string) int { return strings.Compare(copyDate(a), copyDate(b)) })
	for len(copies) > keptCopies {
		if err := os.Remove(copies[0]); err != nil {
			return fmt.Errorf("remove an old copy of the database: %w", err)
		}
		copies = copies[1:]
	}
	return nil
}

// copyDate is the part of a copy's name that says when it was made.
func copyDate(name string) string { return name[max(0, len(name)-len("20060102T150405.000.db")):] }
