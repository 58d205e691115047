package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func replicaOf(server *storetest.S3) store.ReplicaConfig {
	return store.ReplicaConfig{
		Bucket: server.Bucket, Path: "db", Endpoint: "http://" + server.Proxy.Address, Region: "us-east-1", AccessKey: storetest.S3Access,
		SecretKey: storetest.S3Secret, SyncEvery: 200 * time.Millisecond, SnapshotEvery: time.Hour, Keep: 24 * time.Hour,
	}
}

// house is a store with its replica, as serve opens and closes them.
type house struct {
	*store.Store
	replica *store.Replica
	stop    context.CancelFunc
	done    chan error
}

func openHouse(t *testing.T, dir string, c store.ReplicaConfig) (*house, error) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	replica, err := store.OpenReplica(t.Context(), store.ReplicaOptions{Dir: dir, Config: c, Log: log}, nil)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Log: log})
	if err != nil {
		return nil, errors.Join(err, replica.Close())
	}
	ctx, stop := context.WithCancel(t.Context())
	h := &house{Store: s, replica: replica, stop: stop, done: make(chan error, 1)}
	go func() { h.done <- replica.Run(ctx) }()
	return h, nil
}

func (h *house) close() error {
	h.stop()
	err := <-h.done
	return errors.Join(err, h.Store.Close(), h.replica.Close())
}

func mustHouse(t *testing.T, dir string, c store.ReplicaConfig) *house {
	t.Helper()
	h, err := openHouse(t, dir, c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestNothingIsLostAfterAStop stops, throws the disk away, and finds everything again: data, secrets, sessions.
func TestNothingIsLostAfterAStop(t *testing.T) {
	server := storetest.StartS3(t)
	c := replicaOf(server)
	for round := range 3 {
		h := mustHouse(t, t.TempDir(), c)
		for i := range round {
			if got, err := h.Setting(t.Context(), fmt.Sprintf("round-%d", i)); err != nil || got != "here" {
				t.Fatalf("round %d: setting of round %d is %q, %v", round, i, got, err)
			}
		}
		if err := h.SetSetting(t.Context(), fmt.Sprintf("round-%d", round), "here"); err != nil {
			t.Fatal(err)
		}
		if err := h.close(); err != nil {
			t.Fatal(err)
		}
	}
	if h := mustHouse(t, t.TempDir(), c); h.close() != nil {
		t.Fatal("the last house did not close")
	}
}

// TestStorageDownAtTheStart: with the database here the product starts, without it it does not begin an empty one.
func TestStorageDownAtTheStart(t *testing.T) {
	server := storetest.StartS3(t)
	c, dir := replicaOf(server), t.TempDir()
	h := mustHouse(t, dir, c)
	if err := errors.Join(h.SetSetting(t.Context(), "k", "v"), h.close()); err != nil {
		t.Fatal(err)
	}
	server.Proxy.Set(storetest.Down)
	if _, err := openHouse(t, t.TempDir(), c); err == nil || !strings.Contains(err.Error(), "Nothing was started") {
		t.Fatalf("an empty folder: %v", err)
	}
	h = mustHouse(t, dir, c)
	if err := h.SetSetting(t.Context(), "k", "during"); err != nil {
		t.Fatal(err)
	}
	server.Proxy.Set(storetest.Fine)
	awaitSync(t, h)
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	h = mustHouse(t, t.TempDir(), c)
	if got, err := h.Setting(t.Context(), "k"); err != nil || got != "during" {
		t.Errorf("%q, %v", got, err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
}

func awaitSync(t *testing.T, h *house) {
	t.Helper()
	deadline := time.After(60 * time.Second)
	for h.replica.State().LastSync.IsZero() {
		select {
		case <-deadline:
			t.Fatal("the replica never caught up")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// TestOldFolderDoesNotComeBack: a folder whose database is older than the replica is set aside, never mixed in.
func TestOldFolderDoesNotComeBack(t *testing.T) {
	server := storetest.StartS3(t)
	c, old := replicaOf(server), t.TempDir()
	h := mustHouse(t, old, c)
	if err := errors.Join(h.SetSetting(t.Context(), "k", "first"), h.close()); err != nil {
		t.Fatal(err)
	}
	h = mustHouse(t, t.TempDir(), c)
	if err := errors.Join(h.SetSetting(t.Context(), "k", "second"), h.close()); err != nil {
		t.Fatal(err)
	}
	h = mustHouse(t, old, c)
	if got, err := h.Setting(t.Context(), "k"); err != nil || got != "second" {
		t.Errorf("%q, %v", got, err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	if aside, _ := filepath.Glob(filepath.Join(old, "*.stale-*")); len(aside) == 0 {
		t.Error("the old database was not kept aside")
	}
}

// TestSecondWriterWaitsAndTheFirstStopsWhenItLost: one writer a prefix.
func TestSecondWriterWaitsForTheFirst(t *testing.T) {
	server := storetest.StartS3(t)
	c := replicaOf(server)
	first := mustHouse(t, t.TempDir(), c)
	if err := first.SetSetting(t.Context(), "k", "by the first"); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan string, 1)
	type result struct {
		r   *store.Replica
		err error
	}
	got := make(chan result, 1)
	dir := t.TempDir()
	go func() {
		r, err := store.OpenReplica(t.Context(), store.ReplicaOptions{Dir: dir, Config: c, Log: slog.New(slog.DiscardHandler)}, func(s string) { waiting <- s })
		got <- result{r, err}
	}()
	if s := <-waiting; !strings.Contains(s, "Waiting") {
		t.Errorf("%q", s)
	}
	select {
	case r := <-got:
		t.Fatalf("the second did not wait: %v", r.err)
	default:
	}
	if err := errors.Join(first.SetSetting(t.Context(), "k", "last word"), first.close()); err != nil {
		t.Fatal(err)
	}
	r := <-got
	if r.err != nil {
		t.Fatal(r.err)
	}
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := s.Setting(t.Context(), "k"); err != nil || v != "last word" {
		t.Errorf("%q, %v", v, err)
	}
	if err := errors.Join(s.Close(), r.r.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestStorageWithoutConditionalWrites: Backblaze B2 answers 501 to them; the replica works all the same.
func TestStorageWithoutConditionalWrites(t *testing.T) {
	server := storetest.StartS3(t)
	server.Proxy.Set(storetest.Unconditional)
	c := replicaOf(server)
	h := mustHouse(t, t.TempDir(), c)
	if err := errors.Join(h.SetSetting(t.Context(), "k", "v"), h.close()); err != nil {
		t.Fatal(err)
	}
	h = mustHouse(t, t.TempDir(), c)
	if got, err := h.Setting(t.Context(), "k"); err != nil || got != "v" {
		t.Errorf("%q, %v", got, err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreToAMoment(t *testing.T) {
	server := storetest.StartS3(t)
	c := replicaOf(server)
	h := mustHouse(t, t.TempDir(), c)
	if err := h.SetSetting(t.Context(), "k", "early"); err != nil {
		t.Fatal(err)
	}
	awaitSync(t, h)
	settle := time.NewTimer(1200 * time.Millisecond) // the replica's own clock ticks in files a second apart
	<-settle.C
	moment := time.Now()
	settle.Reset(1200 * time.Millisecond)
	<-settle.C
	if err := errors.Join(h.SetSetting(t.Context(), "k", "late"), h.close()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := store.RestoreReplica(t.Context(), c, filepath.Join(dir, "promostack.db"), moment); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := s.Setting(t.Context(), "k"); err != nil || got != "early" {
		t.Errorf("%q, %v", got, err)
	}
	empty := c
	empty.Path = "nothing-here"
	if err := store.RestoreReplica(t.Context(), empty, filepath.Join(dir, "x.db"), time.Time{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an empty prefix: %v", err)
	}
}

func TestReplicaConfigIsLitestreams(t *testing.T) {
	env := map[string]string{"SPACES_BUCKET": "b", "SPACES_ACCESS_KEY": "ak", "SPACES_SECRET_KEY": `s$e: "c" #ret`, "SPACES_REGION": "lon1", "SPACES_ENDPOINT": "https://lon1.example.com"}
	c, err := store.ReadReplicaConfig("../litestream.yml", func(n string) string { return env[n] })
	if err != nil {
		t.Fatal(err)
	}
	want := store.ReplicaConfig{
		Bucket: "b", Path: "db", Endpoint: "https://lon1.example.com", Region: "lon1", AccessKey: "ak", SecretKey: `s$e: "c" #ret`,
		SyncEvery: time.Second, SnapshotEvery: 24 * time.Hour, Keep: 168 * time.Hour,
	}
	if c != want {
		t.Errorf("got %+v", c)
	}
	if c, err := store.ReadReplicaConfig("../litestream.yml", func(string) string { return "" }); err != nil || c.Bucket != "" {
		t.Errorf("nothing set: %+v, %v", c, err)
	}
	for name, file := range map[string]string{
		"retention-check-interval": "dbs:\n - path: promostack.db\n   replica: {type: s3, bucket: b, path: p, access-key-id: a, secret-access-key: s, retention-check-interval: 1h}\n",
		"type \"gs\"":              "dbs:\n - path: promostack.db\n   replica: {type: gs, bucket: b, path: p, access-key-id: a, secret-access-key: s}\n",
		"names 0":                  "dbs: []\n",
		"end in promostack.db":     "dbs:\n - path: other.db\n   replica: {bucket: b}\n",
		"no secret-access-key":     "dbs:\n - path: promostack.db\n   replica: {bucket: b, path: p, access-key-id: a}\n",
		"no duration":              "dbs:\n - path: promostack.db\n   replica: {bucket: b, path: p, access-key-id: a, secret-access-key: s, sync-interval: often}\n",
		"needs a path":             "dbs:\n - path: promostack.db\n   replica: {bucket: b, access-key-id: a, secret-access-key: s}\n",
		"must have one replica":    "dbs:\n - path: promostack.db\n",
		"does not follow":          "dbs: [\n",
	} {
		path := filepath.Join(t.TempDir(), "litestream.yml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.ReadReplicaConfig(path, os.Getenv); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
}

// TestReplicaCopesWithAForeignCABundle: the variable breaks the S3 client inside Litestream.
func TestReplicaCopesWithAForeignCABundle(t *testing.T) {
	t.Setenv("AWS_CA_BUNDLE", filepath.Join(t.TempDir(), "missing.pem"))
	server := storetest.StartS3(t)
	if err := mustHouse(t, t.TempDir(), replicaOf(server)).close(); err != nil {
		t.Fatal(err)
	}
}
