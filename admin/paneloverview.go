package admin

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"promostack/store"
)

// totals are what happened in a span of time.
type totals struct {
	Made      int64 `json:"made"`
	Rejected  int64 `json:"rejected"`
	Failed    int64 `json:"failed"`
	Downloads int64 `json:"downloads"`
	Shares    int64 `json:"shares"`
}

// add counts a roll-up. A download or share on the web is a picture that the page made itself.
func (t *totals) add(c store.UsageCount) {
	switch c.Outcome {
	case "made":
		t.Made += c.Count
	case "failed", "no_template", "no_variant", "too_long":
		t.Failed += c.Count
	default:
		t.Rejected += c.Count
	}
	switch c.Kind {
	case "download":
		t.Downloads += c.Count
	case "share":
		t.Shares += c.Count
	}
}

// point of a chart.
type seriesPoint struct {
	At       any    `json:"at"`
	Label    string `json:"label"`
	Made     int64  `json:"made"`
	Rejected int64  `json:"rejected"`
}

const topOf = 8

// panelOverview is how the last day, week or month went, in the brand's time zone, from the roll-ups.
func (s *Server) panelOverview(w http.ResponseWriter, r *http.Request) error {
	days := queryNumber(r, "days", 7, 1, 90)
	ws, ctx := s.workspace(r), r.Context()
	zone := s.zone(ctx, ws)
	now := s.clock.Now().In(zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	from, before := today.AddDate(0, 0, 1-days), today.AddDate(0, 0, 1-2*days)
	counts, err := ws.UsageHours(ctx, store.UsageFilter{From: before.UTC()})
	if err != nil {
		return err
	}
	series := emptySeries(from, now, days)
	var sum, sumBefore totals
	byTemplate, bySource := map[string]int64{}, map[string]int64{}
	for _, c := range counts {
		if c.Hour.Before(from) {
			sumBefore.add(c)
			continue
		}
		sum.add(c)
		if i := placeOf(c.Hour.In(zone), from, days); i >= 0 && i < len(series) {
			var t totals
			t.add(c)
			series[i].Made += t.Made
			series[i].Rejected += t.Rejected
		}
		if c.Outcome == "made" {
			byTemplate[c.Template] += c.Count
			bySource[c.Source] += c.Count
		}
	}
	out := map[string]any{"days": days, "zone": zone.String(), "made": sum.Made, "rejected": sum.Rejected, "failed": sum.Failed,
		"downloads": sum.Downloads, "shares": sum.Shares, "before": sumBefore, "series": series, "sources": named("source", bySource)}
	if out["templates"], err = s.topTemplates(ctx, ws, byTemplate); err != nil {
		return err
	}
	if err := s.topCodes(ctx, ws, from.UTC(), out); err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, out)
}

// emptySeries is a point an hour up to now for a single day, else a point a day.
func emptySeries(from, now time.Time, days int) []seriesPoint {
	out := []seriesPoint{}
	if days == 1 {
		for at := from; !at.After(now); at = at.Add(time.Hour) {
			out = append(out, seriesPoint{At: moment(at), Label: at.Format("15:04")})
		}
		return out
	}
	for i := range days {
		at := from.AddDate(0, 0, i)
		out = append(out, seriesPoint{At: moment(at), Label: at.Format("Mon 2")})
	}
	return out
}

// placeOf is the point that an hour belongs to.
func placeOf(hour, from time.Time, days int) int {
	if days == 1 {
		return int(hour.Sub(from) / time.Hour)
	}
	day := time.Date(hour.Year(), hour.Month(), hour.Day(), 12, 0, 0, 0, time.UTC)
	first := time.Date(from.Year(), from.Month(), from.Day(), 12, 0, 0, 0, time.UTC)
	return int(day.Sub(first) / (24 * time.Hour))
}

func named(key string, counts map[string]int64) []map[string]any {
	out := make([]map[string]any, 0, len(counts))
	for name, n := range counts {
		out = append(out, map[string]any{key: name, "count": n})
	}
	slices.SortFunc(out, func(a, b map[string]any) int {
		if c := cmp.Compare(b["count"].(int64), a["count"].(int64)); c != 0 {
			return c
		}
		return cmp.Compare(a[key].(string), b[key].(string))
	})
	return out[:min(len(out), topOf)]
}

func (s *Server) topTemplates(ctx context.Context, ws *store.Workspace, counts map[string]int64) ([]map[string]any, error) {
	known, err := ws.Templates(ctx, store.TemplateFilter{})
	if err != nil {
		return nil, err
	}
	bySlug := map[string]store.Template{}
	for _, t := range known {
		bySlug[t.Slug] = t
	}
	out := named("slug", counts)
	for _, row := range out {
		slug, _ := row["slug"].(string)
		row["name"], row["thumb"] = slug, ""
		if t, ok := bySlug[slug]; ok {
			row["name"] = t.Name
			if len(t.Variants) > 0 {
				row["thumb"] = mediaURL(t.Variants[0].Thumb)
			}
		}
	}
	return out, nil
}

// refusals are the outcomes of codes that did not pass.
var refusals = []string{"invalid", "expired", "exhausted", "unknown"}

func (s *Server) topCodes(ctx context.Context, ws *store.Workspace, from time.Time, out map[string]any) error {
	made, err := ws.UsageCodes(ctx, store.UsageFilter{From: from, Outcome: "made"}, topOf)
	if err != nil {
		return err
	}
	codes := make([]map[string]any, 0, len(made))
	for _, c := range made {
		codes = append(codes, map[string]any{"code": c.Code, "count": c.Count})
	}
	rejected := []map[string]any{}
	for _, status := range refusals {
		list, err := ws.UsageCodes(ctx, store.UsageFilter{From: from, Outcome: status}, topOf)
		if err != nil {
			return err
		}
		for _, c := range list {
			rejected = append(rejected, map[string]any{"code": c.Code, "status": status, "count": c.Count, "last": moment(c.LastAt)})
		}
	}
	slices.SortStableFunc(rejected, func(a, b map[string]any) int { return cmp.Compare(b["count"].(int64), a["count"].(int64)) })
	out["codes"], out["rejected_codes"] = codes, rejected[:min(len(rejected), topOf)]
	return nil
}

// zone is the brand's time zone.
func (s *Server) zone(ctx context.Context, ws *store.Workspace) *time.Location {
	zone, err := time.LoadLocation(s.brand(ctx, ws).TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
