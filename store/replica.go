package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/benbjohnson/litestream/s3"
	"github.com/minio/minio-go/v7"
	"github.com/superfly/ltx"
)

// Replica sends every change of the SQLite database to an object storage, by Litestream inside this process. One
// process at a time writes below a prefix: who does holds a lease object there, and each write asks whether it is still
// held.
type Replica struct {
	o      ReplicaOptions
	lease  *prefixLease
	db     *litestream.DB
	store  *litestream.Store
	began  time.Time
	caught atomic.Int64 // Unix ms when the replica last had everything that was known here; 0 = not yet
}

// ReplicaOptions are what a replica needs.
type ReplicaOptions struct {
	Dir    string // DATA_DIR
	Config ReplicaConfig
	Clock  Clock
	Log    *slog.Logger
	Fresh  bool // begin a new database although the replica cannot be asked
}

const (
	replicaSyncLast = 5 * time.Second  // what a stop waits for
	replicaLook     = time.Second      // how often the lag is looked at
	replicaLate     = 5 * time.Second  // when it lags
	replicaPush     = 30 * time.Second // what one push may take
)

// ReplicaState is how the replica does, for /readyz, metrics, doctor and the panel.
type ReplicaState struct {
	On       bool          `json:"on"`
	Bucket   string        `json:"bucket,omitempty"`
	Path     string        `json:"path,omitempty"`
	LastSync time.Time     `json:"last_sync"` // zero: not yet
	Lag      time.Duration `json:"lag_ms"`    // since the last success
	Holder   string        `json:"holder,omitempty"`
}

// OpenReplica waits until this process alone may write below the prefix, brings the newest database here when this
// folder does not hold it, and begins to replicate. wait is called once when another process holds the prefix, with a
// sentence. The database must not be open yet. Its errors are sentences: nothing was started that could harm the copy.
func OpenReplica(ctx context.Context, o ReplicaOptions, wait func(sentence string)) (*Replica, error) {
	if o.Clock == nil {
		o.Clock = SystemClock()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if err := dropCABundle(o.Log); err != nil {
		return nil, err
	}
	if err := makeDir(o.Dir); err != nil {
		return nil, err
	}
	r := &Replica{o: o, began: o.Clock.Now()}
	file := filepath.Join(o.Dir, sqliteFile)
	_, err := os.Stat(file)
	here := err == nil
	if r.lease, err = takePrefix(ctx, o, wait); err != nil {
		if (here || o.Fresh) && errors.Is(err, errNoPrefix) { // the storage is down, but the database is here: it goes on, and is sent later
			o.Log.Warn("replica cannot be asked; it catches up by itself", "err", err)
			r.lease = laterPrefix(o)
			return r, r.start(ctx, file)
		}
		return nil, r.refuse(err)
	}
	if here && r.lease.taken { // somebody else wrote since: what is here is old
		aside := fmt.Sprintf("%s.stale-%s", file, o.Clock.Now().Format("20060102T150405Z"))
		if err := setAside(file, aside); err != nil {
			return nil, errors.Join(err, r.lease.release(ctx))
		}
		o.Log.Warn("another process wrote to the replica since this folder's database; it was set aside", "as", aside)
		here = false
	}
	if here {
		if here, err = r.whole(ctx, file); err != nil {
			return nil, errors.Join(err, r.lease.release(context.WithoutCancel(ctx)))
		}
	}
	if !here {
		if err := r.fetch(ctx, file); err != nil {
			return nil, errors.Join(err, r.lease.release(context.WithoutCancel(ctx)))
		}
	}
	if err := r.start(ctx, file); err != nil {
		return nil, errors.Join(err, r.lease.release(context.WithoutCancel(ctx)))
	}
	return r, nil
}

// dropCABundle takes away a variable with which the S3 client inside Litestream does not start.
func dropCABundle(log *slog.Logger) error {
	ca, set := os.LookupEnv("AWS_CA_BUNDLE")
	if !set {
		return nil
	}
	if err := os.Unsetenv("AWS_CA_BUNDLE"); err != nil {
		return fmt.Errorf("clear AWS_CA_BUNDLE: %w", err)
	}
	log.Warn("AWS_CA_BUNDLE is not used: the replica trusts the certificate authorities of this machine; add yours with SSL_CERT_FILE", "was", ca)
	return nil
}

// refuse turns a replica that cannot be had into the sentence of an exit.
func (r *Replica) refuse(err error) error {
	if errors.Is(err, errNoPrefix) {
		return fmt.Errorf("the database is not here, and its replica cannot be asked: %w. Nothing was started, so that no empty database replaces the history. Start again when the storage answers, or with --fresh to begin anew", err)
	}
	return err
}

// setAside renames a database and what belongs to it.
func setAside(file, aside string) error {
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(file+end, aside+end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("set the old database aside: %w", err)
		}
	}
	if err := os.RemoveAll(metaPath(file)); err != nil {
		return fmt.Errorf("set the old database aside: %w", err)
	}
	return nil
}

func metaPath(file string) string {
	return filepath.Join(filepath.Dir(file), "."+filepath.Base(file)+"-litestream")
}

// whole reports whether the database here may be used. A damaged one is set aside when the replica has another; else the
// error is a sentence, and the file stays.
func (r *Replica) whole(ctx context.Context, file string) (bool, error) {
	damage := damageOf(ctx, file)
	if damage == nil {
		return true, nil
	}
	if _, err := ReplicaNewest(ctx, r.o.Config); err != nil {
		return false, fmt.Errorf("%w The replica has none to put in its place (%s)", explainFile(damage, file), ReplicaCause(err))
	}
	aside := fmt.Sprintf("%s.damaged-%s", file, r.o.Clock.Now().Format("20060102T150405Z"))
	if err := setAside(file, aside); err != nil {
		return false, err
	}
	r.o.Log.Error("the database was damaged; it was set aside, the replica's is taken", "as", aside, "err", damage)
	return false, nil
}

// fetch restores the database from the replica; a replica that never had one leaves nothing.
func (r *Replica) fetch(ctx context.Context, file string) error {
	begun := r.o.Clock.Now()
	if err := os.RemoveAll(metaPath(file)); err != nil { // positions of a database that is gone
		return fmt.Errorf("forget the old replica positions: %w", err)
	}
	switch err := RestoreReplica(ctx, r.o.Config, file, time.Time{}); {
	case errors.Is(err, ErrNotFound):
		r.o.Log.Info("the replica is empty: a new database begins")
		return nil
	case err != nil:
		return fmt.Errorf("the database is not here, and restoring it failed: %w. Nothing was started", err)
	}
	r.o.Log.Info("database restored from the replica", "took", r.o.Clock.Now().Sub(begun).Round(time.Millisecond))
	return nil
}

// RestoreReplica writes the database as it was at a moment (zero: the newest) to file, which must not be there.
// ErrNotFound when the replica holds nothing of that time.
func RestoreReplica(ctx context.Context, c ReplicaConfig, file string, at time.Time) error {
	replica, err := reachReplica(ctx, c)
	if err != nil {
		return err
	}
	o := litestream.NewRestoreOptions()
	o.OutputPath, o.IntegrityCheck, o.Timestamp = file+".restoring", litestream.IntegrityCheckQuick, at
	for _, end := range []string{"", "-wal", "-shm", ".tmp"} {
		_ = os.Remove(o.OutputPath + end) // of a restore that was cut off; if it stays, Restore says so
	}
	err = replica.Restore(ctx, o)
	if errors.Is(err, litestream.ErrTxNotAvailable) || errors.Is(err, litestream.ErrNoSnapshots) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("restore from the replica: %w", err)
	}
	if err := os.Chmod(o.OutputPath, 0o600); err != nil {
		return fmt.Errorf("restore from the replica: %w", err)
	}
	if err := os.Rename(o.OutputPath, file); err != nil {
		return fmt.Errorf("restore from the replica: %w", err)
	}
	return nil
}

// reachReplica is a replica to read from.
func reachReplica(ctx context.Context, c ReplicaConfig) (*litestream.Replica, error) {
	if err := dropCABundle(slog.Default()); err != nil {
		return nil, err
	}
	client := newReplicaClient(c)
	if err := client.Init(ctx); err != nil {
		return nil, fmt.Errorf("reach the replica: %w", err)
	}
	return litestream.NewReplicaWithClient(nil, client), nil
}

func newReplicaClient(c ReplicaConfig) *s3.ReplicaClient {
	client := s3.NewReplicaClient()
	client.Bucket, client.Path, client.Endpoint, client.Region = c.Bucket, c.Path, c.Endpoint, c.Region
	client.AccessKeyID, client.SecretAccessKey = c.AccessKey, c.SecretKey
	client.ForcePathStyle = c.PathStyle || strings.HasPrefix(c.Endpoint, "http://")
	return client
}

// start begins to replicate.
func (r *Replica) start(ctx context.Context, file string) error {
	c := r.o.Config
	r.db = litestream.NewDB(file)
	quiet := slog.New(calmed{r.o.Log.Handler()})
	client := newReplicaClient(c)
	replica := litestream.NewReplicaWithClient(r.db, &fencedClient{ReplicaClient: client, lease: r.lease})
	replica.SyncInterval = c.SyncEvery
	r.db.Replica, r.db.ShutdownSyncTimeout = replica, replicaSyncLast
	r.store = litestream.NewStore([]*litestream.DB{r.db}, litestream.DefaultCompactionLevels)
	r.store.SnapshotInterval, r.store.SnapshotRetention = c.SnapshotEvery, c.Keep
	r.store.ShutdownSyncTimeout = replicaSyncLast
	r.db.SetLogger(quiet)
	r.store.Logger = quiet
	if err := r.store.Open(ctx); err != nil {
		return fmt.Errorf("begin to replicate: %w", err)
	}
	return nil
}

// calmed turns Litestream's information into debugging: it says a lot at each start.
type calmed struct{ slog.Handler }

// Enabled lets warnings through, and the rest when debugging.
func (c calmed) Enabled(ctx context.Context, l slog.Level) bool {
	return c.Handler.Enabled(ctx, l) && (l >= slog.LevelWarn || c.Handler.Enabled(ctx, slog.LevelDebug))
}

// fencedClient asks before each write whether this process still holds the prefix.
type fencedClient struct {
	litestream.ReplicaClient
	lease *prefixLease
}

// WriteLTXFile writes a piece of the history, unless somebody else may be writing it.
func (f *fencedClient) WriteLTXFile(ctx context.Context, level int, minTXID, maxTXID ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	if !f.lease.held() {
		return nil, errPrefixUnsure
	}
	return f.ReplicaClient.WriteLTXFile(ctx, level, minTXID, maxTXID, r)
}

// DeleteLTXFiles removes old pieces, under the same condition.
func (f *fencedClient) DeleteLTXFiles(ctx context.Context, a []*ltx.FileInfo) error {
	if !f.lease.held() {
		return errPrefixUnsure
	}
	return f.ReplicaClient.DeleteLTXFiles(ctx, a)
}

// Run keeps the lease and pushes a replica that lags, until ctx ends. It returns an error, and the process must stop,
// when another process took the prefix.
func (r *Replica) Run(ctx context.Context) error {
	renewed := make(chan error, 1)
	renewing, stop := context.WithCancel(ctx)
	go func() { renewed <- r.lease.run(renewing) }()
	defer func() {
		stop()
		<-renewed
	}()
	for {
		timer := r.o.Clock.Timer(replicaLook)
		select {
		case err := <-renewed:
			timer.Stop()
			renewed <- nil
			if ctx.Err() != nil {
				return nil
			}
			return err
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C():
			r.kick(ctx)
		}
	}
}

// kick pushes a replica that lags: Litestream's own retries come minutes apart after a long outage.
func (r *Replica) kick(ctx context.Context) {
	if r.look() < replicaLate || !r.lease.held() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, replicaPush)
	defer cancel()
	if err := r.db.SyncAndWait(ctx); err != nil {
		r.o.Log.Debug("replica not pushed", "err", err)
	}
	r.look()
}

// look compares the positions of database and replica, and tells the lag. Litestream's own time of the last success
// also counts a success that left much to do.
func (r *Replica) look() time.Duration {
	now := r.o.Clock.Now()
	if here, err := r.db.Pos(); err == nil && !here.IsZero() && here.TXID <= r.db.Replica.Pos().TXID {
		r.caught.Store(ms(now))
		return 0
	}
	if last := r.caught.Load(); last != 0 {
		return max(0, now.Sub(at(last)))
	}
	return max(0, now.Sub(r.began))
}

// State is how the replica does.
func (r *Replica) State() ReplicaState {
	lag := r.look()
	return ReplicaState{On: true, Bucket: r.o.Config.Bucket, Path: r.o.Config.Path, LastSync: at(r.caught.Load()), Lag: lag, Holder: r.lease.me.Process}
}

// Close sends what is left, five seconds at most, and gives the prefix back. The database must be closed already.
func (r *Replica) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), replicaSyncLast+2*time.Second)
	defer cancel()
	r.lease.refresh(ctx)
	// Litestream may not have looked at a database yet that lived for a second only: closing alone would send nothing.
	err := errors.Join(r.db.SyncAndWait(ctx), r.store.Close(ctx))
	if err != nil {
		err = fmt.Errorf("the last changes are not in the replica; they are in the database here: %w", err)
	}
	return errors.Join(err, r.lease.release(ctx))
}

// ReplicaCause says in a sentence why a replica cannot be read; it never holds a key.
func ReplicaCause(err error) string {
	var answer interface {
		error
		ErrorCode() string
	}
	if !errors.As(err, &answer) {
		return SpacesCause(err)
	}
	return SpacesCause(minio.ErrorResponse{Code: answer.ErrorCode(), StatusCode: 400})
}
