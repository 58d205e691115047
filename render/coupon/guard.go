package coupon

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// innerNets are the networks that netip's own methods do not name and that a request from here must not reach:
// they are ours, nobody's, or lead to IPv4 addresses in disguise.
var innerNets = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2001::/32"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("fec0::/10"),
}

// guard keeps a provider's client out of the inner network, whatever its name resolves to: it looks at the address
// that is really dialled.
type guard struct {
	all      bool       // the configuration allows inner addresses
	only     netip.Addr // the configured base is this address itself
	loopback bool       // the configured base is localhost
	setting  string     // what to change, for the sentence
}

func newGuard(base, setting string, all bool) guard {
	g := guard{all: all, setting: setting}
	u, err := url.Parse(base)
	if err != nil {
		return g
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	g.loopback = host == "localhost" || strings.HasSuffix(host, ".localhost")
	if ip, err := netip.ParseAddr(host); err == nil {
		g.only = ip.Unmap()
	}
	return g
}

// control is a net.Dialer's Control.
func (g guard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read address %s: %w", address, err)
	}
	ip := to.Addr().Unmap().WithZone("")
	if g.all || !inner(ip) || ip == g.only || g.loopback && ip.IsLoopback() {
		return nil
	}
	return &Outage{Setup: true, Sentence: fmt.Sprintf(
		"The name leads to %s, an address of the inner network, and is not called. If that is meant, write the address itself into %s.", ip, g.setting)}
}

func inner(ip netip.Addr) bool {
	if ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() || ip.IsMulticast() {
		return true
	}
	for _, n := range innerNets {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// newClient makes the HTTP client of one provider: guarded, with limits everywhere, never following a redirect.
// It uses no proxy from the environment, since the guard could not see where that leads.
func newClient(g guard) *http.Client {
	dialer := &net.Dialer{Timeout: 1500 * time.Millisecond, KeepAlive: 30 * time.Second, Control: g.control}
	return &http.Client{
		Timeout:       2 * Budget, // the backstop of real time; the budget itself runs on the Clock
		CheckRedirect: stay,
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    2 * time.Second,
			ResponseHeaderTimeout:  Budget,
			MaxResponseHeaderBytes: 64 << 10,
			MaxConnsPerHost:        16,
			MaxIdleConnsPerHost:    8,
			IdleConnTimeout:        90 * time.Second,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true,
		},
	}
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// clientOr gives the client of the configuration, kept from following redirects, or makes one of our own.
func clientOr(c *http.Client, g guard) *http.Client {
	if c == nil {
		return newClient(g)
	}
	own := *c
	own.CheckRedirect = stay
	return &own
}

var errBase = errors.New("not an http or https address")

// checkBase parses the address of a service.
func checkBase(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Fragment != "" {
		return nil, errBase
	}
	return u, nil
}
