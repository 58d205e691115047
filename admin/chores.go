package admin

import (
	"context"
	"strings"
	"time"

	"promostack/store"

	"golang.org/x/sync/errgroup"
)

// Run does what nobody waits for: exports, counting findings, and the daily sweep. What must be done by one process
// alone runs under a lease. It returns when ctx ends.
func (s *Server) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.lookOver(ctx) })
	group.Go(func() error { return s.Store.Lease(ctx, "exports", s.keepExports) })
	group.Go(func() error { return s.Store.Lease(ctx, "sweep", s.keepSweeping) })
	return group.Wait()
}

const (
	sweepEvery  = 24 * time.Hour
	keepDeleted = 30 * 24 * time.Hour // a deleted template can be brought back for so long
	keepLoose   = 24 * time.Hour      // an uploaded picture that nothing refers to
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

// sweep removes for good what was deleted a month ago, sessions that are over, and pictures that nothing refers to.
func (s *Server) sweep(ctx context.Context) error {
	now := s.clock.Now()
	if _, err := s.Store.SweepSessions(ctx, now.Add(-sweepEvery)); err != nil {
		return err
	}
	if _, err := s.Store.Workspace(store.DefaultWorkspace).SweepTemplates(ctx, now.Add(-keepDeleted)); err != nil {
		return err
	}
	return s.sweepPictures(ctx, now.Add(-keepLoose))
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
	for _, key := range loose {
		for _, file := range []string{key, describe(key)} {
			if err := s.Store.Blobs().Delete(ctx, file); err != nil {
				return err
			}
		}
	}
	if len(loose) > 0 {
		s.Log.Info("pictures swept", "count", len(loose))
	}
	return nil
}
