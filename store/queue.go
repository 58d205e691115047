package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// queue remembers, through any crash, which keys of the object storage are not what the local folder has: a small file
// for each, which holds the key. It is safe for concurrent use.
type queue struct {
	root *os.Root
	mu   sync.Mutex
	wait map[string]int // key to the number of its latest change
	last int
}

func openQueue(dir string) (*queue, error) {
	name := filepath.Join(dir, "queue")
	if err := makeDir(name); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("cannot open the folder %s: %w", name, reason(err))
	}
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the queue: %w", err), root.Close())
	}
	q := &queue{root: root, wait: map[string]int{}}
	for _, e := range entries {
		key, err := fs.ReadFile(root.FS(), e.Name())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("read the queue: %w", err), root.Close())
		}
		if CheckKey(string(key)) == nil {
			q.wait[string(key)] = 0
		}
	}
	return q, nil
}

// markOf names the mark of a key.
func markOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func (q *queue) close() error { return q.root.Close() }

// add notes durably that key changes, and gives the number of this change.
func (q *queue) add(key string) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, there := q.wait[key]; !there {
		if err := q.mark(key); err != nil {
			return 0, err
		}
	}
	q.last++
	q.wait[key] = q.last
	return q.last, nil
}

// done notes that the change of this number is in the storage; a later change of the key keeps it waiting.
func (q *queue) done(key string, turn int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if now, there := q.wait[key]; !there || now != turn {
		return nil
	}
	delete(q.wait, key)
	if err := q.root.Remove(markOf(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("take %s off the queue: %w", key, err)
	}
	return nil // if a crash brings the mark back, the file is carried once more
}

// mark writes the mark of a key durably.
func (q *queue) mark(key string) error {
	file, err := q.root.OpenFile(markOf(key), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(key)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	d, err := q.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (q *queue) holds(key string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, there := q.wait[key]
	return there
}

// turn is the number of the latest change of key.
func (q *queue) turn(key string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.wait[key]
}

func (q *queue) keys() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	keys := make([]string, 0, len(q.wait))
	for k := range q.wait {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.wait)
}
