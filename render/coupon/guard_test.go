package coupon

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"promostack/render/coupon/crmtest"
)

func TestGuardKeepsOutOfTheInnerNetwork(t *testing.T) {
	g := newGuard("https://api.example.com", "SETTING", false)
	for _, ip := range []string{
		"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0.0.0.0", "0.1.2.3",
		"100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
		"64:ff9b:1::1", "2001::1", "2002:7f00:1::", "fec0::1",
	} {
		err := g.control("tcp", netip.AddrPortFrom(netip.MustParseAddr(ip), 443).String(), nil)
		if err == nil || !strings.Contains(err.Error(), "SETTING") {
			t.Errorf("%s: %v", ip, err)
		}
	}
	for _, ip := range []string{"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"} {
		if err := g.control("tcp", netip.AddrPortFrom(netip.MustParseAddr(ip), 443).String(), nil); err != nil {
			t.Errorf("%s: %v", ip, err)
		}
	}
	if err := g.control("tcp", "no address", nil); err == nil {
		t.Error("what is no address passes")
	}
}

func TestGuardLetsThroughWhatIsConfiguredItself(t *testing.T) {
	for _, c := range []struct {
		base, to string
		all, ok  bool
	}{
		{"http://127.0.0.1:9", "127.0.0.1:9", false, true},
		{"http://127.0.0.1:9", "127.0.0.2:9", false, false},
		{"http://10.1.2.3", "10.1.2.3:80", false, true},
		{"http://10.1.2.3", "127.0.0.1:80", false, false},
		{"http://[::1]:9", "[::1]:9", false, true},
		{"http://localhost:9", "127.0.0.1:9", false, true},
		{"http://localhost.:9", "[::1]:9", false, true},
		{"http://crm.localhost", "127.0.0.1:80", false, true},
		{"http://localhost.example.com", "127.0.0.1:80", false, false},
		{"http://localhost:9", "10.0.0.1:9", false, false},
		{"http://crm.internal", "10.0.0.1:80", true, true},
		{"::bad::", "127.0.0.1:80", false, false},
	} {
		if err := newGuard(c.base, "SETTING", c.all).control("tcp", c.to, nil); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestGuardStandsInTheClient proves that the dialler really asks it, by a client configured for another place.
func TestGuardStandsInTheClient(t *testing.T) {
	crm := crmtest.New(t, product)
	ask := asker{who: "FunderPro", setting: "FUNDERPRO_API_BASE", clock: newClock(), client: newClient(newGuard(FunderProBase, "FUNDERPRO_API_BASE", false))}
	_, err := ask.get(context.Background(), crm.URL+"/discount", nil)
	out := outageOf(err)
	if !out.Setup || !strings.Contains(out.Sentence, "127.0.0.1, an address of the inner network") || !strings.Contains(out.Sentence, "FUNDERPRO_API_BASE") {
		t.Fatalf("dialled: %v", err)
	}
	if len(crm.Calls())+len(crm.Strange()) != 0 {
		t.Fatal("the request arrived")
	}
}
