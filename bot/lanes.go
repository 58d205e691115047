package bot

import (
	"context"
	"slices"
	"sync"

	"promostack/store"
)

const (
	bodiesOfOne = 32      // updates of one person whose bodies are kept in memory; the others' are read when needed
	bodiesMost  = 4096    // the same for all people
	numbersMost = 200_000 // updates of which anything is kept in memory; the rest wait in the store unseen
	workers     = 128     // people served at the same time
	recently    = 4096    // numbers of finished updates kept against a late second offer
)

// lanes hands updates to workers: one at a time per lane, in order, lanes side by side. The memory is bounded:
// of a flood it keeps the numbers only, and of a very large one not even these.
type lanes struct {
	waiting func(ctx context.Context, limit int) ([]store.Update, error) // oldest first, without bodies
	load    func(ctx context.Context, id int64) (store.Update, error)
	handle  func(ctx context.Context, u store.Update)

	most int // updates of which anything is kept

	mu      sync.Mutex
	more    *sync.Cond
	open    bool
	blind   bool // it is not known what the store holds: everything new waits there too
	skipped int  // updates that came while blind
	all     map[int64]*lane
	ready   []*lane
	bodies  int
	numbers int
	drained chan struct{}
	known   map[int64]bool // numbers of updates in memory, and of those finished lately
	done    []int64
}

// lane is what one person has waiting. It is in ready, or with a worker.
type lane struct {
	id    int64
	queue []place
}

// place is an update in a lane; body is nil when it must be read.
type place struct {
	id, seq int64
	body    *store.Update
}

func newLanes(waiting func(context.Context, int) ([]store.Update, error), load func(context.Context, int64) (store.Update, error), handle func(context.Context, store.Update)) *lanes {
	l := &lanes{most: numbersMost, waiting: waiting, load: load, handle: handle, all: map[int64]*lane{}, known: map[int64]bool{}, drained: make(chan struct{}, 1)}
	l.more = sync.NewCond(&l.mu)
	return l
}

// offer queues an update that is in the store. While nobody runs the lanes it just stays there.
func (l *lanes) offer(u store.Update) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.blind {
		l.skipped++
		return
	}
	l.add(u)
}

// add queues an update, or its number when it comes without body. The lock is held.
func (l *lanes) add(u store.Update) {
	if !l.open || l.known[u.ID] {
		return
	}
	one := l.all[u.Lane]
	if one == nil {
		one = &lane{id: u.Lane}
		l.all[u.Lane] = one
		l.ready = append(l.ready, one)
		l.more.Signal()
	}
	p := place{id: u.ID, seq: u.Seq}
	if u.Body != nil && len(one.queue) < bodiesOfOne && l.bodies < bodiesMost {
		p.body = &u
		l.bodies++
	}
	at := len(one.queue)
	for at > 0 && one.queue[at-1].seq > p.seq { // two that came at once may be handed over in the other order
		at--
	}
	one.queue = slices.Insert(one.queue, at, p)
	l.known[u.ID] = true
	if l.numbers++; l.numbers >= l.most {
		l.blind = true
	}
}

// look queues what the store holds and nobody knows of. It ends blindness when it saw everything.
func (l *lanes) look(ctx context.Context) error {
	l.mu.Lock()
	skipped := l.skipped
	l.mu.Unlock()
	list, err := l.waiting(ctx, l.most)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, u := range list {
		if l.numbers >= l.most {
			break
		}
		l.add(u)
	}
	l.blind = len(list) == l.most || l.numbers >= l.most || l.skipped != skipped
	if l.blind && l.numbers < l.most/2 {
		l.hint()
	}
	return nil
}

// hint tells whoever waits on drained to look again. The lock is held.
func (l *lanes) hint() {
	select {
	case l.drained <- struct{}{}:
	default:
	}
}

// count is the number of lanes, and of updates known and held with their bodies.
func (l *lanes) count() (people, numbers, bodies int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all), l.numbers, l.bodies
}

// begin lets updates in. Until the first look they stay in the store, behind those of an earlier life.
func (l *lanes) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open, l.blind = true, true
}

// run works until ctx ends and returns when every worker has finished what it had in hand. work is the context
// that handlers get: it may outlive ctx a little, so that a message under way arrives.
func (l *lanes) run(ctx, work context.Context) {
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
			for one := l.next(); one != nil; one = l.next() {
				l.serve(work, one)
			}
		})
	}
	all.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.all)
	clear(l.known)
	l.ready, l.done, l.bodies, l.numbers = nil, nil, 0, 0
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
	l.mu.Lock()
	p := one.queue[0]
	one.queue = one.queue[1:]
	if l.numbers--; p.body != nil {
		l.bodies--
	}
	if l.blind && l.numbers < l.most/2 {
		l.hint()
	}
	l.mu.Unlock()
	if p.body == nil {
		u, err := l.load(ctx, p.id)
		if err == nil {
			p.body = &u
		}
	}
	if p.body != nil {
		l.handle(ctx, *p.body)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forgetLater(p.id, p.body != nil)
	if len(one.queue) == 0 {
		delete(l.all, one.id)
		return
	}
	l.ready = append(l.ready, one)
	l.more.Signal()
}

// forgetLater keeps the number of a handled update for a while. One that could not be read may be found again.
func (l *lanes) forgetLater(id int64, handled bool) {
	if !handled {
		delete(l.known, id)
		return
	}
	l.done = append(l.done, id)
	if len(l.done) > recently {
		delete(l.known, l.done[0])
		l.done = l.done[1:]
	}
}

// forget lets an update be queued again: a person asked for another try.
func (l *lanes) forget(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.known, id)
}
