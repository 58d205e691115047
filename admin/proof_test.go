package admin

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"promostack/admin/browsertest"
	"promostack/signals"
	"promostack/store"
)

// sentRecord is what /proof/record.json sends.
type sentRecord struct {
	Count   int64
	Root    string
	Rule    string
	Entries []store.Entry
}

func TestTheRecordIsSentWholeAndFits(t *testing.T) {
	s, _ := traded(t, 3)
	res := ask{path: "/proof/record.json", status: 200, sets: map[string]string{"Content-Type": "application/json", "Content-Disposition": ""}}.of(t, s)
	got := read[sentRecord](t, res)
	want, err := signals.PublicRecord(t.Context(), s.Store.Workspace(store.DefaultWorkspace), s.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(want) < 4 || len(got.Entries) != len(want) || got.Count != int64(len(want)) || got.Root != want[len(want)-1].Hash || signals.VerifyRecord(got.Entries) != 0 {
		t.Errorf("%d entries, count %d, root %s, want %d; broken at %d", len(got.Entries), got.Count, got.Root, len(want), signals.VerifyRecord(got.Entries))
	}
	asks(t, s,
		ask{name: "known already", path: "/proof/record.json", header: map[string]string{"If-None-Match": res.Header.Get("ETag")}, status: 304},
		ask{name: "to keep", path: "/proof/record.json?download", status: 200, sets: map[string]string{"Content-Disposition": `attachment; filename="signal-record.json"`}})
	r := ask{path: "/proof/record.json", header: map[string]string{"Accept-Encoding": "gzip"}}.request(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	zip, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	var packed sentRecord
	if err := json.NewDecoder(zip).Decode(&packed); err != nil || packed.Root != got.Root || len(packed.Entries) != len(want) {
		t.Errorf("packed: %d entries, %v", len(packed.Entries), err)
	}
}

func TestAnEmptyRecordIsSent(t *testing.T) {
	s := testServer(t)
	got := read[sentRecord](t, ask{path: "/proof/record.json", status: http.StatusOK}.of(t, s))
	if got.Count != 0 || got.Root != "" || got.Entries == nil {
		t.Errorf("%+v", got)
	}
}

// longRecord puts pairs of a signal and its outcome into the record.
func longRecord(t *testing.T, st *store.Store, pairs int) {
	t.Helper()
	err := st.InTx(t.Context(), func(tx *store.Tx) error {
		ws := tx.Workspace(store.DefaultWorkspace)
		at := time.Date(2025, time.January, 6, 9, 0, 0, 0, time.UTC)
		for i := range int64(pairs) {
			at = at.Add(5 * time.Hour)
			signal := fmt.Sprintf(`{"kind":"signal","signal":%d,"symbol":"XAU/USD","interval":"15min","strategy":"macd-rsi","version":1,"side":"BUY","decided_at":%q,`+
				`"entry":"2650.12000","take_profit":"2662.20000","stop_loss":"2644.10000","deadline":%q,"status":"open"}`, i+1, at.Format(time.RFC3339), at.Add(4*time.Hour).Format(time.RFC3339))
			if _, err := ws.AppendRecord(t.Context(), "signal", i+1, at, signal); err != nil {
				return err
			}
			status, points := "won", "12.08000"
			if i%3 != 0 {
				status, points = "lost", "-6.02000"
			}
			outcome := fmt.Sprintf(`{"kind":"outcome","signal":%d,"status":%q,"exit_at":%q,"exit":"2662.20000","points":%q,"ambiguous":false}`, i+1, status, at.Add(time.Hour).Format(time.RFC3339), points)
			if _, err := ws.AppendRecord(t.Context(), "outcome", i+1, at.Add(time.Hour), outcome); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestProofPage(t *testing.T) {
	site := openSite(t)
	empty := site.visit(t, browsertest.Phone(), "/proof")
	empty.WaitText("#verdict", "Nothing is recorded yet")
	empty.Axe("empty record")
	longRecord(t, site.Store, 5000)

	for _, screen := range []browsertest.Screen{browsertest.Desktop(), browsertest.Phone()} {
		p := site.visit(t, screen, "/proof")
		p.WaitText("#verdict", "All 10,000 entries fit")
		t.Log("checked:", p.Attr("html", "data-checked"))
		p.WaitText(".figures", "33.3 %")
		if n := p.Count(".entries > li"); n != 50 {
			t.Errorf("%d rows on a page", n)
		}
		p.Axe("record " + screen.Name)
		p.NoSidewaysScroll("record " + screen.Name)
		if small := p.SmallTargets(24); len(small) > 0 {
			t.Errorf("small: %v", small)
		}
		p.Shot("proof")
		p.FullShot("proof-whole")
		if screen.Touch {
			continue
		}
		p.Click(".pages button:last-child")
		p.WaitFor(`.entries > [data-seq="1"]`)
		root := p.Text(`[data-testid="root"]`)
		p.Fill("#root-field", root[:10])
		p.Press("Enter")
		p.WaitText(`[data-testid="root-answer"]`, "entry 10,000")
		p.Fill("#root-field", "nonsense")
		p.Press("Enter")
		p.WaitText(`[data-testid="root-answer"]`, "at least the first 8")
		p.Fill("#root-field", strings.Repeat("0", 64))
		p.Press("Enter")
		p.WaitText(`[data-testid="root-answer"]`, "No entry ends with this")
	}
	alteredRows(t, site)
}

// alteredRows shows the page records in which one thing was changed.
func alteredRows(t *testing.T, site *liveSite) {
	t.Helper()
	p := site.visit(t, browsertest.Desktop(), "/proof")
	var honest sentRecord
	if err := json.Unmarshal([]byte(plain(t, site.url+"/proof/record.json")), &honest); err != nil {
		t.Fatal(err)
	}
	honest.Entries = honest.Entries[:400]
	honest.Root = honest.Entries[399].Hash
	for _, c := range []struct {
		name   string
		change func(*sentRecord)
		says   string
	}{
		{"as it is", func(*sentRecord) {}, "All 400 entries fit"},
		{"a result made larger", func(r *sentRecord) {
			r.Entries[55].Body = strings.Replace(r.Entries[55].Body, `"points":"`, `"points":"9`, 1)
		}, "Entry 56 does not fit"},
		{"the first", func(r *sentRecord) { r.Entries[0].Body += " " }, "Entry 1 does not fit"},
		{"the last", func(r *sentRecord) { r.Entries[399].Body += " " }, "Entry 400 does not fit"},
		{"altered with its own hash", func(r *sentRecord) {
			r.Entries[55].Body += " "
			r.Entries[55].Hash = store.EntryHash(r.Entries[54].Hash, r.Entries[55].Body)
		}, "Entry 57 does not fit"},
		{"one taken out", func(r *sentRecord) { r.Entries = append(r.Entries[:99:99], r.Entries[100:]...) }, "Entry 100 does not fit"},
		{"two exchanged", func(r *sentRecord) { r.Entries[9], r.Entries[10] = r.Entries[10], r.Entries[9] }, "Entry 10 does not fit"},
		{"the end cut off", func(r *sentRecord) { r.Entries = r.Entries[:300] }, "not the one that is claimed"},
	} {
		altered := honest
		altered.Entries = append([]store.Entry{}, honest.Entries...)
		c.change(&altered)
		restore := p.Answer("/proof/record.json", http.StatusOK, string(encode(map[string]any{"count": altered.Count, "root": altered.Root, "entries": altered.Entries})))
		p.Reload()
		p.WaitText("#verdict h2", c.says)
		if c.name == "a result made larger" {
			p.WaitText(".entries .error", "does not fit")
			p.Axe("broken record")
			p.Shot("proof-broken")
		}
		restore()
	}
}
