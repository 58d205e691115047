package admin

import (
	"io"
	"net/http"
	"time"

	"promostack/store"
)

// maxReport is how many lines of a file a report tells of; the bad ones come first.
const maxReport = 500

// reportLine is what becomes of one line of a file.
type reportLine struct {
	Row     int    `json:"row"`
	Code    string `json:"code"`
	Outcome string `json:"outcome"` // bad, added, changed, same
	Field   string `json:"field,omitempty"`
	Error   string `json:"error,omitempty"`
}

// importReport is what becomes of a file.
type importReport struct {
	Rows      int          `json:"rows"`
	Good      int          `json:"good"`
	Bad       int          `json:"bad"`
	Added     int          `json:"added"`
	Changed   int          `json:"changed"`
	Same      int          `json:"same"`
	Removed   int          `json:"removed"`
	Dry       bool         `json:"dry"`
	Separator string       `json:"separator"`
	Columns   []string     `json:"columns"`
	Ignored   []string     `json:"ignored"`
	Report    []reportLine `json:"report"`
	More      int          `json:"more"`
}

// panelImportCoupons reads a file of codes: all of it or nothing goes onto the list.
func (s *Server) panelImportCoupons(w http.ResponseWriter, r *http.Request) error {
	var body []byte
	fields, err := readForm(r, func(_ map[string]string, name string, part io.Reader) (err error) {
		if name == "file" {
			body, err = io.ReadAll(part)
			if err != nil {
				return bodyError(err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if body == nil {
		return problem{status: http.StatusBadRequest, field: "file", sentence: "Choose a CSV file."}
	}
	ws, ctx := s.workspace(r), r.Context()
	file, err := readCoupons(body, s.zone(ctx, ws))
	if err != nil {
		p, _ := explain(err)
		p.status = http.StatusBadRequest
		return p
	}
	were, _, err := ws.Coupons(ctx, store.CouponFilter{})
	if err != nil {
		return err
	}
	report, good := judge(file, were, fields["replace"] == "1")
	report.Dry = fields["dry"] != "0"
	if report.Dry {
		return s.writeJSON(w, r, http.StatusOK, report)
	}
	if report.Bad > 0 {
		return problem{status: http.StatusUnprocessableEntity, sentence: "Nothing was imported: the file has lines that cannot be used.", more: asMap(report)}
	}
	if err := ws.ImportCoupons(ctx, good, fields["replace"] == "1"); err != nil {
		return err
	}
	s.listChanged(r, "import coupons", "", map[string]any{"added": report.Added, "changed": report.Changed, "removed": report.Removed})
	return s.writeJSON(w, r, http.StatusOK, report)
}

// judge says what would become of each line, given the codes that are on the list.
func judge(f couponFile, were []store.Coupon, replace bool) (importReport, []store.Coupon) {
	report := importReport{Rows: len(f.rows), Separator: f.separator, Columns: orEmpty(f.columns), Ignored: orEmpty(f.ignored), Report: []reportLine{}}
	known := make(map[string]store.Coupon, len(were))
	for _, c := range were {
		known[c.Code] = c
	}
	var good []store.Coupon
	var fine []reportLine
	for _, row := range f.rows {
		if row.problem.Sentence != "" {
			report.Bad++
			report.Report = append(report.Report, reportLine{row.line, row.code, "bad", row.problem.Field, row.problem.Sentence})
			continue
		}
		old, there := known[row.coupon.Code]
		delete(known, row.coupon.Code)
		outcome := "changed"
		switch {
		case !there:
			report.Added++
			outcome = "added"
		case sameCoupon(old, row.coupon):
			report.Same++
			outcome = "same"
		default:
			report.Changed++
		}
		good = append(good, row.coupon)
		fine = append(fine, reportLine{Row: row.line, Code: row.coupon.Code, Outcome: outcome})
	}
	report.Good = len(good)
	if replace {
		report.Removed = len(known)
	}
	report.Report = append(report.Report, fine...)
	if len(report.Report) > maxReport {
		report.More = len(report.Report) - maxReport
		report.Report = report.Report[:maxReport]
	}
	return report, good
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// sameCoupon compares what a file can say.
func sameCoupon(a, b store.Coupon) bool {
	b.Uses, b.CreatedAt, b.UpdatedAt = a.Uses, a.CreatedAt, a.UpdatedAt
	return a.Starts.Equal(b.Starts) && a.Ends.Equal(b.Ends) && withoutDates(a) == withoutDates(b)
}

func withoutDates(c store.Coupon) store.Coupon {
	c.Starts, c.Ends, c.CreatedAt, c.UpdatedAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return c
}

// panelExportCoupons gives the list as a file that the import takes.
func (s *Server) panelExportCoupons(w http.ResponseWriter, r *http.Request) error {
	found, _, err := s.workspace(r).Coupons(r.Context(), s.couponFilter(r, 0, 0))
	if err != nil {
		return err
	}
	file := newCSV(couponColumns...)
	for _, c := range found {
		file.row(c.Code, textUnlessZero(c.PercentMilli, 3, 0), textUnlessZero(c.AmountMinor, 2, 2), c.Currency,
			momentText(c.Starts), momentText(c.Ends), textUnlessZero(c.MaxUses, 0, 0), c.URL, c.Note)
	}
	return file.send(w, r, "coupons.csv")
}

func textUnlessZero(n int64, places, least int) string {
	if n == 0 {
		return ""
	}
	return decimalText(n, places, least)
}

func momentText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
