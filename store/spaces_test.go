package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func openSpaces(t testing.TB, o store.SpacesOptions) *store.Spaces {
	t.Helper()
	s, err := store.OpenSpaces(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestSpacesDoWhatEveryPlaceForFilesDoes(t *testing.T) {
	server := storetest.StartS3(t)
	storetest.TestBlobs(t, func() store.Blobs {
		for _, e := range entries(t, server.Folder()) { // an empty bucket each time
			if err := os.RemoveAll(filepath.Join(server.Folder(), e)); err != nil {
				t.Fatal(err)
			}
		}
		return openSpaces(t, server.Options(t.TempDir()))
	})
}

func entries(t testing.TB, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func content(t testing.TB, b store.Blobs, key string) string {
	t.Helper()
	file, _, err := b.Open(t.Context(), key)
	if err != nil {
		t.Fatalf("open %s: %v", key, err)
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestEmptyDiskFillsItselfAgain(t *testing.T) {
	server := storetest.StartS3(t)
	first := openSpaces(t, server.Options(t.TempDir()))
	if err := first.Put(t.Context(), "art/a.png", []byte("picture")); err != nil {
		t.Fatal(err)
	}
	second := openSpaces(t, server.Options(t.TempDir()))
	if got := content(t, second, "art/a.png"); got != "picture" {
		t.Fatalf("%q", got)
	}
	server.Proxy.Set(storetest.Down)
	if got := content(t, second, "art/a.png"); got != "picture" {
		t.Fatalf("without the storage: %q", got)
	}
	if _, _, err := second.Open(t.Context(), "art/never-seen.png"); !errors.Is(err, store.ErrBusy) || errors.Is(err, store.ErrNotFound) {
		t.Fatalf("a file that cannot be looked for: %v", err)
	}
}

// TestOutageLosesNothing writes, replaces and deletes while the storage is down in each way, kills the process (a new
// one opens the same folder), and finds everything in the storage once it is back.
func TestOutageLosesNothing(t *testing.T) {
	for name, trouble := range map[string]storetest.Trouble{"down": storetest.Down, "torn": storetest.Torn} {
		t.Run(name, func(t *testing.T) {
			server := storetest.StartS3(t)
			dir := t.TempDir()
			s := openSpaces(t, server.Options(dir))
			for _, key := range []string{"art/old.png", "art/gone.png"} {
				if err := s.Put(t.Context(), key, []byte("before")); err != nil {
					t.Fatal(err)
				}
			}
			server.Proxy.Set(trouble)
			for i := range 20 {
				if err := s.Put(t.Context(), fmt.Sprintf("art/%02d.png", i), []byte("during")); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(s.Put(t.Context(), "art/old.png", []byte("after")), s.Delete(t.Context(), "art/gone.png")); err != nil {
				t.Fatal(err)
			}
			if state := s.State(); state.Up || state.Waiting != 22 || !s.Waiting("art/old.png") {
				t.Fatalf("state %+v", state)
			}
			server.Proxy.Set(storetest.Fine)
			again := openSpaces(t, server.Options(dir))
			if err := again.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if state := again.State(); !state.Up || state.Waiting != 0 {
				t.Fatalf("state %+v", state)
			}
			fresh := openSpaces(t, server.Options(t.TempDir()))
			if got := content(t, fresh, "art/old.png"); got != "after" {
				t.Errorf("old.png is %q", got)
			}
			if _, _, err := fresh.Open(t.Context(), "art/gone.png"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("gone.png: %v", err)
			}
			if list, err := fresh.List(t.Context(), "art/"); err != nil || len(list) != 21 {
				t.Errorf("%d files, %v", len(list), err)
			}
		})
	}
}

func TestPicturesArePublicTheReplicaIsNot(t *testing.T) {
	server := storetest.StartS3(t)
	s := openSpaces(t, server.Options(t.TempDir()))
	if err := s.CheckPrivate(t.Context(), "db"); err != nil {
		t.Fatalf("a private bucket: %v", err)
	}
	if left := entries(t, server.Folder()); len(left) > 1 {
		t.Errorf("the probe stayed: %v", left)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestWrongCredentialsAreSentences(t *testing.T) {
	server := storetest.StartS3(t)
	for want, change := range map[string]func(*store.SpacesOptions){
		"does not know SPACES_ACCESS_KEY": func(o *store.SpacesOptions) { o.AccessKey = "nobody" },
		"refuses SPACES_SECRET_KEY":       func(o *store.SpacesOptions) { o.SecretKey = "a$wrong$secret" },
		"no bucket":                       func(o *store.SpacesOptions) { o.Bucket = "another-bucket" },
		"cannot be reached":               func(o *store.SpacesOptions) { o.Endpoint = "http://127.0.0.1:1" },
	} {
		o := server.Options(t.TempDir())
		change(&o)
		err := openSpaces(t, o).Check(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
		if err != nil && strings.Contains(err.Error(), "wrong$secret") {
			t.Errorf("the secret is in %v", err)
		}
	}
	if _, err := store.OpenSpaces(store.SpacesOptions{Endpoint: "lon1", Dir: t.TempDir()}); err == nil {
		t.Error("an endpoint that is no address was taken")
	}
}

// TestRequestsDoNotWaitForAStorageThatIsDown: after the first failure nobody asks again before the rest is over.
func TestRequestsDoNotWaitForAStorageThatIsDown(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	asked := 0
	o := store.SpacesOptions{Region: "us-east-1", Bucket: "b", AccessKey: "k", SecretKey: "s", Dir: t.TempDir(), Clock: clock, Log: slog.New(slog.DiscardHandler)}
	proxy := storetest.NewProxy(t, "127.0.0.1:1")
	o.Endpoint = "http://" + proxy.Address
	s := openSpaces(t, o)
	for range 50 {
		if err := s.Put(t.Context(), "a.png", []byte("x")); err != nil {
			t.Fatal(err)
		}
		asked++
	}
	if s.State().Up || s.State().Waiting != 1 {
		t.Fatalf("%+v after %d puts", s.State(), asked)
	}
	if err := s.Drain(t.Context()); !errors.Is(err, store.ErrBusy) {
		t.Errorf("the storage was asked while it rests: %v", err)
	}
	clock.Advance(6 * time.Second)
	if err := s.Drain(t.Context()); err == nil || errors.Is(err, store.ErrBusy) {
		t.Errorf("after the rest it was not asked: %v", err)
	}
}

func TestQueueIsCarriedWithoutARestart(t *testing.T) {
	server := storetest.StartS3(t)
	clock := store.NewManualClock(storetest.Noon())
	o := server.Options(t.TempDir())
	o.Clock = clock
	s := openSpaces(t, o)
	server.Proxy.Set(storetest.Down)
	if err := s.Put(t.Context(), "art/a.png", []byte("x")); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	server.Proxy.Set(storetest.Fine)
	for s.State().Waiting > 0 {
		if clock.Waiting() > 0 {
			clock.Advance(spacesDrainForTests)
		}
		if ctx.Err() != nil {
			t.Fatal(ctx.Err())
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

const spacesDrainForTests = 6 * time.Second

func TestObjectsCarryTypeAndCaching(t *testing.T) {
	server := storetest.StartS3(t)
	s := openSpaces(t, server.Options(t.TempDir()))
	for key, want := range map[string]string{"art/a.png": "immutable", "templates/x/square.png": "max-age=60"} {
		if err := s.Put(t.Context(), key, []byte("x")); err != nil {
			t.Fatal(err)
		}
		res, err := http.Get("http://" + server.Proxy.Address + "/" + server.Bucket + "/" + key)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Logf("%s: this server keeps no ACLs (%d)", key, res.StatusCode)
			continue
		}
		if got := res.Header.Get("Cache-Control"); !strings.Contains(got, want) || res.Header.Get("Content-Type") != "image/png" {
			t.Errorf("%s: %q, %q", key, got, res.Header.Get("Content-Type"))
		}
	}
}
