package admin

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// meter counts what the server does. Other rooms' numbers come from the default registry.
type meter struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	panics   prometheus.Counter
	show     http.Handler
}

func newMeter(more ...prometheus.Collector) *meter {
	m := &meter{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "promostack_http_requests_total",
			Help: "Requests answered, by route, method and status."}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "promostack_http_request_seconds",
			Help: "Time to answer, by route.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{Name: "promostack_http_panics_total", Help: "Requests that ended in a panic."}),
	}
	own := prometheus.NewRegistry()
	own.MustRegister(append(more, m.requests, m.seconds, m.panics)...)
	m.show = promhttp.HandlerFor(prometheus.Gatherers{own, prometheus.DefaultGatherer}, promhttp.HandlerOpts{})
	return m
}

// note counts one request. Unknown addresses and methods share one name each, so that a scan makes no new series.
func (m *meter) note(pattern, method string, status int, took time.Duration) {
	if pattern == "" {
		pattern = "none"
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(pattern, method, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(pattern).Observe(took.Seconds())
}

// metrics answers with all numbers.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) error {
	s.meter.show.ServeHTTP(w, r)
	return nil
}
