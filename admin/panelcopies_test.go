package admin

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
)

func TestCopiesAreToldAndDownloaded(t *testing.T) {
	site := openSite(t)
	withCopies(t, site)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	ask := func(method, path, kind, body string) (int, string, http.Header) {
		req, err := http.NewRequestWithContext(t.Context(), method, site.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text), res.Header
	}
	const asJSON = "application/json"
	if status, body, _ := ask(http.MethodGet, "/readyz", "", ""); status != http.StatusOK || !strings.Contains(body, `"lag_seconds":180`) || !strings.Contains(body, `"waiting":3`) || strings.Contains(body, "bucket") {
		t.Errorf("readyz: %d %s", status, body)
	}
	if status, body, _ := ask(http.MethodGet, "/metrics", "", ""); status != http.StatusOK || !strings.Contains(body, "promostack_replica_lag_seconds 180") || !strings.Contains(body, "promostack_files_waiting 3") ||
		!strings.Contains(body, "promostack_restore_drill_ok 0") {
		t.Errorf("metrics: %d", status)
	}
	for _, path := range []string{"/api/panel/doctor", "/api/panel/backup"} {
		if status, _, _ := ask(http.MethodPost, path, asJSON, `{}`); status != http.StatusUnauthorized {
			t.Errorf("%s without a session: %d", path, status)
		}
	}
	if status, body, _ := ask(http.MethodPost, "/api/login", asJSON, `{"password":"`+rightPassword+`"}`); status != http.StatusOK {
		t.Fatalf("sign in: %d %s", status, body)
	}
	if status, body, _ := ask(http.MethodGet, "/api/panel/replica", "", ""); status != http.StatusOK || !strings.Contains(body, `"late":true`) || !strings.Contains(body, `"down_since":"20`) {
		t.Errorf("replica: %d %s", status, body)
	}
	if status, body, _ := ask(http.MethodPost, "/api/panel/doctor", asJSON, `{}`); status != http.StatusOK || !strings.Contains(body, `"healthy":false`) || !strings.Contains(body, `"part":"AI"`) {
		t.Errorf("doctor: %d %s", status, body)
	}
	if status, body, _ := ask(http.MethodPost, "/api/panel/doctor", asJSON, `{"part":"object storage"}`); status != http.StatusOK || strings.Contains(body, `"part":"AI"`) {
		t.Errorf("one part: %d %s", status, body)
	}
	status, body, head := ask(http.MethodPost, "/api/panel/backup", asJSON, `{}`)
	if status != http.StatusOK || body != "SQLite format 3" || !strings.HasPrefix(head.Get("Content-Disposition"), `attachment; filename="promostack-20`) {
		t.Errorf("backup: %d %q %v", status, body, head)
	}
}
