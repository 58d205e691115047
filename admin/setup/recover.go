package setup

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"promostack/store"
)

// Backup is `promostack backup FILE`.
func Backup(ctx context.Context, c Config, args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("say where to: promostack backup copy.db")
	}
	if c.Database.URL != "" {
		return errors.New("the database is Postgres: back it up with pg_dump")
	}
	if err := store.Backup(ctx, c.DataDir, args[0]); err != nil {
		return err
	}
	info, err := os.Stat(args[0])
	if err != nil {
		return fmt.Errorf("look at the copy: %w", err)
	}
	fmt.Fprintf(stdout, "%s: %.1f MB, checked. To go back to it: stop PromoStack and put it in the place of %s.\n",
		args[0], float64(info.Size())/1e6, filepath.Join(c.DataDir, "promostack.db"))
	return nil
}

// Restore is `promostack restore [--at TIME] [--to FILE] [--replace]`.
func Restore(ctx context.Context, c Config, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("restore", flag.ContinueOnError)
	flags.SetOutput(stderr)
	at := flags.String("at", "", "the moment to go back to, RFC 3339; empty: the newest")
	to := flags.String("to", "restored.db", "`FILE` to write")
	replace := flags.Bool("replace", false, "put it in the place of the database; PromoStack must be stopped")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var moment time.Time
	if *at != "" {
		var err error
		if moment, err = time.Parse(time.RFC3339, *at); err != nil {
			return fmt.Errorf("--at %q is no time; an example is 2026-11-23T16:20:00Z", *at)
		}
	}
	rc, why, err := c.Replication()
	if err != nil {
		return err
	}
	if rc.Bucket == "" {
		return errors.New("there is no replica to restore from: " + why)
	}
	if !*replace {
		return restoreTo(ctx, c, rc, *to, moment, stdout)
	}
	lock, err := store.LockDir(c.DataDir)
	if err != nil {
		return err
	}
	file := filepath.Join(c.DataDir, "restore.db")
	err = errors.Join(removeOld(file), restoreTo(ctx, c, rc, file, moment, stdout))
	if err == nil {
		err = putInPlace(c, file, stdout)
	}
	return errors.Join(err, lock.Release())
}

func removeOld(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove an earlier attempt: %w", err)
	}
	return nil
}

// restoreTo writes the replica's database to a file and shows what is in it beside what is here.
func restoreTo(ctx context.Context, c Config, rc store.ReplicaConfig, file string, at time.Time, stdout io.Writer) error {
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s is there already; choose another name with --to", file)
	}
	switch err := store.RestoreReplica(ctx, rc, file, at); {
	case errors.Is(err, store.ErrNotFound):
		return errors.New("the replica holds nothing of that time")
	case err != nil:
		return err
	}
	then, err := store.Counts(ctx, file)
	if err != nil {
		return err
	}
	now, err := store.Counts(ctx, filepath.Join(c.DataDir, "promostack.db"))
	if err != nil {
		now = map[string]int64{} // no database here, which is why it is restored
	}
	fmt.Fprintf(stdout, "Restored to %s. Rows there and in the database here:\n", file)
	compare(stdout, then, now)
	return nil
}

// compare lists the tables whose counts differ.
func compare(stdout io.Writer, then, now map[string]int64) {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "table\trestored\there\tdifference\t\n")
	names := []string{}
	for t := range then {
		names = append(names, t)
	}
	for t := range now {
		if _, both := then[t]; !both {
			names = append(names, t)
		}
	}
	slices.Sort(names)
	same := 0
	for _, t := range names {
		if then[t] == now[t] {
			same++
			continue
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%+d\t\n", t, then[t], now[t], then[t]-now[t])
	}
	_ = w.Flush() // the terminal is gone: nobody to tell
	fmt.Fprintf(stdout, "%d tables have as many rows in both.\n", same)
}

func putInPlace(c Config, file string, stdout io.Writer) error {
	aside, err := store.ReplaceDatabase(c.DataDir, file, store.SystemClock().Now().Format("20060102T150405Z"))
	if err != nil {
		return err
	}
	if aside != "" {
		fmt.Fprintf(stdout, "The database that was here is kept as %s.\n", aside)
	}
	fmt.Fprintln(stdout, "Done. Start PromoStack again.")
	return nil
}
