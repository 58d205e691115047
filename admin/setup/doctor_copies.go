package setup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"promostack/store"
)

const storageBudget = 20 * time.Second // put, read, delete, and asking as a stranger

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// objectStorage puts, reads and deletes a file in the bucket itself, past the local copies.
func (d Doctor) objectStorage(ctx context.Context) Check {
	c := Check{Part: "object storage", Status: Fail, Do: "Check the SPACES_ names."}
	if d.Config.Spaces.Bucket == "" {
		return Check{Part: c.Part, Status: Off, Why: "files are kept in DATA_DIR alone.", Do: "Set the SPACES_ names to keep a copy elsewhere."}
	}
	ctx, cancel := context.WithTimeout(ctx, storageBudget)
	defer cancel()
	scratch, err := os.MkdirTemp("", "promostack-doctor-*")
	if err != nil {
		c.Why, c.Do = "no temporary folder: "+plain(err)+".", "Free some space in TMPDIR."
		return c
	}
	defer func() { _ = os.RemoveAll(scratch) }() // a temporary folder; the system clears it otherwise
	elsewhere := d.Config
	elsewhere.DataDir = scratch
	spaces, err := elsewhere.openSpaces(quiet())
	if err != nil {
		c.Why = err.Error() + "."
		return c
	}
	defer func() { _ = spaces.Close() }() // nothing of it is kept
	if err := spaces.Check(ctx); err != nil {
		c.Why = err.Error() + "."
		return c
	}
	if rc, _, err := d.Config.Replication(); err == nil && rc.Bucket == d.Config.Spaces.Bucket {
		if err := spaces.CheckPrivate(ctx, rc.Path); err != nil {
			c.Why, c.Do = err.Error()+".", ""
			return c
		}
	}
	c.Status, c.Do, c.Why = OK, "", fmt.Sprintf("put, read and deleted a file in the bucket %s.", d.Config.Spaces.Bucket)
	if waiting := d.waiting(); waiting > 0 {
		c.Why += fmt.Sprintf(" %d files are not replicated yet.", waiting)
		c.Do = "They are sent by themselves while PromoStack runs."
	}
	return c
}

// waiting is how many files wait for the object storage.
func (d Doctor) waiting() int {
	marks, err := os.ReadDir(filepath.Join(d.Config.DataDir, "queue"))
	if err != nil {
		return 0
	}
	return len(marks)
}

// replica compares the newest change of the database here with the newest one in the replica.
func (d Doctor) replica(ctx context.Context) Check {
	c := Check{Part: "replica", Status: Fail}
	rc, why, err := d.Config.Replication()
	if err != nil {
		c.Why, c.Do = err.Error()+".", "Correct the file."
		return c
	}
	if rc.Bucket == "" {
		return Check{Part: c.Part, Status: Off, Why: "the database is not replicated: " + why + ".", Do: "Without it, keep copies by promostack backup."}
	}
	ctx, cancel := context.WithTimeout(ctx, storageBudget)
	defer cancel()
	newest, err := store.ReplicaNewest(ctx, rc)
	here, changed := d.lastChange()
	switch {
	case errors.Is(err, store.ErrNotFound) && !here:
		c.Status, c.Why = Off, "it holds nothing yet, and there is no database here."
		return c
	case errors.Is(err, store.ErrNotFound):
		c.Why, c.Do = "the database here is not in the replica at all.", "Start PromoStack; if it runs, look into its log."
		return c
	case err != nil:
		c.Why, c.Do = "it cannot be read: "+store.ReplicaCause(err)+".", "Check bucket, keys and endpoint of "+d.Config.Litestream+"."
		return c
	}
	lag := changed.Sub(newest).Round(time.Second)
	if here && lag > lateAfter {
		c.Why = fmt.Sprintf("it lags %s behind the database here.", lag)
		c.Do = "If PromoStack runs, look into its log; if it is stopped, its next start sends the rest."
		return c
	}
	c.Status, c.Why = OK, fmt.Sprintf("bucket %s, %s: newest change of %s.", rc.Bucket, rc.Path, newest.Format(time.RFC3339))
	return c
}

// lastChange is when the database here was last written.
func (d Doctor) lastChange() (here bool, at time.Time) {
	for _, end := range []string{"", "-wal"} {
		info, err := os.Stat(filepath.Join(d.Config.DataDir, "promostack.db"+end))
		if err != nil {
			continue
		}
		here = here || end == ""
		if info.ModTime().After(at) && info.Size() > 0 {
			at = info.ModTime()
		}
	}
	return here, at
}

// drill says what the last restore drill found.
func (d Doctor) drill(ctx context.Context, st *store.Store) Check {
	c := Check{Part: "restore drill", Status: Off, Why: "none was made yet; there is one every night."}
	if rc, _, err := d.Config.Replication(); err != nil || rc.Bucket == "" {
		c.Why = "there is no replica to try."
		return c
	}
	if st == nil {
		return c
	}
	last, err := st.LastDrill(ctx)
	if err != nil {
		return c
	}
	c.Status, c.Why = OK, last.Sentence+" ("+last.At.Format(time.RFC3339)+")"
	if !last.OK {
		c.Status, c.Do = Fail, "Make a copy now: promostack backup FILE. Then look at the replica's bucket."
	}
	return c
}
