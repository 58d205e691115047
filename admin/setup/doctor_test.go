package setup

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"promostack/store"
)

// examine is what the doctor says about each part.
func examine(t *testing.T, d Doctor) map[string]Check {
	t.Helper()
	if d.Clock == nil {
		d.Clock = store.SystemClock()
	}
	out := map[string]Check{}
	for _, c := range d.Checks(t.Context()) {
		if c.Why == "" || c.Status != OK && c.Status != Off && c.Status != Fail {
			t.Errorf("%+v says nothing", c)
		}
		out[c.Part] = c
	}
	return out
}

func TestTheDoctorLooksAndLeavesNothingBehind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	config := Config{DataDir: dir, Coupons: Coupons{Provider: "open"}}
	before := examine(t, Doctor{Config: config})
	if before["data folder"].Status != Off || before["database"].Status != Off || before["fonts"].Status != OK {
		t.Errorf("before the first start: %+v", before)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the doctor made the data folder unasked")
	}
	if c := examine(t, Doctor{Config: config, Fix: true})["data folder"]; c.Status != OK || !c.Fixed {
		t.Errorf("mended: %+v", c)
	}
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	after := examine(t, Doctor{Config: config})
	for _, part := range []string{"data folder", "disk", "database", "files", "fonts", "proxies"} {
		if after[part].Status != OK {
			t.Errorf("%s: %+v", part, after[part])
		}
	}
	if list, err := st.Blobs().List(t.Context(), "doctor/"); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v %v", list, err)
	}
	if err := st.SetSetting(t.Context(), ForwardedSetting, "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if c := examine(t, Doctor{Config: config})["proxies"]; c.Status != Fail || !strings.Contains(c.Why, "10.0.0.1") || !strings.Contains(c.Do, "TRUSTED_PROXIES") {
		t.Errorf("unknown proxy: %+v", c)
	}
}

func TestTheDoctorNamesWhatFails(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	status := http.StatusInternalServerError
	crm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
		w.WriteHeader(status)
	}))
	defer crm.Close()
	config := Config{DataDir: dir, Coupons: Coupons{Provider: "funderpro", FunderProProduct: "p", FunderProBase: crm.URL, Outage: "deny"}}
	found := examine(t, Doctor{Config: config})
	if c := found["coupons"]; c.Status != Fail || !strings.Contains(c.Do, "COUPON_OUTAGE=deny") {
		t.Errorf("coupons: %+v", c)
	}
	if c := found["clock"]; c.Status != Fail || !strings.Contains(c.Why, "1h0m") {
		t.Errorf("clock: %+v", c)
	}
	status = http.StatusNotFound
	if c := examine(t, Doctor{Config: config})["coupons"]; c.Status != OK {
		t.Errorf("coupons: %+v", c)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if c := examine(t, Doctor{Config: Config{DataDir: file, Coupons: Coupons{Provider: "open"}}})["data folder"]; c.Status != Fail {
		t.Errorf("folder: %+v", c)
	}
	if err := os.WriteFile(filepath.Join(dir, "promostack.db"), []byte("no database at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := examine(t, Doctor{Config: Config{DataDir: dir, Coupons: Coupons{Provider: "open"}}})["database"]; c.Status != Fail {
		t.Errorf("damaged database: %+v", c)
	}
}

func TestTheDoctorsReportIsReadByPeopleAndPrograms(t *testing.T) {
	checks := []Check{{Part: "disk", Status: OK, Why: "1 MB free."}, {Part: "coupons", Status: Fail, Why: "no answer.", Do: "Wait."}}
	var text, body bytes.Buffer
	if err := Print(&text, checks, false); err != nil || text.String() != "ok    disk            1 MB free.\nFAIL  coupons         no answer. Wait.\n" {
		t.Errorf("%q %v", text.String(), err)
	}
	if err := Print(&body, checks, true); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Healthy bool
		Checks  []Check
	}
	if err := json.Unmarshal(body.Bytes(), &got); err != nil || got.Healthy || len(got.Checks) != 2 || got.Checks[1].Do != "Wait." {
		t.Errorf("%s %v", body.String(), err)
	}
}
