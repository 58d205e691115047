package admin

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"promostack/render/coupon"
	"promostack/store"
)

// couponColumns are what a file of codes may have; code alone is needed.
var couponColumns = []string{"code", "percent", "amount", "currency", "starts", "ends", "max_uses", "link", "note"}

// columnNames are other names that people use.
var columnNames = map[string]string{"coupon": "code", "coupon_code": "code", "discount": "percent", "percentage": "percent", "percent_off": "percent",
	"start": "starts", "start_date": "starts", "end": "ends", "end_date": "ends", "expires": "ends", "expiry": "ends",
	"max": "max_uses", "limit": "max_uses", "usage_limit": "max_uses", "url": "link", "notes": "note", "comment": "note"}

// couponRow is one line of a file.
type couponRow struct {
	line    int
	code    string // as written, for the report
	coupon  store.Coupon
	problem store.Invalid // with a sentence when the line is bad
}

// couponFile is a file of codes that was read.
type couponFile struct {
	separator string
	columns   []string // known ones that the file has
	ignored   []string // further ones
	rows      []couponRow
}

const maxCouponRows = 200_000

// readCoupons reads a file of codes: comma, semicolon or tab, with or without a byte order mark, a header first. Dates
// without a zone are meant in zone. The error is Invalid when there is nothing to be made of the file.
func readCoupons(body []byte, zone *time.Location) (couponFile, error) {
	var f couponFile
	unusable := func(sentence string) error { return store.Invalid{Field: "file", Sentence: sentence} }
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	switch {
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}), bytes.HasPrefix(body, []byte{0xfe, 0xff}), !utf8.Valid(body):
		return f, unusable("This file is not UTF-8 text. Save it as CSV UTF-8, then upload it again.")
	case bytes.IndexByte(body, 0) >= 0:
		return f, unusable("This is not a CSV file.")
	case len(bytes.TrimSpace(body)) == 0:
		return f, unusable("This file is empty.")
	}
	head, _, _ := bytes.Cut(body, []byte("\n"))
	separator := likelySeparator(string(head))
	f.separator = string(separator)
	reader := csv.NewReader(bytes.NewReader(body))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes = separator, -1, true
	header, err := reader.Read()
	if err != nil {
		return f, unusable("The first line cannot be read as the names of columns.")
	}
	where := f.readHeader(header)
	if where["code"] < 0 {
		return f, unusable("There is no column \"code\". The first line must name the columns: " + strings.Join(couponColumns, ", ") + ".")
	}
	return f, f.readRows(reader, where, zone)
}

func likelySeparator(head string) rune {
	best, most := ',', 0
	for _, r := range ",;\t" {
		if n := strings.Count(head, string(r)); n > most {
			best, most = r, n
		}
	}
	return best
}

// readHeader finds the place of each known column, -1 when it is missing.
func (f *couponFile) readHeader(header []string) map[string]int {
	where := map[string]int{}
	for _, name := range couponColumns {
		where[name] = -1
	}
	for i, cell := range header {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(undefuse(cell))), " ", "_")
		if other, ok := columnNames[name]; ok {
			name = other
		}
		if at, known := where[name]; known && at < 0 {
			where[name] = i
			f.columns = append(f.columns, name)
		} else if name != "" {
			f.ignored = append(f.ignored, shorten(strings.TrimSpace(cell), 40))
		}
	}
	return where
}

func (f *couponFile) readRows(reader *csv.Reader, where map[string]int, zone *time.Location) error {
	first := map[string]int{}
	for {
		cells, err := reader.Read()
		line, _ := reader.FieldPos(0)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if len(f.rows) >= maxCouponRows {
			return store.Invalid{Field: "file", Sentence: fmt.Sprintf("This file has more than %d lines. Split it.", maxCouponRows)}
		}
		if err != nil {
			var broken *csv.ParseError
			if errors.As(err, &broken) {
				line = broken.StartLine
			}
			f.rows = append(f.rows, couponRow{line: line, problem: store.Invalid{Sentence: "This line cannot be read: a quotation mark is open or out of place."}})
			continue
		}
		if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue // spreadsheets leave empty lines behind
		}
		row := readRow(cells, where, zone)
		row.line = line
		if at, twice := first[row.coupon.Code]; twice && row.problem.Sentence == "" {
			row.problem = store.Invalid{Field: "code", Sentence: fmt.Sprintf("The code %s stands in line %d already.", row.coupon.Code, at)}
		} else if row.coupon.Code != "" && !twice {
			first[row.coupon.Code] = line
		}
		f.rows = append(f.rows, row)
	}
}

func readRow(cells []string, where map[string]int, zone *time.Location) couponRow {
	cell := func(name string) string {
		if i := where[name]; i >= 0 && i < len(cells) {
			return strings.TrimSpace(undefuse(strings.TrimSpace(cells[i])))
		}
		return ""
	}
	row := couponRow{code: shorten(cell("code"), 80)}
	fail := func(err error, field, sentence string) couponRow {
		row.problem = store.Invalid{Field: field, Sentence: sentence}
		var invalid store.Invalid
		if sentence == "" && errors.As(err, &invalid) {
			row.problem = store.Invalid{Field: cmpOr(field, invalid.Field), Sentence: invalid.Sentence}
		}
		return row
	}
	c := store.Coupon{URL: cell("link"), Note: cell("note"), Currency: strings.ToUpper(cell("currency"))}
	var err error
	if c.Code, err = coupon.Canonical(cell("code")); err != nil {
		return fail(err, "code", "")
	}
	if text := strings.TrimSpace(strings.TrimSuffix(cell("percent"), "%")); text != "" {
		if c.PercentMilli, err = decimal(point(text), 3); err != nil {
			return fail(nil, "percent", fmt.Sprintf("%q is not a percentage, like 12.5.", shorten(text, 40)))
		}
	}
	if text := cell("amount"); text != "" {
		if c.AmountMinor, err = decimal(point(text), 2); err != nil {
			return fail(nil, "amount", fmt.Sprintf("%q is not an amount, like 10.00; the currency has a column of its own.", shorten(text, 40)))
		}
	}
	if c.AmountMinor == 0 {
		c.Currency = ""
	}
	if c.Starts, err = readMoment(cell("starts"), zone, false); err != nil {
		return fail(err, "starts", "")
	}
	if c.Ends, err = readMoment(cell("ends"), zone, true); err != nil {
		return fail(err, "ends", "")
	}
	if text := cell("max_uses"); text != "" {
		if c.MaxUses, err = strconv.ParseInt(text, 10, 64); err != nil {
			return fail(nil, "max_uses", fmt.Sprintf("%q is not a whole number.", shorten(text, 40)))
		}
	}
	if err := store.CheckCoupon(c); err != nil {
		return fail(err, "", "")
	}
	row.coupon = c
	return row
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// point turns a decimal comma into a point.
func point(text string) string {
	if strings.Count(text, ",") == 1 && !strings.Contains(text, ".") {
		return strings.Replace(text, ",", ".", 1)
	}
	return text
}

// readMoment reads a date or a moment. A day as an end means all of that day.
func readMoment(text string, zone *time.Location, end bool) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return t, store.Invalid{Sentence: fmt.Sprintf("%q is not a date. Write 2026-11-30 or 2026-11-30 18:00.", shorten(text, 40))}
	}
	if end {
		t = t.AddDate(0, 0, 1)
	}
	return t.UTC(), nil
}
