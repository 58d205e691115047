package admin

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"promostack/admin/setup"
)

// sender finds the address of the person behind a request, and whether it really came by TLS. What a proxy says counts
// only when the peer is a trusted one (threat T21): the address is then the rightmost hop that is not.
func (s *Server) sender(r *http.Request) (netip.Addr, bool) {
	peer := addressOf(r.RemoteAddr)
	secure := r.TLS != nil
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	said := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("X-Forwarded-Proto") != ""
	if !s.trusted(peer) {
		if said {
			s.noteForwarded(peer)
		}
		return peer, secure
	}
	if strings.EqualFold(strings.TrimSpace(lastOf(r.Header.Get("X-Forwarded-Proto"))), "https") {
		secure = true
	}
	for i := len(hops) - 1; i >= 0; i-- {
		hop := addressOf(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break // whatever stands further left was written by somebody we do not know
		}
		peer = hop
		if !s.trusted(hop) {
			break
		}
	}
	return peer, secure
}

func lastOf(list string) string { return list[strings.LastIndexByte(list, ',')+1:] }

// addressOf reads an address with or without a port.
func addressOf(text string) netip.Addr {
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// trusted reports whether a peer is one of our own proxies.
func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.TrustedProxies {
		if a.IsValid() && p.Contains(a) {
			return true
		}
	}
	return false
}

// noteForwarded says once that there is a proxy that we were not told of: everybody behind it shares one limit. The
// panel and the doctor show it.
func (s *Server) noteForwarded(peer netip.Addr) {
	if !s.forwarded.CompareAndSwap(false, true) {
		return
	}
	s.Log.Warn("a forwarded header was ignored: if this server stands behind a proxy of yours, set TRUSTED_PROXIES to its network, else all people share one limit", "peer", peer.String())
	ctx, cancel := context.WithTimeout(context.Background(), noteBudget)
	defer cancel()
	if err := s.Store.SetSetting(ctx, setup.ForwardedSetting, peer.String()); err != nil {
		s.Log.Warn("the proxy was not noted for the doctor", "err", err)
	}
}

const noteBudget = 2 * time.Second
