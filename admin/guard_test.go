package admin

import (
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"promostack/admin/setup"
	"promostack/store"
	"promostack/store/storetest"
)

func TestOnlyOurOwnNamesAreAnswered(t *testing.T) {
	local := testServer(t)
	for host, want := range map[string]int{
		"localhost:8080": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "192.168.1.5:8080": 200, "app.localhost": 200, "promostack:8080": 200,
		"evil.example": 403, "localhost.evil.example": 403, "": 403,
	} {
		ask{name: "local " + host, path: "/robots.txt", header: map[string]string{"Host": host}, status: want}.of(t, local)
	}
	public := testServer(t, func(o *Options) {
		o.PublicURL, o.AdminURL = origin(t, "https://promo.example.com"), origin(t, "https://admin.example.com:8443")
	})
	for host, want := range map[string]int{
		"promo.example.com": 200, "PROMO.example.com:443": 200, "promo.example.com.": 200, "admin.example.com:8443": 200,
		"admin.example.com": 403, "promo.example.com:80": 403, "localhost:8080": 403, "10.0.0.1": 403, "evil.example": 403,
	} {
		ask{name: "public " + host, path: "/robots.txt", header: map[string]string{"Host": host}, status: want}.of(t, public)
	}
	ask{name: "probe", path: "/healthz", header: map[string]string{"Host": "10.0.0.1:8080"}, status: 200}.of(t, public)
	ask{name: "sentence", path: "/", header: map[string]string{"Host": "evil.example"}, status: 403,
		has: []string{"Open https://promo.example.com instead"}, hasNot: []string{"evil"}}.of(t, public)
}

func TestTheSenderIsTheRightmostHopThatIsNotOurs(t *testing.T) {
	s := testServer(t, func(o *Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	})
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:99", "", "192.0.2.1"},
		{"192.0.2.1:99", "203.0.113.7", "192.0.2.1"},
		{"10.0.0.1:99", "203.0.113.7", "203.0.113.7"},
		{"10.0.0.1:99", "198.51.100.1, 203.0.113.7", "203.0.113.7"},
		{"10.0.0.1:99", "203.0.113.7, 10.2.2.2", "203.0.113.7"},
		{"10.0.0.1:99", "nonsense, 10.2.2.2", "10.2.2.2"},
		{"10.0.0.1:99", "nonsense", "10.0.0.1"},
		{"10.0.0.1:99", "203.0.113.7:4711", "203.0.113.7"},
		{"[fd00::1]:99", "2001:db8::5", "2001:db8::5"},
		{"[::ffff:10.0.0.1]:99", "203.0.113.7", "203.0.113.7"},
		{"10.0.0.1:99", "10.0.0.9", "10.0.0.9"},
	} {
		r := ask{path: "/", from: c.peer, header: map[string]string{"X-Forwarded-For": c.forwarded}}.request(t)
		if got, _ := s.sender(r); got.String() != c.want {
			t.Errorf("peer %s, forwarded %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	a, b := request{address: netip.MustParseAddr("2001:db8:1:2::5")}, request{address: netip.MustParseAddr("2001:db8:1:2:ffff::9")}
	if a.key() != b.key() || a.key() != "2001:db8:1:2::/64" {
		t.Errorf("one customer's network must be one key: %s, %s", a.key(), b.key())
	}
}

func TestLimiterLetsThroughNoMoreThanItShould(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	l := newLimiter(clock, 60, time.Minute)
	clock.Advance(30 * time.Second)
	taken := func(key string) (n int) {
		for l.take(key) == 0 {
			n++
		}
		return n
	}
	if n := taken("a"); n != 60 {
		t.Errorf("first minute: %d", n)
	}
	if n := taken("b"); n != 60 {
		t.Errorf("somebody else: %d", n)
	}
	for range 10 {
		wait := l.take("a")
		if wait <= 0 || wait > 2*time.Minute {
			t.Fatalf("wait %v", wait)
		}
		clock.Advance(wait - time.Millisecond)
		if l.take("a") == 0 {
			t.Fatal("let through before the time that was told")
		}
		clock.Advance(2 * time.Millisecond)
		if again := l.take("a"); again != 0 {
			t.Fatalf("not let through after the time that was told: %v more", again)
		}
	}
	clock.Advance(3 * time.Minute)
	if n := taken("a"); n != 60 {
		t.Errorf("after a pause: %d", n)
	}
	clock.Advance(-time.Hour)
	if l.take("a") != 0 {
		t.Error("a clock that went back must not shut people out")
	}
}

func TestLimiterForgetsAndStaysSmall(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	l := newLimiter(clock, 2, time.Minute)
	for i := range maxKeys + 5000 {
		l.take(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}).String())
	}
	if len(l.now) > maxKeys+1 {
		t.Errorf("%d keys", len(l.now))
	}
	clock.Advance(2 * time.Minute)
	l.take("x")
	if len(l.now)+len(l.last) > 1 {
		t.Errorf("%d keys after the window", len(l.now)+len(l.last))
	}
}

func TestConnectionsAreBoundedByAddressAndInAll(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := limitConnections(inner, 4, 2, func(netip.Addr) bool { return false })
	accepted := make(chan net.Conn, 8)
	go func() {
		defer close(accepted)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	defer dial().Close()
	defer dial().Close()
	first := <-accepted
	<-accepted
	third := dial()
	defer third.Close()
	_ = third.SetReadDeadline(store.SystemClock().Now().Add(5 * time.Second))
	if _, err := third.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Errorf("the third connection of an address must be hung up on: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	_ = first.Close() // closing twice gives the slot back once
	defer dial().Close()
	if c := <-accepted; c == nil {
		t.Error("a slot that was given back must be of use again")
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	for range accepted {
	}
}

func TestMetricsAreForThisMachineOrTheToken(t *testing.T) {
	open := testServer(t)
	asks(t, open,
		ask{name: "this machine", path: "/metrics", from: "127.0.0.1:9", status: 200, has: []string{"promostack_http_panics_total 0", "go_goroutines"}},
		ask{name: "another machine", path: "/metrics", status: 403, has: []string{"METRICS_TOKEN"}},
		ask{name: "through a proxy", path: "/metrics", from: "127.0.0.1:9", header: map[string]string{"X-Forwarded-For": "203.0.113.7"}, status: 403},
		ask{name: "by a foreign name", path: "/metrics", from: "127.0.0.1:9", header: map[string]string{"Host": "evil.example"}, status: 403})
	named := testServer(t, func(o *Options) { o.PublicURL = origin(t, "https://promo.example.com") })
	ask{name: "with a public name", path: "/metrics", from: "127.0.0.1:9", status: 403}.of(t, named)
	guarded := testServer(t, func(o *Options) { o.MetricsToken = "correct" })
	asks(t, guarded,
		ask{name: "no token", path: "/metrics", from: "127.0.0.1:9", status: 401},
		ask{name: "wrong token", path: "/metrics", header: map[string]string{"Authorization": "Bearer wrong"}, status: 401},
		ask{name: "right token", path: "/metrics", header: map[string]string{"Authorization": "Bearer correct"}, status: http.StatusOK})
}

func TestAnUnknownProxyIsSaidOnceEverywhere(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	ask{path: "/", header: map[string]string{"X-Forwarded-For": "203.0.113.7"}, from: "10.0.0.9:1"}.of(t, s)
	if got, err := s.Store.Setting(t.Context(), setup.ForwardedSetting); err != nil || got != "10.0.0.9" {
		t.Errorf("noted %q, %v", got, err)
	}
	ask{path: "/api/panel/state", header: cookies(o.cookie), status: 200, has: []string{`"id":"forwarded"`, "TRUSTED_PROXIES"}}.of(t, s)
}
