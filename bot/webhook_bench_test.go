package bot

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-telegram/bot/models"

	"promostack/store/storetest"
)

// BenchmarkWebhook compares the webhook, durable before 200, with a bare handler that only decodes the same JSON,
// at 16 connections in one run.
func BenchmarkWebhook(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		load(b, "", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var u models.Update
			if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
			}
		}))
	})
	b.Run("durable", func(b *testing.B) {
		hub, err := NewHub(b.Context(), Options{
			Store: storetest.Open(b), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Bots: []Config{{Product: &echo{}, Token: testToken}},
		})
		if err != nil {
			b.Fatal(err)
		}
		load(b, hub.bots[0].secret, http.HandlerFunc(hub.Webhook))
	})
}

// load sends b.N updates over 16 connections.
func load(b *testing.B, secret string, h http.Handler) {
	front := httptest.NewServer(h)
	defer front.Close()
	var next atomic.Int64
	var all sync.WaitGroup
	took := make([][]time.Duration, 16)
	b.ResetTimer()
	for side := range took {
		all.Go(func() {
			conn, err := net.Dial("tcp", front.Listener.Addr().String())
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			answers := bufio.NewReader(conn)
			var request bytes.Buffer
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				body := updateBody(i)
				request.Reset()
				fmt.Fprintf(&request, "POST /api/telegram-webhook HTTP/1.1\r\nHost: x\r\n%s: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", secretHeader, secret, len(body), body)
				began := time.Now()
				if _, err := conn.Write(request.Bytes()); err != nil {
					b.Error(err)
					return
				}
				if err := readOK(answers); err != nil {
					b.Error(err)
					return
				}
				took[side] = append(took[side], time.Since(began))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	sorted := slices.Sorted(slices.Values(slices.Concat(took...)))
	if len(sorted) == 0 {
		return
	}
	b.ReportMetric(float64(len(sorted))/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64(sorted[len(sorted)*99/100].Microseconds())/1000, "p99-ms")
}

func readOK(r *bufio.Reader) error {
	line, err := r.ReadString('\n')
	if err != nil || len(line) < 12 || line[9:12] != "200" {
		return fmt.Errorf("answer %q: %w", line, err)
	}
	for line != "\r\n" {
		if line, err = r.ReadString('\n'); err != nil {
			return err
		}
	}
	return nil
}

func updateBody(i int64) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"Anna","last_name":"Example","username":"anna_example","language_code":"en"},"chat":{"id":%d,"first_name":"Anna","last_name":"Example","username":"anna_example","type":"private"},"date":1774000000,"text":"SAVE20"}}`, i, i, i%500+1, i%500+1)
}
