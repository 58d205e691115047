package signals

import (
	"context"
	"log/slog"

	"promostack/store"
)

// Options are what the signal product needs to run; without a market data key there is none.
type Options struct {
	Store     *store.Store
	Workspace int64
	Base, Key string // of Twelve Data
	Log       *slog.Logger
}

// New makes the live engine on Twelve Data.
func New(o Options) (*Engine, error) {
	market, err := NewTwelveData(TwelveDataOptions{
		Base: o.Base, Key: o.Key, Clock: o.Store.Clock(), Meter: StoreMeter{o.Store},
	})
	if err != nil {
		return nil, err
	}
	return NewEngine(EngineOptions{Store: o.Store, Workspace: o.Workspace, Market: market, Log: o.Log, Fine: true})
}

// RunAlone runs the engine while this process holds its lease: of several processes on one database one decides.
func (e *Engine) RunAlone(ctx context.Context) error {
	return e.store.Lease(ctx, "signals.engine", e.Run)
}
