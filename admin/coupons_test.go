package admin

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"promostack/store"
)

func TestTheListOfCodesIsKeptInThePanel(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	made := o.do("POST", "/api/panel/coupons", `{"code":"save 20","percent":12.5,"ends":"2026-12-01T00:00:00Z","max_uses":100,"url":"https://shop.example/","note":"spring"}`, 201)
	if text(t, made, "coupon", "code") != "SAVE-20" || text(t, made, "coupon", "percent") != "12.5" || made["coupon"].(map[string]any)["amount"] != nil ||
		text(t, made, "coupon", "state") != "active" || text(t, made, "coupon", "starts") != "<nil>" {
		t.Errorf("made: %v", made)
	}
	if got := o.do("POST", "/api/panel/coupons", `{"code":"SAVE-20"}`, 409); got["field"] != "code" {
		t.Errorf("twice: %v", got)
	}
	for field, body := range map[string]string{"code": `{"code":"🎉"}`, "percent": `{"code":"A","percent":200}`, "amount": `{"code":"A","amount":"ten"}`,
		"currency": `{"code":"A","amount":"10.00"}`, "ends": `{"code":"A","starts":"2026-12-02T00:00:00Z","ends":"2026-12-01T00:00:00Z"}`} {
		if got := o.do("POST", "/api/panel/coupons", body, 422); got["field"] != field {
			t.Errorf("%s: %v", body, got)
		}
	}
	changed := o.do("PUT", "/api/panel/coupon/SAVE-20", `{"code":"SAVE-20","percent":null,"amount":"10.50","currency":"USD"}`, 200)
	if text(t, changed, "coupon", "amount") != "10.50" || text(t, changed, "coupon", "percent") != "<nil>" {
		t.Errorf("changed: %v", changed)
	}
	o.do("PUT", "/api/panel/coupon/NOTHING", `{"code":"NOTHING"}`, 404)
	o.do("PUT", "/api/panel/coupon/SAVE-20", `{"code":"OTHER"}`, 422)
	for i := range 3 {
		o.do("POST", "/api/panel/coupons", fmt.Sprintf(`{"code":"OLD%d","ends":"2026-01-01T00:00:00Z"}`, i), 201)
	}
	for query, want := range map[string]string{"": "4", "?q=old": "3", "?state=ended": "3", "?state=active": "1", "?q=save&state=ended": "0", "?limit=1&offset=3": "4"} {
		if got := o.do("GET", "/api/panel/coupons"+query, nil, 200); text(t, got, "total") != want {
			t.Errorf("%s: total %v, want %s", query, got["total"], want)
		}
	}
	gone := o.do("POST", "/api/panel/coupons/delete", `{"codes":["OLD0","OLD1","NOTHING"]}`, 200)
	if text(t, gone, "changed") != "2" {
		t.Errorf("deleted: %v", gone)
	}
	back := o.do("POST", "/api/panel/coupons/restore", map[string]any{"coupons": gone["coupons"]}, 200)
	if text(t, back, "changed") != "2" || text(t, o.do("GET", "/api/panel/coupons", nil, 200), "total") != "4" {
		t.Errorf("restored: %v", back)
	}
}

func TestRestoredCodesKeepTheirUses(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	o.do("POST", "/api/panel/coupons", `{"code":"A","max_uses":1}`, 201)
	if used, err := s.Store.Workspace(store.DefaultWorkspace).UseCoupon(t.Context(), "A"); err != nil || !used {
		t.Fatal(used, err)
	}
	gone := o.do("POST", "/api/panel/coupons/delete", `{"codes":["A"]}`, 200)
	o.do("POST", "/api/panel/coupons/restore", map[string]any{"coupons": gone["coupons"]}, 200)
	list := o.do("GET", "/api/panel/coupons?state=used_up", nil, 200)
	if text(t, list, "coupons", 0, "uses") != "1" {
		t.Errorf("list: %v", list)
	}
}

func TestTheProviderChosenInThePanelCountsAtOnce(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	ask{path: "/api/validate-coupon", body: `{"coupon_code":"ANYTHING"}`, status: 200, has: []string{`"valid":true`}}.of(t, s)
	chosen := o.do("PUT", "/api/panel/coupons/provider", `{"name":"list"}`, 200)
	if text(t, chosen, "name") != "list" || text(t, chosen, "fixed_by") != "" {
		t.Errorf("chosen: %v", chosen)
	}
	ask{path: "/api/validate-coupon", body: `{"coupon_code":"ANYTHING"}`, status: 200, has: []string{`"valid":false`, `"status":"invalid"`, `"status_code":404`}}.of(t, s)
	o.do("POST", "/api/panel/coupons", `{"code":"ANYTHING","percent":30}`, 201)
	ask{path: "/api/validate-coupon", body: `{"coupon_code":"ANYTHING"}`, status: 200, has: []string{`"valid":true`, `"discount":"30 %"`}}.of(t, s)
	tried := o.do("POST", "/api/panel/coupons/try", `{"code":"any thing"}`, 200)
	if text(t, tried, "canonical") != "ANY-THING" || text(t, tried, "status") != "invalid" || text(t, tried, "passed") != "false" {
		t.Errorf("tried: %v", tried)
	}
	if got := o.do("POST", "/api/panel/coupons/try", `{"code":"<b>"}`, 422); got["field"] != "code" {
		t.Errorf("malformed: %v", got)
	}
	if list, _ := o.do("GET", "/api/panel/coupons/verdicts", nil, 200)["verdicts"].([]any); len(list) == 0 || text(t, list, 0, "code") != "ANY-THING" {
		t.Errorf("verdicts: %v", list)
	}
	o.do("PUT", "/api/panel/coupons/provider", `{"name":"magic"}`, 422)
	if text(t, o.do("GET", "/api/panel/state", nil, 200), "banners") != "[]" {
		t.Error("the banner stays although the list decides")
	}
}

func TestAFileOfCodesComesInWholeOrNotAtAll(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	o.do("POST", "/api/panel/coupons", `{"code":"KEPT","percent":10}`, 201)
	o.do("POST", "/api/panel/coupons", `{"code":"CHANGED","percent":10}`, 201)
	file := "\ufeffCode;Discount;Amount;Currency;Ends;Colour;Note\r\n" +
		"kept;10%;;;;red;\r\nCHANGED;12,5;;;2026-12-24;;\r\nnew one;;10,00;usd;;;\"a; note\"\r\n\r\n"
	dry := o.form("/api/panel/coupons/import", 200, "dry", "1", "file", []byte(file))
	for key, want := range map[string]string{"rows": "3", "good": "3", "bad": "0", "added": "1", "changed": "1", "same": "1", "removed": "0", "separator": ";", "ignored": "[Colour]", "dry": "true"} {
		if text(t, dry, key) != want {
			t.Errorf("dry %s: %v, want %s", key, dry[key], want)
		}
	}
	if total := text(t, o.do("GET", "/api/panel/coupons", nil, 200), "total"); total != "2" {
		t.Errorf("a dry run changed the list: %s", total)
	}
	o.form("/api/panel/coupons/import", 200, "dry", "0", "file", []byte(file))
	list := o.do("GET", "/api/panel/coupons", nil, 200)
	if text(t, list, "total") != "3" || text(t, list, "coupons", 0, "ends") != "2026-12-25T00:00:00Z" || text(t, list, "coupons", 2, "note") != "a; note" {
		t.Errorf("imported: %v", list)
	}
	bad := file + "BAD1;200;;;;;\r\nnew one;;;;;;\r\n;5;;;;;\r\nBAD2;;;;31.12.2026;;\r\nBAD3;;ten;;;;\r\n"
	report := o.form("/api/panel/coupons/import", 422, "dry", "0", "replace", "1", "file", []byte(bad))
	if text(t, report, "bad") != "5" || text(t, report, "report", 0, "row") != "6" || text(t, report, "report", 0, "field") != "percent" || report["error"] == "" {
		t.Errorf("report: %v", report)
	}
	for i, field := range []string{"percent", "code", "code", "ends", "amount"} {
		if got := text(t, report, "report", i, "field"); got != field || text(t, report, "report", i, "error") == "" {
			t.Errorf("line %d: %v", i, dig(t, report, "report", i))
		}
	}
	replaced := o.form("/api/panel/coupons/import", 200, "dry", "0", "replace", "1", "file", []byte("code\nONLY\n"))
	if text(t, replaced, "removed") != "3" || text(t, o.do("GET", "/api/panel/coupons", nil, 200), "total") != "1" {
		t.Errorf("replaced: %v", replaced)
	}
	for name, body := range map[string]string{"empty": "", "no code column": "name,percent\nA,5\n", "picture": "\x89PNG\r\n\x1a\n\x00", "UTF-16": "\xff\xfec\x00o\x00", "Latin 1": "code,note\nA,\xfc\n"} {
		if got := o.form("/api/panel/coupons/import", 400, "file", []byte(body)); got["field"] != "file" {
			t.Errorf("%s: %v", name, got)
		}
	}
	o.form("/api/panel/coupons/import", 400, "dry", "1")
}

func TestALargeFileOfCodesIsTold(t *testing.T) {
	var file bytes.Buffer
	file.WriteString("code,percent\n")
	for i := range 100_000 {
		fmt.Fprintf(&file, "CODE%d,%d\n", i, i%150)
	}
	f, err := readCoupons(file.Bytes(), time.UTC)
	if err != nil || len(f.rows) != 100_000 {
		t.Fatalf("%d rows, %v", len(f.rows), err)
	}
	report, good := judge(f, nil, false)
	if report.Rows != 100_000 || report.Good != len(good) || report.Good+report.Bad != 100_000 || len(report.Report) != maxReport || report.More != 100_000-maxReport || report.Report[0].Outcome != "bad" {
		t.Errorf("report: %d rows, %d good, %d bad, %d lines", report.Rows, report.Good, report.Bad, len(report.Report))
	}
}

func TestTheExportComesBackAsItWas(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	o.do("POST", "/api/panel/coupons", `{"code":"A","percent":12.345,"starts":"2026-03-01T10:00:00Z","ends":"2026-12-01T00:00:00Z","max_uses":5,"url":"https://x.example/?a=1,2","note":"=HYPERLINK(\"x\")"}`, 201)
	o.do("POST", "/api/panel/coupons", `{"code":"-B","amount":"10.00","currency":"USD","note":"\"quoted\", line\ntwo"}`, 201)
	res := ask{path: "/api/panel/coupons.csv", header: cookies(o.cookie), status: 200, has: []string{"'=HYPERLINK", "'-B"},
		sets: map[string]string{"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="coupons.csv"`}}.of(t, s)
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	again := o.form("/api/panel/coupons/import", 200, "dry", "1", "replace", "1", "file", body)
	if text(t, again, "same") != "2" || text(t, again, "bad") != "0" {
		t.Errorf("again: %v", again)
	}
}

func TestCellsThatASpreadsheetWouldCalculateAreDefused(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "-1", "-1.50": "-1.50", "-1+1": "'-1+1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", " =1": "' =1",
		"\uff1d1": "'\uff1d1", "\uff0b1": "'\uff0b1", "\uff20x": "'\uff20x", "plain": "plain", "": "", "12.5": "12.5", "'x": "'x",
	} {
		if got := defuse(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
		if got := undefuse(defuse(cell)); got != cell {
			t.Errorf("%q comes back as %q", cell, got)
		}
	}
	f := newCSV("a", "b")
	f.row("x,y", "line\nbreak")
	f.csv.Flush()
	if got := f.out.String(); got != "\ufeffa,b\r\n\"x,y\",\"line\r\nbreak\"\r\n" {
		t.Errorf("file %q", got)
	}
}

func TestDecimalsAreExact(t *testing.T) {
	for text, want := range map[string]int64{"12.5": 12500, "0": 0, "100": 100000, "0.001": 1, "7.100": 7100, "12.": 12000} {
		if got, err := decimal(text, 3); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", ".", "1e3", "1,5", "-1", "0.0001", "NaN", "١", strings.Repeat("9", 30)} {
		if got, err := decimal(text, 3); err == nil {
			t.Errorf("%q: %d", text, got)
		}
	}
	for n, want := range map[int64]string{12500: "12.5", 0: "0", 1: "0.001", 100000: "100"} {
		if got := decimalText(n, 3, 0); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	if got := decimalText(1000, 2, 2); got != "10.00" {
		t.Error(got)
	}
}
