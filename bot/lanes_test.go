package bot

import (
	"context"
	"slices"
	"sync"
	"testing"

	"promostack/store"
)

// shelf stands for the store: what was taken and is not finished.
type shelf struct {
	mu   sync.Mutex
	list []store.Update
}

func (s *shelf) put(u store.Update) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, u)
}

func (s *shelf) waiting(_ context.Context, limit int) ([]store.Update, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.list[:min(limit, len(s.list))])
	for i := range out {
		out[i].Body = nil
	}
	return out, nil
}

func (s *shelf) load(_ context.Context, id int64) (store.Update, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.list, func(u store.Update) bool { return u.ID == id })
	if i < 0 {
		return store.Update{}, store.ErrNotFound
	}
	return s.list[i], nil
}

func (s *shelf) finish(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(u store.Update) bool { return u.ID == id })
}

func TestLanesKeepOrderWithinABoundedMemory(t *testing.T) {
	const people, each = 20, 60
	shelf := &shelf{}
	var mu sync.Mutex
	got := map[int64][]int64{}
	handled := 0
	l := newLanes(shelf.waiting, shelf.load, func(_ context.Context, u store.Update) {
		mu.Lock()
		got[u.Lane] = append(got[u.Lane], u.Seq)
		handled++
		mu.Unlock()
		shelf.finish(u.ID)
	})
	l.most = 100 // far less than will come
	seq := int64(0)
	take := func(person int64) {
		seq++
		u := store.Update{ID: seq, Seq: seq, Lane: person, Body: []byte("{}")}
		shelf.put(u)
		l.offer(u)
	}
	for i := range people * each / 2 { // an earlier life
		take(int64(i % people))
	}
	ctx, cancel := context.WithCancel(t.Context())
	l.begin()
	var running sync.WaitGroup
	running.Go(func() { l.run(ctx, ctx) })
	running.Go(func() {
		for ctx.Err() == nil {
			if err := l.look(ctx); err != nil {
				t.Error(err)
			}
			if _, numbers, bodies := l.count(); numbers > l.most || bodies > l.most {
				t.Errorf("%d numbers, %d bodies in memory", numbers, bodies)
			}
			select {
			case <-l.drained:
			case <-ctx.Done():
			}
		}
	})
	for i := range people * each / 2 {
		take(int64(i % people))
	}
	waitFor(t, func() bool { mu.Lock(); defer mu.Unlock(); return handled >= people*each })
	cancel()
	running.Wait()
	for person, list := range got {
		if len(list) != each || !slices.IsSorted(list) {
			t.Errorf("person %d: %d updates, in order: %v", person, len(list), slices.IsSorted(list))
		}
	}
}
