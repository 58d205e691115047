// Package markettest is a strict fake of Twelve Data's /time_series for tests: it refuses what the real one would
// refuse, counts credits, and can be told to fail in every way that was seen.
package markettest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Row is a candle as the provider sends it: strings, or nil for null.
type Row map[string]any

// Server is the fake. Its answer is the series that Serve gave it, cut to the dates asked for.
type Server struct {
	*httptest.Server
	tb  testing.TB
	key string
	now func() time.Time

	mu    sync.Mutex
	rows  func(interval string) []Row
	fail  []Failure
	calls []time.Time
	hang  chan struct{}
}

// Failure is one answer that is not the series.
type Failure struct {
	Status int
	Body   string
	Hang   bool // no answer until the test ends
}

// The failures that the provider is known for. It sends its errors with HTTP 200 as well as with their own status.
var (
	MinuteLimit = Failure{200, `{"code":429,"message":"You have run out of API credits for the current minute. 12 API credits were used, with the current limit being 8. Wait for the next minute.","status":"error"}`, false}
	DayLimit    = Failure{429, `{"code":429,"message":"You have run out of API credits for the day. 1316 API credits were used, with the current limit being 800.","status":"error"}`, false}
	BadKey      = Failure{401, `{"code":401,"message":"**apikey** parameter is incorrect or not specified.","status":"error"}`, false}
	BadSymbol   = Failure{200, `{"code":404,"message":"**symbol** or **figi** parameter is missing or invalid.","status":"error"}`, false}
	NoData      = Failure{200, `{"code":400,"message":"No data is available on the specified dates. Try setting different start/end dates.","status":"error"}`, false}
	Broken      = Failure{500, `{"code":500,"message":"Something went wrong. Please try again later.","status":"error"}`, false}
	HTML        = Failure{502, `<html>bad gateway</html>`, false}
	Empty       = Failure{200, ``, false}
	Hang        = Failure{Hang: true}
)

// New starts a fake that knows key and goes by now's clock.
func New(tb testing.TB, key string, now func() time.Time) *Server {
	s := &Server{tb: tb, key: key, now: now, hang: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	tb.Cleanup(func() {
		close(s.hang)
		s.Server.Close()
	})
	return s
}

// Serve sets the series: rows by interval, oldest first, each with datetime, open, high, low and close.
func (s *Server) Serve(rows func(interval string) []Row) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows = rows
}

// Fail makes the next answers these failures.
func (s *Server) Fail(f ...Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = append(s.fail, f...)
}

// Calls are the moments at which the fake was asked.
func (s *Server) Calls() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]time.Time(nil), s.calls...)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls = append(s.calls, s.now())
	var failure *Failure
	if len(s.fail) > 0 {
		failure, s.fail = &s.fail[0], s.fail[1:]
	}
	rows := s.rows
	s.mu.Unlock()
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	if failure != nil {
		if failure.Hang {
			select {
			case <-s.hang:
			case <-r.Context().Done():
			}
			return
		}
		w.WriteHeader(failure.Status)
		fmt.Fprint(w, failure.Body)
		return
	}
	if !s.checked(w, r) {
		return
	}
	s.answer(w, r, rows)
}

// checked refuses a request that the provider would answer differently from what the caller expects.
func (s *Server) checked(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	switch {
	case r.Method != http.MethodGet || r.URL.Path != "/time_series":
		s.tb.Errorf("market: %s %s is not what we use", r.Method, r.URL.Path)
	case q.Get("apikey") != "":
		s.tb.Error("market: the key stands in the URL")
	case q.Get("timezone") != "UTC":
		s.tb.Errorf("market: timezone %q; without UTC the times are an exchange's", q.Get("timezone"))
	case q.Get("symbol") != "XAU/USD":
		fmt.Fprint(w, BadSymbol.Body)
		return false
	case r.Header.Get("Authorization") != "apikey "+s.key:
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, BadKey.Body)
		return false
	default:
		return true
	}
	http.Error(w, "bad request", http.StatusBadRequest)
	return false
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, rows func(string) []Row) {
	q := r.URL.Query()
	var all []Row
	if rows != nil {
		all = rows(q.Get("interval"))
	}
	values := []Row{}
	for _, row := range all {
		at, _ := row["datetime"].(string)
		if at >= q.Get("start_date") && at <= q.Get("end_date") {
			values = append(values, row)
		}
	}
	if len(values) == 0 {
		fmt.Fprint(w, NoData.Body)
		return
	}
	if !strings.EqualFold(q.Get("order"), "asc") {
		for i, j := 0, len(values)-1; i < j; i, j = i+1, j-1 {
			values[i], values[j] = values[j], values[i]
		}
	}
	w.Header().Set("Content-Type", "application/json")
	err := json.NewEncoder(w).Encode(map[string]any{
		"meta": map[string]string{
			"symbol": q.Get("symbol"), "interval": q.Get("interval"), "currency_base": "Gold Spot",
			"currency_quote": "US Dollar", "type": "Precious Metal",
		},
		"values": values, "status": "ok",
	})
	if err != nil {
		s.tb.Errorf("market: %v", err)
	}
}
