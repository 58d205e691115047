package coupon

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"promostack/store"
)

const (
	// Budget is the whole time that a check may take, waiting, retries and all.
	Budget = 3 * time.Second
	// askBudget ends a call a little earlier, so that its own words about the trouble still arrive.
	askBudget = Budget - 100*time.Millisecond
	// firstTry ends the first try early enough for a second one.
	firstTry = 2 * time.Second
	// tries is how often one lookup asks at most.
	tries = 3
	// maxBody is as much of an answer as is read, in bytes.
	maxBody = 64 << 10
)

// asker sends GET requests with retries inside the budget.
type asker struct {
	who      string // for sentences
	setting  string // what configures it
	client   *http.Client
	clock    store.Clock
	readBody bool
}

// answer is what a server said.
type answer struct {
	status     int
	body       []byte        // empty unless the asker reads bodies
	location   string        // where a redirect leads
	retryAfter time.Duration // 0: not said
}

// get asks until an answer is final, the tries are used up or the budget ends. The error is an *Outage; an answer
// that stayed 429 or 5xx is one too.
func (a *asker) get(ctx context.Context, url string, header http.Header) (answer, error) {
	start := a.clock.Now()
	ctx, cancel := withBudget(ctx, a.clock, askBudget)
	defer cancel()
	for try := 0; ; try++ {
		limit := askBudget
		if try == 0 {
			limit = firstTry
		}
		ans, out := a.once(ctx, url, header, limit)
		if out == nil && !busy(ans.status) {
			return ans, nil
		}
		if out == nil {
			out = badAnswer(a.who, a.setting, ans.status, ans.location)
		}
		wait := max(backoff(try), ans.retryAfter)
		left := askBudget - a.clock.Now().Sub(start)
		if out.Setup || ctx.Err() != nil || try == tries-1 || wait >= left || !sleep(ctx, a.clock, wait) {
			return answer{}, out
		}
	}
}

// once sends one request. Its context ends by ctx only until the answer's head is there: a body that nobody reads
// is drained behind the caller's back so that the connection can be used again.
func (a *asker) once(ctx context.Context, url string, header http.Header, limit time.Duration) (answer, *Outage) {
	own, cancel := withBudget(context.WithoutCancel(ctx), a.clock, limit)
	release := context.AfterFunc(ctx, func() { cancel() })
	req, err := http.NewRequestWithContext(own, http.MethodGet, url, nil)
	if err != nil {
		cancel()
		return answer{}, &Outage{Sentence: "The address of " + a.who + " is not usable. Check " + a.setting + ".", Setup: true}
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", "PromoStack")
	req.Header.Set("Accept", "application/json")
	resp, err := a.client.Do(req)
	if err != nil {
		defer cancel()
		return answer{}, noAnswer(firstEnded(ctx, own), a.who, err)
	}
	ans := answer{status: resp.StatusCode, location: resp.Header.Get("Location"), retryAfter: retryAfter(resp.Header)}
	if !a.readBody {
		release()
		go drain(resp.Body, cancel)
		return ans, nil
	}
	defer cancel()
	defer resp.Body.Close()
	ans.body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return answer{}, noAnswer(firstEnded(ctx, own), a.who, err)
	}
	if len(ans.body) > maxBody {
		return answer{}, &Outage{Setup: true, Status: ans.status, Sentence: fmt.Sprintf(
			"%s answers with more than %d KB, which is no answer about a code. Check %s.", a.who, maxBody>>10, a.setting)}
	}
	return ans, nil
}

func drain(body io.ReadCloser, done context.CancelFunc) {
	defer done()
	_, _ = io.CopyN(io.Discard, body, maxBody) // what is left is the connection's loss, not ours
	_ = body.Close()
}

// firstEnded picks the context whose end explains an error: the caller's, else the try's own.
func firstEnded(outer, own context.Context) context.Context {
	if outer.Err() != nil {
		return outer
	}
	return own
}

// busy reports the answers that may be different in a moment.
func busy(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500
}

// backoff is the pause after the try-th try: 100 to 200 ms, then 200 to 400 ms.
func backoff(try int) time.Duration {
	half := 100 * time.Millisecond << try
	return half + rand.N(half)
}

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 3600 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
