package signals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"promostack/store"
)

// Posting says what the channel gets, and when.
type Posting struct {
	EveryOutcome bool   `json:"every_outcome"` // stops and expiries are replied to as well, not only profits
	Cornix       bool   `json:"cornix"`        // the signal also stands in the form that Cornix reads
	Daily        bool   `json:"daily"`         // post the daily recap
	DailyAt      string `json:"daily_at"`      // "23:59"
	Weekly       bool   `json:"weekly"`        // post the weekly recap
	WeeklyAt     string `json:"weekly_at"`     // "23:59"
	WeeklyDay    int    `json:"weekly_day"`    // 0 = Sunday
	Zone         string `json:"zone"`          // of those times, "UTC"
	Footer       string `json:"footer"`        // under every signal and recap; "" = none
	Comment      bool   `json:"comment"`       // let the AI add a paragraph, where one is configured
	Celebrate    string `json:"prompt_won"`    // what the AI is asked after a profit
	Day          string `json:"prompt_day"`    // … and for the daily recap
	Week         string `json:"prompt_week"`   // … and for the weekly one
	Admins       string `json:"admins"`        // Telegram ids that may pause and resume, with commas
	Chats        string `json:"chats"`         // ids of further chats in which the bot answers, with commas
}

// IDs reads a list of Telegram ids with commas.
func IDs(list string) ([]int64, error) {
	var out []int64
	for _, part := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no Telegram id", part)
		}
		out = append(out, id)
	}
	return out, nil
}

const postingKey = "signals.posting"

// DefaultPosting is what holds until somebody changed it.
func DefaultPosting() Posting {
	return Posting{
		Daily: true, DailyAt: "23:59", Weekly: true, WeeklyAt: "23:59", Zone: "UTC",
		Footer:    "Not financial advice. Past results say little about future ones.",
		Comment:   true,
		Celebrate: "Write one or two energetic, professional sentences that celebrate this closed trade. No numbers.",
		Day:       "Write two or three calm sentences about this trading day. Name no numbers.",
		Week:      "Write three or four analytical sentences about this trading week. Name no numbers.",
	}
}

// Check says what is wrong with the settings, as store.Invalid.
func (p Posting) Check() error {
	for _, f := range []struct{ field, at string }{{"daily_at", p.DailyAt}, {"weekly_at", p.WeeklyAt}} {
		if _, err := time.Parse("15:04", f.at); err != nil {
			return store.Invalid{Field: f.field, Sentence: "Give the time as hours and minutes, for example 23:59."}
		}
	}
	if p.WeeklyDay < 0 || p.WeeklyDay > 6 {
		return store.Invalid{Field: "weekly_day", Sentence: "The weekday is a number from 0 (Sunday) to 6 (Saturday)."}
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "" || p.Zone == "Local" {
		return store.Invalid{Field: "zone", Sentence: "There is no such time zone. An example is Europe/London."}
	}
	for _, f := range []struct{ field, list string }{{"admins", p.Admins}, {"chats", p.Chats}} {
		if _, err := IDs(f.list); err != nil {
			return store.Invalid{Field: f.field, Sentence: "Write Telegram ids as numbers with commas, for example 123456789, -1001234567890."}
		}
	}
	for _, f := range []struct {
		field, text string
		most        int
	}{{"footer", p.Footer, 300}, {"prompt_won", p.Celebrate, 1000}, {"prompt_day", p.Day, 1000}, {"prompt_week", p.Week, 1000}} {
		if n := utf8.RuneCountInString(f.text); n > f.most {
			return store.Invalid{Field: f.field, Sentence: fmt.Sprintf("At most %d characters; these are %d.", f.most, n)}
		}
	}
	return nil
}

// PostingOf are the workspace's posting settings.
func PostingOf(ctx context.Context, ws *store.Workspace) (Posting, error) {
	p := DefaultPosting()
	body, err := ws.Setting(ctx, postingKey)
	if errors.Is(err, store.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		return p, fmt.Errorf("read the posting settings: %w", err)
	}
	return p, nil
}

// SavePosting keeps posting settings.
func SavePosting(ctx context.Context, ws *store.Workspace, p Posting) error {
	p.Footer = strings.TrimSpace(p.Footer)
	if err := p.Check(); err != nil {
		return err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write the posting settings: %w", err)
	}
	return ws.SetSetting(ctx, postingKey, string(body))
}
