package bot

import (
	"context"
	"sync"

	"promostack/store"
)

const (
	laneMost  = 32   // updates of one person kept in memory; the rest wait in the store
	lanesMost = 4096 // updates of all people kept in memory
	workers   = 128  // people served at the same time
	recently  = 4096 // numbers of finished updates kept against a late second offer
)

// lanes hands updates to workers: one at a time per lane, in order, lanes side by side. What does not fit into
// the memory stays in the store and is read from there when its lane gets that far.
type lanes struct {
	load   func(ctx context.Context, lane int64, limit int) ([]store.Update, error)
	handle func(ctx context.Context, u store.Update)

	mu    sync.Mutex
	more  *sync.Cond
	open  bool
	all   map[int64]*lane
	ready []*lane
	held  int
	known map[int64]bool // numbers of updates in memory, and of those finished lately
	done  []int64
}

// lane is what one person has waiting. It is in ready, or with a worker.
type lane struct {
	id      int64
	queue   []store.Update
	deep    bool // more of it waits in the store
	skipped int  // updates that came while it was deep
}

func newLanes(load func(context.Context, int64, int) ([]store.Update, error), handle func(context.Context, store.Update)) *lanes {
	l := &lanes{load: load, handle: handle, all: map[int64]*lane{}, known: map[int64]bool{}}
	l.more = sync.NewCond(&l.mu)
	return l
}

// offer queues an update that is in the store. While nobody runs the lanes it just stays there.
func (l *lanes) offer(u store.Update) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.open || l.known[u.ID] {
		return
	}
	one := l.lane(u.Lane)
	if one.deep || len(one.queue) >= laneMost || l.held >= lanesMost {
		one.deep = true
		one.skipped++
		return
	}
	l.add(one, u)
}

// wakeLane makes sure that what a lane has in the store is looked at.
func (l *lanes) wakeLane(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open && l.all[id] == nil {
		l.lane(id).deep = true
	}
}

// lane finds a lane or makes it ready. The lock is held.
func (l *lanes) lane(id int64) *lane {
	one := l.all[id]
	if one == nil {
		one = &lane{id: id}
		l.all[id] = one
		l.ready = append(l.ready, one)
		l.more.Signal()
	}
	return one
}

func (l *lanes) add(one *lane, u store.Update) {
	one.queue = append(one.queue, u)
	l.known[u.ID] = true
	l.held++
}

// waiting is the number of lanes, and of updates in memory.
func (l *lanes) waiting() (people, updates int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all), l.held
}

// run works until ctx ends and returns when every worker has finished what it had in hand. work is the context
// that handlers get: it may outlive ctx a little, so that a message under way arrives.
func (l *lanes) run(ctx, work context.Context) {
	l.mu.Lock()
	l.open = true
	l.mu.Unlock()
	stop := context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.open = false
		l.more.Broadcast()
	})
	defer stop()
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for {
				one := l.next()
				if one == nil {
					return
				}
				l.serve(work, one)
			}
		})
	}
	all.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.all)
	clear(l.known)
	l.ready, l.done, l.held = nil, nil, 0
}

// next waits for a lane that is ready; nil when the lanes are closed.
func (l *lanes) next() *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.open && len(l.ready) == 0 {
		l.more.Wait()
	}
	if !l.open {
		return nil
	}
	one := l.ready[0]
	l.ready = l.ready[1:]
	return one
}

// serve handles one update of a lane and puts the lane back behind the others.
func (l *lanes) serve(ctx context.Context, one *lane) {
	if u, ok := l.take(ctx, one); ok {
		l.handle(ctx, u)
		l.finish(u)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(one.queue) == 0 && !one.deep {
		delete(l.all, one.id)
		return
	}
	l.ready = append(l.ready, one)
	l.more.Signal()
}

// take is the next update of a lane, from memory or from the store.
func (l *lanes) take(ctx context.Context, one *lane) (store.Update, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(one.queue) == 0 && one.deep {
		l.refill(ctx, one)
	}
	if len(one.queue) == 0 {
		return store.Update{}, false
	}
	u := one.queue[0]
	one.queue = one.queue[1:]
	l.held--
	return u, true
}

// refill reads what a lane has in the store. The lock is held, and given up while reading. An update that came
// meanwhile is either among what was read, or leaves the lane deep.
func (l *lanes) refill(ctx context.Context, one *lane) {
	skipped := one.skipped
	l.mu.Unlock()
	list, err := l.load(ctx, one.id, laneMost+1)
	l.mu.Lock()
	if err != nil {
		one.deep = false // the next look at the store wakes the lane again
		return
	}
	for _, u := range list[:min(len(list), laneMost)] {
		if !l.known[u.ID] {
			l.add(one, u)
		}
	}
	one.deep = one.skipped != skipped || (len(list) > laneMost && len(one.queue) > 0)
}

// finish remembers the number of an update for a while.
func (l *lanes) finish(u store.Update) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done = append(l.done, u.ID)
	if len(l.done) > recently {
		delete(l.known, l.done[0])
		l.done = l.done[1:]
	}
}

// forget lets an update be offered again: a person asked for another try.
func (l *lanes) forget(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.known, id)
}
