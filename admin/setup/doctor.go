package setup

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"promostack/store"
)

// The results of a check.
const (
	OK   = "ok"
	Off  = "off"
	Fail = "FAIL"
)

// Check is what the doctor found out about one part.
type Check struct {
	Part   string `json:"part"`
	Status string `json:"status"`          // ok, off or FAIL
	Why    string `json:"why"`             // what was seen
	Do     string `json:"do,omitempty"`    // what to do about it; "" = nothing
	Fixed  bool   `json:"fixed,omitempty"` // the doctor mended it just now
}

// Doctor checks each part of an installation. It takes no lock, upgrades nothing and leaves nothing behind, so that it may
// be asked while the server runs; fix lets it mend what it safely can.
type Doctor struct {
	Config Config
	Clock  store.Clock
	Fix    bool
	Only   string // one part; "" = all
}

// Checks looks at every part, or only at the one asked for.
func (d Doctor) Checks(ctx context.Context) []Check {
	st, database := d.database(ctx)
	if st != nil {
		defer func() { _ = st.Close() }() // nothing was written that could be lost
	}
	out := []Check{}
	for _, part := range []struct {
		name string
		look func() Check
	}{
		{"data folder", d.folder},
		{"disk", d.disk},
		{"database", func() Check { return database }},
		{"files", func() Check { return d.files(ctx, st) }},
		{"object storage", func() Check { return d.objectStorage(ctx) }},
		{"replica", func() Check { return d.replica(ctx) }},
		{"restore drill", func() Check { return d.drill(ctx, st) }},
		{"promo bot", func() Check { return d.promoBot(ctx) }},
		{"coupons", func() Check { return d.coupons(ctx, st) }},
		{"signals", func() Check { return d.signals(ctx) }},
		{"AI", func() Check { return d.ai(ctx) }},
		{"clock", func() Check { return d.clock(ctx) }},
		{"proxies", func() Check { return d.proxies(ctx, st) }},
		{"secret key", d.secret},
		{"fonts", d.fonts},
	} {
		if d.Only == "" || d.Only == part.name {
			out = append(out, part.look())
		}
	}
	return out
}

// Healthy reports whether no check failed.
func Healthy(checks []Check) bool {
	return !slices.ContainsFunc(checks, func(c Check) bool { return c.Status == Fail })
}

// Print writes a line for each check, or all of them as JSON.
func Print(out io.Writer, checks []Check, asJSON bool) error {
	if asJSON {
		body, err := json.MarshalIndent(map[string]any{"healthy": Healthy(checks), "checks": checks}, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s\n", body)
		return err
	}
	for _, c := range checks {
		line := fmt.Sprintf("%-4s  %-15s %s", c.Status, c.Part, c.Why)
		if c.Fixed {
			line += " (mended just now)"
		}
		if c.Do != "" {
			line += " " + c.Do
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}
