// Package admin is how we talk over HTTP: the public site, the API, the panel and the webhook door. It is the whole
// HTTP floor; every route stands in routes.go.
package admin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"promostack/admin/setup"
	"promostack/bot"
	"promostack/render"
	"promostack/render/coupon"
	"promostack/signals"
	"promostack/store"
)

// Options is what the server is made of. Of the first eight only Log may be empty, of the rest everything.
type Options struct {
	Store   *store.Store
	Studio  *render.Studio
	Desks   *setup.Desks
	Tickets *coupon.Ticketer
	Bots    *bot.Hub // nil: no bot is configured
	Log     *slog.Logger
	Version string

	Password  *setup.Password // how the owner signs in
	CookieKey []byte          // signs cookies: 32 random bytes or more

	PublicURL      *url.URL              // origin people use
	AdminURL       *url.URL              // second origin, on which / is the panel
	TrustedProxies []netip.Prefix        // whose X-Forwarded-For and -Proto count
	MetricsToken   string                // "" = /metrics only to this machine
	PictureOrigin  string                // further origin that pictures may come from (a CDN)
	Settings       []setup.Shown         // the configuration, as the panel shows it
	Storage        string                // where files are kept, in words
	FilesBase      string                // public address of stored files; "" = /media of PublicURL
	Engine         *signals.Engine       // decides on signals; nil without a market data key
	FreeBytes      func() (int64, error) // room left where files are kept; nil = without end

	Copies func(context.Context) setup.Copies                   // how the copies do; nil = there are none
	Backup func(context.Context) (*os.File, error)              // a copy of the database, gone once it is closed; nil = none
	Doctor func(ctx context.Context, part string) []setup.Check // looks at one part, or at all; nil = no doctor
}

// Server answers HTTP. It is safe for concurrent use.
type Server struct {
	Options
	clock     store.Clock
	patience  patience
	handler   http.Handler
	site      *site
	meter     *meter
	templates *templateCache
	codes     *limiter // codes that the provider had not seen yet, by address
	events    *limiter // usage reports, by address
	pictures  *limiter // pictures drawn for others' pages, by address
	reports   *seen    // usage reports that were counted
	trials    *trials  // the backtest of the panel
	gate      *gate    // sign-ins
	sessions  signer   // of the session cookie
	devices   signer   // of the cookie of browsers that signed in before
	warnings  *warningCounts
	changes   chan struct{} // templates changed: their files are due
	exporting sync.Mutex
	backingUp sync.Mutex
	started   time.Time
	forwarded atomic.Bool // a forwarded header came from a peer that is not a trusted proxy
}

// New puts the server together. The error is a page or script that cannot be read.
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.FilesBase == "" {
		o.FilesBase = "/media"
		if o.PublicURL != nil {
			o.FilesBase = o.PublicURL.String() + o.FilesBase
		}
	}
	s := &Server{
		Options:   o,
		clock:     o.Store.Clock(),
		patience:  usualPatience(),
		templates: &templateCache{},
		codes:     newLimiter(o.Store.Clock(), 60, time.Minute),
		events:    newLimiter(o.Store.Clock(), 60, time.Minute),
		pictures:  newLimiter(o.Store.Clock(), picturesPerAddress, time.Minute),
		gate:      newGate(o.Store.Clock()),
		sessions:  newSigner(o.CookieKey, "admin session", o.Store.Clock()),
		devices:   newSigner(o.CookieKey, "admin device", o.Store.Clock()),
		warnings:  newWarningCounts(),
		changes:   make(chan struct{}, 1),
		started:   o.Store.Clock().Now(),
		reports:   newSeen(o.Store.Clock()),
		trials:    newTrials(),
	}
	var err error
	if s.site, err = newSite(); err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	s.meter = newMeter(s.copyGauges()...)
	s.handler = s.middleware(s.router(s.routes()))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// patience is how long the server waits on a connection (threat T11). A route may stretch read and write for itself.
type patience struct{ header, read, write, idle, drain time.Duration }

func usualPatience() patience {
	return patience{header: 5 * time.Second, read: 15 * time.Second, write: 30 * time.Second, idle: 60 * time.Second, drain: 10 * time.Second}
}

const (
	maxHeaderBytes    = 64 << 10
	maxConnections    = 2048
	maxPerAddress     = 100
	maxBodyUnlessTold = 64 << 10
)

// Serve answers on l until ctx ends, then lets what runs finish for at most ten seconds. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	// Long answers (event streams) end with this context, so that draining does not wait for them.
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	hs := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.patience.header,
		ReadTimeout:       s.patience.read,
		WriteTimeout:      s.patience.write,
		IdleTimeout:       s.patience.idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return context.WithValue(base, stopKey{}, ctx.Done()) },
	}
	ended := make(chan error, 1)
	go func() { ended <- hs.Serve(limitConnections(l, maxConnections, maxPerAddress, s.trusted)) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, stop := context.WithTimeout(context.WithoutCancel(ctx), s.patience.drain)
	defer stop()
	if err := hs.Shutdown(drain); err != nil {
		s.Log.Warn("requests were cut off after the grace period", "err", err)
		cancel()
		if err := hs.Close(); err != nil {
			return fmt.Errorf("close the server: %w", err)
		}
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// stopKey finds the channel that closes when the server begins to stop, in the context of a request.
type stopKey struct{}

// workspace is whose data a request is about. There is one until the hub of many workspaces is built.
func (s *Server) workspace(*http.Request) *store.Workspace {
	return s.Store.Workspace(store.DefaultWorkspace)
}
