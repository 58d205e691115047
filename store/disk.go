package store

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"modernc.org/sqlite"
)

// errDisk is the answer to every write after the disk failed.
var errDisk = errors.New("the disk of the database failed; nothing is written any more")

// disk notices that the system could not bring a commit to the disk. From then on nothing may be acknowledged: the
// system drops what it could not write and tells so once only, so that the next sync would succeed without it
// (https://wiki.postgresql.org/wiki/Fsync_Errors). Only a new start reads what is really there.
type disk struct {
	once   sync.Once
	failed chan struct{}
	err    error // stands when failed is closed
}

func newDisk() *disk { return &disk{failed: make(chan struct{})} }

// note looks at the error of a write.
func (d *disk) note(err error) {
	if !syncFailed(err) {
		return
	}
	d.once.Do(func() {
		d.err = err
		close(d.failed)
	})
}

// writable is errDisk once the disk failed.
func (d *disk) writable() error {
	select {
	case <-d.failed:
		return errDisk
	default:
		return nil
	}
}

// Watch waits until ctx ends, which is no error, or until the disk of the database fails: then it answers a sentence
// and the process must end. Reads go on until then, writes are refused.
func (s *Store) Watch(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-s.disk.failed:
		return fmt.Errorf("the disk of the database failed, so nothing more was written: %w. Check the disk, then start again", s.disk.err)
	}
}

// syncFailed tells SQLite's errors of fsync, on the file or its folder: https://www.sqlite.org/rescode.html. Postgres
// looks after its own disk and ends itself.
func syncFailed(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == 1034 || lite.Code() == 1290)
}
