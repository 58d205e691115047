package signals

// Side is the direction of a signal.
type Side string

// The two sides.
const (
	Buy  Side = "BUY"
	Sell Side = "SELL"
)

// sign is +1 for a buy and -1 for a sell.
func (s Side) sign() float64 {
	if s == Sell {
		return -1
	}
	return 1
}

// Idea is what a strategy sees in a closed candle: a side, and the indicator values that spoke for it.
type Idea struct {
	Side       Side
	RSI        float64
	MACD       float64
	MACDSignal float64
	ATR        float64
}

// Strategy is a rule over closed candles. To add one, write a file with a type of this kind and name it in strategies.
type Strategy interface {
	// Name is the key in settings and rows; it never changes.
	Name() string
	// Title is what a person reads.
	Title() string
	// Window is how many closed candles the live engine shows the rule before each decision: so many that older ones
	// would not change what it sees.
	Window() int
	// Start begins a pass over a series with the given numbers.
	Start(p Params) Decider
}

// Decider looks at one closed candle after the other. It knows nothing but those candles, so what it said about a
// candle can never depend on a later one.
type Decider interface {
	// Add takes the next closed candle and reports an idea, if there is one.
	Add(c Candle) (Idea, bool)
}

// strategies is every rule that we know.
var strategies = map[string]Strategy{
	macdRSI{}.Name():   macdRSI{},
	trendMACD{}.Name(): trendMACD{},
}

// StrategyNamed finds a strategy.
func StrategyNamed(name string) (Strategy, bool) {
	s, ok := strategies[name]
	return s, ok
}

// StrategyNames lists the strategies, the default one first.
func StrategyNames() []string { return []string{macdRSI{}.Name(), trendMACD{}.Name()} }

// readings are the indicators that both of our rules look at.
type readings struct {
	rsi        RSI
	macd       MACD
	atr        ATR
	line, sig  float64 // of this candle
	pLine, pSg float64 // of the one before
	defined    int     // candles with a defined MACD so far
	r, a       float64
}

func newReadings() readings {
	return readings{rsi: NewRSI(14), macd: NewMACD(12, 26, 9), atr: NewATR(14)}
}

// add takes a candle and reports whether this one and the one before it have all values.
func (r *readings) add(c Candle) bool {
	r.r, _ = r.rsi.Add(c.Close)
	r.a, _ = r.atr.Add(c)
	line, sig, ok := r.macd.Add(c.Close)
	if !ok {
		return false
	}
	r.pLine, r.pSg = r.line, r.sig
	r.line, r.sig = line, sig
	r.defined++
	return r.defined > 1
}

// idea applies the rule: an oversold market whose MACD crosses up is bought, an overbought one that crosses down sold.
func (r *readings) idea(p *Params) (Idea, bool) {
	i := Idea{RSI: r.r, MACD: r.line, MACDSignal: r.sig, ATR: r.a}
	switch {
	case r.a <= 0: // a market without any range has no distances to trade
		return Idea{}, false
	case r.r < p.RSILow && r.pLine <= r.pSg && r.line > r.sig:
		i.Side = Buy
	case r.r > p.RSIHigh && r.pLine >= r.pSg && r.line < r.sig:
		i.Side = Sell
	default:
		return Idea{}, false
	}
	return i, true
}

// macdRSI is the default rule: RSI(14) at an extreme and a MACD(12,26,9) cross, both on the closed candle.
type macdRSI struct{}

// Name is "macd-rsi".
func (macdRSI) Name() string { return "macd-rsi" }

// Title is what a person reads.
func (macdRSI) Title() string { return "RSI extreme with a MACD cross" }

// Window is 500: after 250 candles the seeds are forgotten to the last digit that matters.
func (macdRSI) Window() int { return 500 }

// Start begins a pass.
func (macdRSI) Start(p Params) Decider { return &macdRSIPass{p: p, r: newReadings()} }

type macdRSIPass struct {
	p    Params
	r    readings
	seen int
}

// Add takes the next closed candle.
func (m *macdRSIPass) Add(c Candle) (Idea, bool) {
	m.seen++
	if !m.r.add(c) || m.seen < m.p.Warmup {
		return Idea{}, false
	}
	return m.r.idea(&m.p)
}
