package signals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"promostack/store"
)

// pausedKey is the workspace setting that stops new signals; open ones are watched to their end.
const pausedKey = "signals.paused"

// Settings are the current numbers and their version; the defaults become version 1 when they are first asked for.
func Settings(ctx context.Context, ws *store.Workspace) (Params, int, error) {
	versions, err := ws.StrategyVersions(ctx)
	if err != nil {
		return Params{}, 0, err
	}
	if len(versions) == 0 {
		p := DefaultParams()
		v, err := SaveSettings(ctx, ws, p, "defaults", 0)
		if errors.Is(err, store.ErrConflict) { // somebody else was first
			return Settings(ctx, ws)
		}
		return p, v, err
	}
	p := DefaultParams()
	if err := json.Unmarshal([]byte(versions[0].Params), &p); err != nil {
		return Params{}, 0, fmt.Errorf("read strategy version %d: %w", versions[0].Version, err)
	}
	return p, versions[0].Version, nil
}

// SaveSettings makes p the current numbers as a new version. base is the version that the editor started from;
// store.ErrConflict when it is not the current one, store.Invalid with a sentence when a number is out of range.
func SaveSettings(ctx context.Context, ws *store.Workspace, p Params, actor string, base int) (int, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return 0, fmt.Errorf("write strategy numbers: %w", err)
	}
	v, err := ws.AddStrategyVersion(ctx, string(body), actor, base)
	return v.Version, err
}

// Paused reports whether new signals are stopped.
func Paused(ctx context.Context, ws *store.Workspace) (bool, error) {
	v, err := ws.Setting(ctx, pausedKey)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return v == "1", err
}

// SetPaused stops new signals, or lets them come again.
func SetPaused(ctx context.Context, ws *store.Workspace, paused bool) error {
	v := "0"
	if paused {
		v = "1"
	}
	return ws.SetSetting(ctx, pausedKey, v)
}
