package admin

import (
	"net"
	"net/netip"
	"sync"
)

// connections bounds how many connections a listener has open: in all, and by address (threat T11).
type connections struct {
	net.Listener
	slots   chan struct{}
	most    int
	exempt  func(netip.Addr) bool
	done    chan struct{}
	closing sync.Once

	mu   sync.Mutex
	open map[netip.Addr]int
}

// limitConnections wraps l. Beyond all of them a newcomer waits in the system's queue; beyond its own share an address is
// hung up on. The trusted proxies carry many people each, so they have no share.
func limitConnections(l net.Listener, all, perAddress int, exempt func(netip.Addr) bool) net.Listener {
	return &connections{Listener: l, slots: make(chan struct{}, all), most: perAddress, exempt: exempt,
		done: make(chan struct{}), open: map[netip.Addr]int{}}
}

// Accept waits for a connection that there is room for.
func (l *connections) Accept() (net.Conn, error) {
	for {
		select {
		case l.slots <- struct{}{}:
		case <-l.done:
			return nil, net.ErrClosed
		}
		conn, err := l.Listener.Accept()
		if err != nil {
			<-l.slots
			return nil, err
		}
		address := addressOf(conn.RemoteAddr().String())
		if l.enter(address) {
			return &counted{Conn: conn, leave: func() { l.leave(address) }}, nil
		}
		<-l.slots
		_ = conn.Close() // it had its share; nothing was promised to it
	}
}

// Close ends Accept.
func (l *connections) Close() error {
	l.closing.Do(func() { close(l.done) })
	return l.Listener.Close()
}

func (l *connections) enter(a netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[a] >= l.most && !l.exempt(a) {
		return false
	}
	l.open[a]++
	return true
}

func (l *connections) leave(a netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[a]--; l.open[a] <= 0 {
		delete(l.open, a)
	}
	<-l.slots
}

// counted is a connection that gives its slot back once.
type counted struct {
	net.Conn
	once  sync.Once
	leave func()
}

// Close gives the slot back.
func (c *counted) Close() error {
	c.once.Do(c.leave)
	return c.Conn.Close()
}
