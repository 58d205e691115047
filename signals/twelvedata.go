package signals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"promostack/store"
)

// TwelveData asks api.twelvedata.com for candles. One call is one credit, metered before it is made. The key travels in
// a header, so that no URL and no error can show it.
type TwelveData struct {
	base     string
	key      string
	client   *http.Client
	clock    store.Clock
	meter    Meter
	calendar *Calendar
}

// Meter grants credits.
type Meter interface {
	// Take uses one credit; a LimitError says that there is none, and until when.
	Take(ctx context.Context) error
	// Exhaust says that the provider itself refused: nothing is granted before until.
	Exhaust(ctx context.Context, until time.Time) error
}

// TwelveDataOptions are what a client needs.
type TwelveDataOptions struct {
	Base   string // "https://api.twelvedata.com" unless a test says otherwise
	Key    string
	Client *http.Client // nil = one with a deadline of 10 s and no redirects
	Clock  store.Clock
	Meter  Meter
}

// settle is how long after its close a candle may still be wanting at the provider.
const settle = 3 * time.Second

// NewTwelveData makes a client.
func NewTwelveData(o TwelveDataOptions) (*TwelveData, error) {
	calendar, err := NewCalendar()
	if err != nil {
		return nil, err
	}
	if o.Client == nil {
		o.Client = &http.Client{
			Timeout:       10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return &TwelveData{
		base: strings.TrimRight(o.Base, "/"), key: o.Key, client: o.Client, clock: o.Clock, meter: o.Meter, calendar: calendar,
	}, nil
}

// Candles asks for closed candles; see Market.
func (t *TwelveData) Candles(ctx context.Context, symbol string, i Interval, from, to time.Time) (Batch, error) {
	if err := t.meter.Take(ctx); err != nil {
		return Batch{}, err
	}
	const stamp = "2006-01-02 15:04:05"
	q := url.Values{
		"symbol": {symbol}, "interval": {i.String()}, "timezone": {"UTC"}, "order": {"ASC"}, "outputsize": {"5000"},
		"start_date": {from.UTC().Format(stamp)}, "end_date": {to.UTC().Format(stamp)},
	}
	answer, server, err := t.get(ctx, "/time_series?"+q.Encode())
	if err != nil {
		return Batch{}, err
	}
	if answer.Status == "error" || answer.Code != 0 {
		return t.refused(ctx, answer, server)
	}
	if answer.Meta.Symbol != symbol || answer.Meta.Interval != i.String() {
		return Batch{}, fmt.Errorf("%w: asked for %s %s, got %.40q %.20q", ErrMarket, symbol, i, answer.Meta.Symbol, answer.Meta.Interval)
	}
	rows, faults := parseRows(answer.Values)
	closedBy := t.clock.Now().Add(-settle)
	if !server.IsZero() && server.Add(-settle).Before(closedBy) {
		closedBy = server.Add(-settle) // the slower clock decides what is over
	}
	kept, more := sift(rows, i, t.calendar, closedBy)
	return Batch{Candles: kept, Faults: append(faults, more...), Server: server}, nil
}

type timeSeries struct {
	Status  string `json:"status"`
	Code    int    `json:"code"`
	Message string `json:"message"`
	Meta    struct{ Symbol, Interval string }
	Values  []struct{ Datetime, Open, High, Low, Close *string }
}

// get reads one answer; whatever is not the JSON we know is ErrMarket. The server's clock comes from its Date header.
func (t *TwelveData) get(ctx context.Context, path string) (timeSeries, time.Time, error) {
	var answer timeSeries
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.base+path, nil)
	if err != nil {
		return answer, time.Time{}, fmt.Errorf("%w: the base address is wrong", ErrMarket)
	}
	req.Header.Set("Authorization", "apikey "+t.key)
	res, err := t.client.Do(req)
	if err != nil {
		return answer, time.Time{}, fmt.Errorf("%w: %s", ErrMarket, plainCause(err))
	}
	defer res.Body.Close()
	server, _ := http.ParseTime(res.Header.Get("Date"))
	body, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		return answer, server, fmt.Errorf("%w: the answer broke off", ErrMarket)
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return answer, server, fmt.Errorf("%w: status %d without a readable answer", ErrMarket, res.StatusCode)
	}
	if answer.Status == "" && answer.Code == 0 {
		return answer, server, fmt.Errorf("%w: status %d with an unknown answer", ErrMarket, res.StatusCode)
	}
	return answer, server, nil
}

// refused turns an error answer into what to do. Twelve Data sends it with HTTP 200 as well as with the status it names.
func (t *TwelveData) refused(ctx context.Context, a timeSeries, server time.Time) (Batch, error) {
	now := t.clock.Now()
	switch {
	case a.Code == http.StatusTooManyRequests:
		limit := LimitError{Until: now.Truncate(time.Minute).Add(time.Minute)}
		if strings.Contains(a.Message, "for the day") {
			limit = LimitError{Until: now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour), Day: true}
		}
		if err := t.meter.Exhaust(ctx, limit.Until); err != nil {
			return Batch{}, err
		}
		return Batch{}, limit
	case a.Code == http.StatusBadRequest && strings.Contains(a.Message, "No data is available"):
		return Batch{Server: server}, nil // the market was shut: nothing is an answer
	case a.Code == http.StatusUnauthorized:
		return Batch{}, fmt.Errorf("%w: TWELVE_DATA_API_KEY is refused", ErrMarket)
	case a.Code == http.StatusNotFound:
		return Batch{}, fmt.Errorf("%w: the symbol is not known there", ErrMarket)
	}
	return Batch{}, fmt.Errorf("%w: error %d", ErrMarket, a.Code)
}

func parseRows(values []struct{ Datetime, Open, High, Low, Close *string }) ([]Candle, []string) {
	rows := make([]Candle, 0, len(values))
	var faults []string
	for n, v := range values {
		if v.Datetime == nil {
			faults = append(faults, fmt.Sprintf("row %d has no time", n+1))
			continue
		}
		at, err := time.Parse("2006-01-02 15:04:05", *v.Datetime)
		if err != nil {
			faults = append(faults, fmt.Sprintf("row %d: %.30q is no time", n+1, *v.Datetime))
			continue
		}
		c := Candle{At: at.UnixMilli(), Open: price(v.Open), High: price(v.High), Low: price(v.Low), Close: price(v.Close)}
		rows = append(rows, c) // a price that is none is NaN, and Check refuses it
	}
	return rows, faults
}

func price(s *string) float64 {
	if s == nil {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(*s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// plainCause says what went wrong without the address: it is nobody's business in a log.
func plainCause(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "no answer in time"
	}
	return err.Error()
}
