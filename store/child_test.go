package store_test

// The test binary starts itself as a child that writes and reports each write once it is acknowledged, and kills it
// in the middle: what a power cut does to a process, again and again.

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"promostack/store"
)

const (
	childEnv      = "PROMOSTACK_STORE_TEST_CHILD"
	childFileSize = 300_000
)

func TestMain(m *testing.M) {
	if what := os.Getenv(childEnv); what != "" {
		if err := child(context.Background(), what, os.Getenv(childEnv+"_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child works until it is killed or its parent reads no more.
func child(ctx context.Context, what, dir string) error {
	switch what {
	case "blobs":
		f, err := store.OpenFolder(dir)
		for i := 0; err == nil; i++ {
			err = f.Put(ctx, fmt.Sprintf("hot/%d.bin", i%3), bytes.Repeat([]byte{byte('a' + i%26)}, childFileSize))
			fmt.Println(i)
		}
		return err
	case "usage":
		s, err := store.Open(ctx, store.Options{Dir: dir})
		if err != nil {
			return err
		}
		for i := 0; ; i++ {
			if err := s.Workspace(store.DefaultWorkspace).RecordUsage(ctx, store.Usage{Source: "bot", Kind: "make", Outcome: "made", Code: fmt.Sprint("C", i)}); err != nil {
				return err
			}
			fmt.Println(i)
		}
	case "disk":
		return writeOn(ctx, dir)
	case "lock":
		_, err := store.LockDir(dir)
		if err != nil {
			return err
		}
		fmt.Println("held")
		_, _ = os.Stdin.Read(make([]byte, 1)) // until the parent closes it
		return nil
	}
	return fmt.Errorf("no such child: %s", what)
}

// startChild starts the test binary as a child; its standard output is read line by line.
func startChild(t *testing.T, what, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	fatal(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childEnv+"="+what, childEnv+"_DIR="+dir)
	cmd.Stderr = os.Stderr
	_, err = cmd.StdinPipe()
	fatal(t, err)
	out, err := cmd.StdoutPipe()
	fatal(t, err)
	fatal(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

// killChild runs a child until it acknowledged that many writes, kills it, and gives how many it acknowledged.
func killChild(t *testing.T, what, dir string, writes int) int {
	t.Helper()
	cmd, lines := startChild(t, what, dir)
	n := 0
	for ; n < writes && lines.Scan(); n++ {
	}
	fatal(t, cmd.Process.Kill())
	for lines.Scan() {
		n++
	}
	_ = cmd.Wait() // it was killed, and says so
	if n < writes {
		t.Fatalf("the child acknowledged %d writes only", n)
	}
	return n
}
