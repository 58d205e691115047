package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"promostack/signals"
)

// trials runs one backtest at a time for the panel. It is safe for concurrent use.
type trials struct {
	mu     sync.Mutex
	now    trial
	cancel context.CancelFunc
	queue  chan trialOrder // holds the one that was started
}

// trial is the newest backtest.
type trial struct {
	State   string         `json:"state"` // none, running, done, failed, cancelled
	Source  string         `json:"source,omitempty"`
	Done    int            `json:"done"`
	Candles int            `json:"candles"`
	Error   string         `json:"error,omitempty"`
	Config  *strategyJSON  `json:"config,omitempty"`
	Result  map[string]any `json:"result,omitempty"`
}

// trialOrder is a backtest to be run.
type trialOrder struct {
	ctx    context.Context
	params signals.Params
}

func newTrials() *trials { return &trials{now: trial{State: "none"}, queue: make(chan trialOrder, 1)} }

func (t *trials) read() trial {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now
}

// start takes an order; false when one is running.
func (t *trials) start(p signals.Params) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now.State == "running" {
		return false
	}
	config := strategyOf(p)
	ctx, cancel := context.WithCancel(context.Background())
	t.now, t.cancel = trial{State: "running", Config: &config}, cancel
	t.queue <- trialOrder{ctx, p} // has room: nothing else runs
	return true
}

func (t *trials) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cancel != nil {
		t.cancel()
	}
}

func (t *trials) change(f func(*trial)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.now)
}

// keepTrying runs the backtests that are started, until ctx ends.
func (s *Server) keepTrying(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			s.trials.stop()
			return nil
		case order := <-s.trials.queue:
			s.try(ctx, order)
		}
	}
}

// try runs one backtest; it ends with the server or when it is cancelled.
func (s *Server) try(server context.Context, order trialOrder) {
	ctx, cancel := context.WithCancel(order.ctx)
	defer cancel()
	defer context.AfterFunc(server, cancel)()
	result, err := s.backtest(ctx, order.params)
	s.trials.change(func(t *trial) {
		switch {
		case ctx.Err() != nil:
			t.State = "cancelled"
		case errors.Is(err, signals.ErrTooFew):
			t.State, t.Error = "failed", "There are too few candles for a warm-up of that length."
		case err != nil:
			t.State, t.Error = "failed", "The backtest failed. The log says why."
			s.Log.Error("backtest failed", "err", err)
		default:
			t.State, t.Done, t.Result = "done", t.Candles, result
		}
	})
}

// enoughCandles for a backtest worth looking at, beside the warm-up: about two weeks.
const enoughCandles = 1000

func (s *Server) backtest(ctx context.Context, p signals.Params) (map[string]any, error) {
	now := s.clock.Now()
	candles, err := s.Store.Candles(ctx, signals.Symbol, signals.M15, 0, now.UnixMilli())
	if err != nil {
		return nil, err
	}
	source := "stored"
	if len(candles) < p.Warmup+enoughCandles {
		source = "synthetic"
		to := now.Truncate(24 * time.Hour)
		if candles, err = signals.Synthetic(1, to.AddDate(-1, 0, 0), to, signals.M15); err != nil {
			return nil, err
		}
	}
	s.trials.change(func(t *trial) { t.Source, t.Candles = source, len(candles) })
	b, err := signals.WatchBacktest(ctx, candles, signals.M15, p, func(done int) { s.trials.change(func(t *trial) { t.Done = done }) })
	if err != nil {
		return nil, err
	}
	return map[string]any{"from": moment(b.From), "to": moment(b.To), "summary": b.Summary, "sides": b.BySide(), "equity": thin(signals.Equity(b.ByEnd(), p))}, nil
}

// panelBacktest is the newest backtest and how far it is.
func (s *Server) panelBacktest(w http.ResponseWriter, r *http.Request) error {
	return s.writeJSON(w, r, http.StatusOK, s.trials.read())
}

// panelStartBacktest starts one with the numbers of the body; those it leaves out are the current ones.
func (s *Server) panelStartBacktest(w http.ResponseWriter, r *http.Request) error {
	var raw json.RawMessage
	if err := readJSON(r, &raw); err != nil {
		return err
	}
	now, _, err := signals.Settings(r.Context(), s.workspace(r))
	if err != nil {
		return err
	}
	p, _, err := readStrategy(raw, now)
	if err != nil {
		return err
	}
	if !s.trials.start(p) {
		return problem{status: http.StatusConflict, sentence: "A backtest is running already. Wait for it, or cancel it."}
	}
	return s.writeJSON(w, r, http.StatusAccepted, s.trials.read())
}

// panelCancelBacktest ends the one that runs; there need not be one.
func (s *Server) panelCancelBacktest(w http.ResponseWriter, r *http.Request) error {
	s.trials.stop()
	return s.ok(w, r)
}
