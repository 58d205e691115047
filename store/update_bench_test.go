package store_test

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

// BenchmarkTakeUpdate stores updates from 16 sides at once, each durable before the call returns.
func BenchmarkTakeUpdate(b *testing.B) {
	s := storetest.Open(b)
	ws := s.Workspace(store.DefaultWorkspace)
	body := bytes.Repeat([]byte("x"), 500)
	var n atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range 16 {
		all.Go(func() {
			for {
				i := n.Add(1)
				if i > int64(b.N) {
					return
				}
				fresh, err := ws.TakeUpdate(b.Context(), store.Update{Connection: 1, ID: i, Seq: i, Lane: i % 50, TakenAt: time.UnixMilli(i), Body: body})
				if err != nil || !fresh {
					b.Error(fresh, err)
					return
				}
			}
		})
	}
	all.Wait()
}
