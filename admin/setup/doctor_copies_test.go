package setup

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func onServer(dir string, server *storetest.S3) Config {
	return Config{DataDir: dir, Coupons: Coupons{Provider: "open"}, Litestream: "../../litestream.yml", Spaces: Spaces{
		AccessKey: storetest.S3Access, SecretKey: storetest.S3Secret, Region: "us-east-1", Bucket: server.Bucket, Endpoint: "http://" + server.Proxy.Address}}
}

func TestTheDoctorTriesTheBucketAndTheReplica(t *testing.T) {
	server := storetest.StartS3(t)
	config := onServer(t.TempDir(), server)
	found := examine(t, Doctor{Config: config})
	if found["object storage"].Status != OK || found["replica"].Status != Off {
		t.Errorf("before the first start: %+v, %+v", found["object storage"], found["replica"])
	}
	storage, err := config.OpenStorage(t.Context(), slog.New(slog.DiscardHandler), false)
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Options{Dir: config.DataDir, Blobs: storage.Spaces})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.SetSetting(t.Context(), "k", "v"); err != nil {
		t.Fatal(err)
	}
	if d, err := storage.Replica.Drill(t.Context(), st); err != nil || d.Sentence == "" {
		t.Errorf("drill: %+v %v", d, err)
	}
	if c := storage.Copies(t.Context(), st); !c.Replica.On || !c.Files.On || !c.Files.Up || c.Drill == nil || !c.Backup || !strings.Contains(c.Files.Where, "bucket") {
		t.Errorf("copies: %+v", c)
	}
	if err := errors.Join(st.Close(), storage.Replica.Close()); err != nil {
		t.Fatal(err)
	}
	if c := examine(t, Doctor{Config: config, Only: "replica"})["replica"]; c.Status != OK {
		t.Errorf("replica: %+v", c)
	}
	for what, change := range map[string]func(*Config){
		"refuses SPACES_SECRET_KEY":       func(c *Config) { c.Spaces.SecretKey = "wr$ong" },
		"does not know SPACES_ACCESS_KEY": func(c *Config) { c.Spaces.AccessKey = "nobody" },
		"cannot be reached":               func(c *Config) { c.Spaces.Endpoint = "http://127.0.0.1:1" },
		"no bucket of the name":           func(c *Config) { c.Spaces.Bucket = "another" },
	} {
		wrong := config
		change(&wrong)
		found := examine(t, Doctor{Config: wrong})
		for _, part := range []string{"object storage", "replica"} {
			if c := found[part]; c.Status != Fail || !strings.Contains(c.Why, what) || c.Do == "" || strings.Contains(c.Why, "wr$ong") {
				t.Errorf("%s: want %q, got %+v", part, what, c)
			}
		}
	}
}

func TestADrillNoticesAnotherDatabase(t *testing.T) {
	server := storetest.StartS3(t)
	config := onServer(t.TempDir(), server)
	storage, err := config.OpenStorage(t.Context(), slog.New(slog.DiscardHandler), false)
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Options{Dir: config.DataDir})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(st.Close(), storage.Replica.Close()); err != nil {
		t.Fatal(err)
	}
	if storage, err = config.OpenStorage(t.Context(), slog.New(slog.DiscardHandler), false); err != nil {
		t.Fatal(err)
	}
	if st, err = store.Open(t.Context(), store.Options{Dir: config.DataDir}); err != nil {
		t.Fatal(err)
	}
	if d, err := storage.Replica.Drill(t.Context(), st); err != nil || !d.OK || d.Rows == 0 || d.Bytes == 0 {
		t.Errorf("drill: %+v %v", d, err)
	}
	server.Proxy.Set(storetest.Denied)
	if d, err := storage.Replica.Drill(t.Context(), st); err != nil || d.OK || !strings.Contains(d.Sentence, "did not give") {
		t.Errorf("drill without the storage: %+v %v", d, err)
	}
	if c := (Doctor{Config: config}).drill(t.Context(), st); c.Status != Fail || !strings.Contains(c.Do, "promostack backup") {
		t.Errorf("doctor: %+v", c)
	}
	if left, err := filepath.Glob(filepath.Join(config.DataDir, "drill*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	server.Proxy.Set(storetest.Fine)
	if err := errors.Join(st.Close(), storage.Replica.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestTheDoctorAsksTelegramMarketAndAI(t *testing.T) {
	const token = "123:AAtoken"
	hook := `{"ok":true,"result":{"url":"https://p.example.com/api/telegram-webhook/1","pending_update_count":2}}`
	status := http.StatusOK
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		body := `{"ok":false,"error_code":401,"description":"Unauthorized"}`
		switch {
		case status != http.StatusOK:
		case r.URL.Path == "/bot"+token+"/getMe":
			body = `{"ok":true,"result":{"username":"promo_bot"}}`
		case r.URL.Path == "/bot"+token+"/getWebhookInfo":
			body = hook
		case r.URL.Path == "/bot"+token+"/getChat":
			body = `{"ok":true,"result":{"title":"Signals"}}`
		}
		_, _ = w.Write([]byte(body))
	}))
	defer fake.Close()
	config := Config{DataDir: t.TempDir(), Coupons: Coupons{Provider: "open"}, Telegram: Telegram{Token: token, APIBase: fake.URL, WebhookURL: "https://p.example.com/api/telegram-webhook"},
		Forex: Forex{BotToken: token, ChannelID: "@c", TwelveDataKey: "market-secret", TwelveDataBase: fake.URL}, AI: AI{Key: "ai-secret", Base: fake.URL + "/v1", Model: "m"}}
	found := examine(t, Doctor{Config: config})
	for part, want := range map[string]string{"promo bot": "@promo_bot", "signals": "Signals", "AI": "it answers"} {
		if c := found[part]; c.Status != OK || !strings.Contains(c.Why, want) {
			t.Errorf("%s: %+v", part, c)
		}
	}
	hook = `{"ok":true,"result":{"url":"https://p.example.com/api/telegram-webhook/1","last_error_message":"Connection refused","last_error_date":` + unixNow() + `}}`
	if c := examine(t, Doctor{Config: config})["promo bot"]; c.Status != Fail || !strings.Contains(c.Why, "Connection refused") {
		t.Errorf("webhook that fails: %+v", c)
	}
	hook = `{"ok":true,"result":{"url":""}}`
	if c := examine(t, Doctor{Config: config})["promo bot"]; c.Status != Fail || !strings.Contains(c.Why, "not to https://p.example.com") {
		t.Errorf("webhook elsewhere: %+v", c)
	}
	status = http.StatusUnauthorized
	for part, c := range examine(t, Doctor{Config: config}) {
		if (part == "promo bot" || part == "signals" || part == "AI") && (c.Status != Fail || c.Do == "") {
			t.Errorf("%s refused: %+v", part, c)
		}
	}
	fake.Close()
	for part, c := range examine(t, Doctor{Config: config}) {
		for _, secret := range []string{token, "market-secret", "ai-secret"} {
			if strings.Contains(c.Why+c.Do, secret) {
				t.Errorf("%s tells a secret: %+v", part, c)
			}
		}
	}
}

func unixNow() string { return strconv.FormatInt(time.Now().Unix(), 10) }
