package setup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"time"

	"promostack/render/coupon"
	"promostack/store"
)

// Desks hands out the coupon desk of each workspace. Who knows the codes is what the environment says, else what the
// workspace chose in the panel, else open. It is safe for concurrent use.
type Desks struct {
	store  *store.Store
	config Coupons
	fixed  bool // the environment decides

	outageSet bool
	log       *slog.Logger

	mu      sync.Mutex
	desks   map[int64]*openDesk
	starter func(*openDesk) // starts the desk's own loop; nil while Run does not run
}

// openDesk is a desk and when the workspace's choice was last looked up.
type openDesk struct {
	*coupon.Desk
	name   string
	looked time.Time
	stop   context.CancelFunc
}

const (
	providerSetting = "coupon_provider"
	lookEvery       = time.Second // so soon a choice counts in another process
)

// NewDesks makes the desks.
func NewDesks(st *store.Store, c Config, log *slog.Logger) *Desks {
	fixed := c.Where("COUPON_PROVIDER") != FromDefault || c.Coupons.FunderProProduct != ""
	return &Desks{store: st, config: c.Coupons, fixed: fixed, outageSet: c.Where("COUPON_OUTAGE") != FromDefault, log: log, desks: map[int64]*openDesk{}}
}

// FixedBy is the setting that decides who knows the codes; "" when the workspace may choose.
func (d *Desks) FixedBy() string {
	switch {
	case !d.fixed:
		return ""
	case d.config.Provider == "funderpro":
		return "FUNDERPRO_PRODUCT_ID"
	}
	return "COUPON_PROVIDER"
}

// Choices are the providers that a workspace can use here.
func (d *Desks) Choices() []string {
	out := []string{"open", "list"}
	if d.config.FunderProProduct != "" {
		out = append(out, "funderpro")
	}
	if d.config.HTTPURL != "" {
		out = append(out, "http")
	}
	return out
}

// Outage is what an answer that could not be had means.
func (d *Desks) Outage() string { return d.config.Outage }

// OutageFixedBy is the setting that decides Outage; "" when it is the default.
func (d *Desks) OutageFixedBy() string {
	if d.outageSet {
		return "COUPON_OUTAGE"
	}
	return ""
}

// Detail is where the provider of a workspace is, "" for those in the house.
func (d *Desks) Detail(ws int64) string {
	switch d.Name(ws) {
	case "funderpro":
		return d.config.FunderProBase + ", product " + d.config.FunderProProduct
	case "http":
		address, err := url.Parse(d.config.HTTPURL)
		if err != nil {
			return ""
		}
		return address.Scheme + "://" + address.Host
	}
	return ""
}

// For is the desk of a workspace.
func (d *Desks) For(ws int64) coupon.Checker { return d.Desk(ws) }

// Desk is the desk of a workspace, with its health and history.
func (d *Desks) Desk(ws int64) *coupon.Desk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.desk(ws).Desk
}

func (d *Desks) desk(ws int64) *openDesk {
	now := d.store.Clock().Now()
	found, ok := d.desks[ws]
	if ok && (d.fixed || now.Sub(found.looked) < lookEvery && !now.Before(found.looked)) {
		return found
	}
	name := d.chosen(ws)
	if ok {
		found.looked = now
		if found.name == name {
			return found
		}
		found.stop()
	}
	made := &openDesk{Desk: d.open(ws, name), name: name, looked: now}
	d.begin(made)
	d.desks[ws] = made
	return made
}

// Name is who knows the codes of a workspace: open, list, funderpro or http.
func (d *Desks) Name(ws int64) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.desk(ws).name
}

// chosen is the provider of a workspace. When the choice cannot be read now, the last one stays.
func (d *Desks) chosen(ws int64) string {
	if d.fixed {
		return d.config.Provider
	}
	name, err := d.store.Workspace(ws).Setting(context.Background(), providerSetting)
	switch {
	case err == nil && slices.Contains(d.Choices(), name):
		return name
	case err != nil && !errors.Is(err, store.ErrNotFound):
		d.log.Warn("coupon provider not read", "workspace", ws, "err", err)
		if found, ok := d.desks[ws]; ok {
			return found.name
		}
	}
	return d.config.Provider
}

// Choose sets the provider of a workspace; it counts at once.
func (d *Desks) Choose(ctx context.Context, ws int64, name string) error {
	if d.fixed {
		return store.Invalid{Field: "name", Sentence: "The environment decides who knows the codes: " + d.FixedBy() + "."}
	}
	if !slices.Contains(d.Choices(), name) {
		return store.Invalid{Field: "name", Sentence: fmt.Sprintf("There is no provider %q here.", name)}
	}
	if err := d.store.Workspace(ws).SetSetting(ctx, providerSetting, name); err != nil {
		return fmt.Errorf("keep the coupon provider: %w", err)
	}
	d.mu.Lock()
	if found, ok := d.desks[ws]; ok {
		found.looked = time.Time{}
	}
	d.mu.Unlock()
	d.Desk(ws)
	return nil
}

func (d *Desks) open(ws int64, name string) *coupon.Desk {
	workspace := d.store.Workspace(ws)
	return coupon.NewDesk(d.provider(workspace, name), coupon.Options{Clock: d.store.Clock(), Log: d.log,
		Outage: coupon.Policy(d.config.Outage), Memory: workspace})
}

// Provider is who knows the codes of a workspace, without a desk in front: for the doctor.
func (d *Desks) Provider(ws int64) coupon.Provider {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.provider(d.store.Workspace(ws), d.chosen(ws))
}

func (d *Desks) provider(ws *store.Workspace, name string) coupon.Provider {
	clock := d.store.Clock()
	switch name {
	case "funderpro":
		return coupon.FunderPro(coupon.FunderProConfig{Base: d.config.FunderProBase, Product: d.config.FunderProProduct, Clock: clock})
	case "list":
		return coupon.List(ws, clock)
	case "http":
		// Whoever sets the environment may name a service of the inner network.
		c := coupon.HTTPConfig{URL: d.config.HTTPURL, AllowPrivate: true, Clock: clock}
		if d.config.HTTPToken != "" {
			c.Header = map[string]string{"Authorization": "Bearer " + d.config.HTTPToken}
		}
		return coupon.HTTP(c)
	}
	return coupon.Open(clock)
}

// Run keeps the verdicts in use fresh, until ctx ends and all desks have stopped.
func (d *Desks) Run(ctx context.Context) error {
	var running sync.WaitGroup
	d.mu.Lock()
	start := func(o *openDesk) {
		deskCtx, stop := context.WithCancel(ctx)
		o.stop = stop
		running.Go(func() {
			if err := o.Run(deskCtx); err != nil && !errors.Is(err, context.Canceled) {
				d.log.Error("coupon desk stopped", "provider", o.name, "err", err)
			}
		})
	}
	d.starter = start
	for _, o := range d.desks {
		start(o)
	}
	d.mu.Unlock()
	<-ctx.Done()
	d.mu.Lock()
	d.starter = nil
	d.mu.Unlock()
	running.Wait()
	return nil
}

// begin runs a new desk when Run runs.
func (d *Desks) begin(o *openDesk) {
	o.stop = func() {}
	if d.starter != nil {
		d.starter(o)
	}
}
