package signals

import (
	"fmt"
	"html"
	"strings"
	"time"

	"promostack/store"
)

// The posts as Telegram HTML. Each is complete by itself; whatever an AI adds comes below, escaped.

// SignalText is the post of a new signal.
func SignalText(r store.Signal, p Posting) string {
	var b strings.Builder
	dot := "🟢"
	if Side(r.Side) == Sell {
		dot = "🔴"
	}
	fmt.Fprintf(&b, "%s <b>%s %s</b> · %s · #%d\n\n", dot, html.EscapeString(r.Side), html.EscapeString(r.Symbol), r.Interval, r.ID)
	fmt.Fprintf(&b, "Entry <b>%.2f</b>\nTake profit <b>%.2f</b>\nStop loss <b>%.2f</b>\n\n", r.Entry, r.TakeProfit, r.StopLoss)
	fmt.Fprintf(&b, "RSI %.2f · MACD %.4f · ATR %.2f\n", r.RSI, r.MACD, r.ATR)
	fmt.Fprintf(&b, "%s · open until %s UTC\n", r.DecidedAt.UTC().Format("2006-01-02 15:04 UTC"), r.Deadline.UTC().Format("15:04"))
	if p.Cornix {
		b.WriteString("\n<code>" + cornix(r) + "</code>\n")
	}
	return footed(b.String(), p)
}

// cornix is the form that the Cornix bot parses: a pair, a direction, one entry, one target, one stop.
func cornix(r store.Signal) string {
	direction := "Long"
	if Side(r.Side) == Sell {
		direction = "Short"
	}
	return html.EscapeString(fmt.Sprintf("#%s\nSignal Type: Regular (%s)\nEntry Targets: 1) %.2f\nTake-Profit Targets: 1) %.2f\nStop Targets: 1) %.2f",
		r.Symbol, direction, r.Entry, r.TakeProfit, r.StopLoss))
}

// OutcomeText is the reply to a signal that ended; comment is a paragraph below, or "".
func OutcomeText(r store.Signal, comment string) string {
	heads := map[Status]string{Won: "🎯 <b>Take profit hit</b>", Lost: "🛑 <b>Stop loss hit</b>", Expired: "⏱ <b>Closed at the market</b>"}
	var b strings.Builder
	fmt.Fprintf(&b, "%s · #%d\n\n", heads[Status(r.Status)], r.ID)
	fmt.Fprintf(&b, "%s %s: %.2f → %.2f\n", html.EscapeString(r.Side), html.EscapeString(r.Symbol), r.Entry, r.Exit)
	fmt.Fprintf(&b, "<b>%s</b> · %s · %s\n", pips(r.Points/r.Pip), dollars(r.Points), multiples(FromRow(r).R(Params{Spread: r.Spread})))
	if r.Ambiguous {
		b.WriteString("Both levels were touched in one candle; the stop counts.\n")
	}
	if comment != "" {
		b.WriteString("\n" + html.EscapeString(comment) + "\n")
	}
	return strings.TrimSpace(b.String())
}

// maxRecapLines keeps a recap below Telegram's 4,096 characters.
const maxRecapLines = 40

// RecapText is the post of a recap; comment is a paragraph below, or "".
func RecapText(r Recap, comment string, p Posting) string {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	var b strings.Builder
	if r.Kind == "weekly" {
		fmt.Fprintf(&b, "📅 <b>Week to %s</b>\n\n", r.To.In(zone).Format("2 January 2006"))
	} else {
		fmt.Fprintf(&b, "📊 <b>%s</b>\n\n", r.To.In(zone).Format("Monday, 2 January 2006"))
	}
	if len(r.Signals) == 0 {
		b.WriteString("No signals. The rule saw nothing worth trading.\n")
	} else {
		b.WriteString(recapNumbers(r.Summary))
		b.WriteString("\n")
		for i, s := range r.Signals {
			if i == maxRecapLines {
				fmt.Fprintf(&b, "… and %d more\n", len(r.Signals)-i)
				break
			}
			b.WriteString(recapLine(s))
		}
	}
	if comment != "" {
		b.WriteString("\n" + html.EscapeString(comment) + "\n")
	}
	if r.Root != "" {
		b.WriteString("\nRecord: <code>" + html.EscapeString(r.Root) + "</code>\n")
	}
	return footed(b.String(), p)
}

// SummaryText is the results of a period for somebody who asked.
func SummaryText(title string, s Summary, p Posting) string {
	if s.Won+s.Lost+s.Expired == 0 {
		return footed("<b>"+html.EscapeString(title)+"</b>\n\nNo signal ended in this time.", p)
	}
	text := "<b>" + html.EscapeString(title) + "</b>\n\n" + recapNumbers(s)
	if s.ProfitFactor != nil && s.ExpectancyR != nil {
		text += fmt.Sprintf("Profit factor %.2f · %+.2f R a signal\n", *s.ProfitFactor, *s.ExpectancyR)
	}
	text += fmt.Sprintf("Largest drawdown %.2f R", s.MaxDrawdownR)
	return footed(text, p)
}

func recapNumbers(s Summary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d won · %d lost · %d expired", s.Won, s.Lost, s.Expired)
	if s.Open > 0 {
		fmt.Fprintf(&b, " · %d open", s.Open)
	}
	b.WriteString("\n")
	if s.WinRate != nil {
		fmt.Fprintf(&b, "Win rate %.1f %% of won and lost\n", *s.WinRate)
	}
	if s.Won+s.Lost+s.Expired > 0 {
		fmt.Fprintf(&b, "<b>%s</b> · %s · %s\n", pips(s.TotalPips), dollars(s.TotalPoints), multiples(s.TotalR))
	}
	return b.String()
}

func recapLine(s RecapSignal) string {
	marks := map[Status]string{Won: "✅", Lost: "❌", Expired: "⏱", Open: "🔵"}
	if s.Status == Open {
		return fmt.Sprintf("%s #%d %s · open\n", marks[Open], s.ID, html.EscapeString(string(s.Side)))
	}
	return fmt.Sprintf("%s #%d %s · %s · %s\n", marks[s.Status], s.ID, html.EscapeString(string(s.Side)), pips(s.Pips), multiples(s.R))
}

func pips(v float64) string      { return fmt.Sprintf("%+.1f pips", v) }
func dollars(v float64) string   { return fmt.Sprintf("%+.2f USD", v) }
func multiples(v float64) string { return fmt.Sprintf("%+.2f R", v) }

func footed(text string, p Posting) string {
	text = strings.TrimSpace(text)
	if p.Footer == "" {
		return text
	}
	return text + "\n\n<i>" + html.EscapeString(p.Footer) + "</i>"
}
