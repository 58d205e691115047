package admin

import (
	"context"
	"errors"
	"strings"
	"time"

	"promostack/admin/setup"
	"promostack/store"

	"golang.org/x/sync/errgroup"
)

// Run does what nobody waits for: exports, counting findings, and the daily sweep. What must be done by one process
// alone runs under a lease. It returns when ctx ends.
func (s *Server) Run(ctx context.Context) error {
	// Whether an unknown proxy stands before us is found out anew at every start.
	if err := s.Store.SetSetting(ctx, setup.ForwardedSetting, ""); err != nil && ctx.Err() == nil {
		s.Log.Warn("the note about a proxy was not cleared", "err", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.lookOver(ctx) })
	group.Go(func() error { return s.Store.Lease(ctx, "exports", s.keepExports) })
	group.Go(func() error { return s.Store.Lease(ctx, "sweep", s.keepSweeping) })
	group.Go(func() error { return s.keepTrying(ctx) })
	return group.Wait()
}

const (
	sweepEvery  = 24 * time.Hour
	keepDeleted = 30 * 24 * time.Hour  // a deleted template can be brought back for so long
	keepLoose   = 24 * time.Hour       // an uploaded picture that nothing refers to
	keepUsage   = 400 * 24 * time.Hour // single attempts: a year and a month; their sums stay
)

// keepSweeping sweeps once a day, until ctx ends.
func (s *Server) keepSweeping(ctx context.Context) error {
	for {
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("sweep not finished", "err", err)
		}
		if store.Wait(ctx, s.clock, sweepEvery) != nil {
			return nil
		}
	}
}

// sweep removes for good what was deleted a month ago, sessions that are over, old single attempts, and pictures that
// nothing refers to. What fails does not keep the rest from being done.
func (s *Server) sweep(ctx context.Context) error {
	now, ws := s.clock.Now(), s.Store.Workspace(store.DefaultWorkspace)
	_, sessions := s.Store.SweepSessions(ctx, now.Add(-sweepEvery))
	_, usage := ws.SweepUsage(ctx, now.Add(-keepUsage))
	// The files of what goes here are found below, as everything that nothing refers to any more.
	_, templates := ws.SweepTemplates(ctx, now.Add(-keepDeleted))
	return errors.Join(sessions, usage, templates, s.sweepPictures(ctx, now.Add(-keepLoose)))
}

// sweepPictures deletes the pictures older than the moment that no version, draft or brand refers to.
func (s *Server) sweepPictures(ctx context.Context, before time.Time) error {
	var keys []string
	for _, prefix := range []string{"art/", "thumb/", "logo/"} {
		list, err := s.Store.Blobs().List(ctx, prefix)
		if err != nil {
			return err
		}
		for _, b := range list {
			if b.Modified.Before(before) && !strings.HasSuffix(b.Key, ".json") {
				keys = append(keys, b.Key)
			}
		}
	}
	loose, err := s.Store.LooseKeys(ctx, keys)
	if err != nil {
		return err
	}
	swept := 0
	for _, key := range loose {
		gone, err := s.sweepPicture(ctx, key, before)
		if err != nil {
			return err
		}
		if gone {
			swept++
		}
	}
	if swept > 0 {
		s.Log.Info("pictures swept", "count", swept)
	}
	return nil
}

// sweepPicture deletes a picture with what is known of it, unless somebody uploaded the same one again meanwhile: that
// writes the file anew, and another day is given to use it.
func (s *Server) sweepPicture(ctx context.Context, key string, before time.Time) (bool, error) {
	now, err := s.Store.Blobs().List(ctx, key)
	if err != nil || len(now) == 0 || now[0].Key != key || !now[0].Modified.Before(before) {
		return false, err
	}
	for _, file := range []string{key, describe(key)} {
		if err := s.Store.Blobs().Delete(ctx, file); err != nil {
			return false, err
		}
	}
	return true, nil
}
