package bottest

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"promostack/store"
)

// call sends a request as go-telegram/bot does and gives the code and the answer.
func call(t *testing.T, s *Server, b *Bot, method string, fields map[string]string, files ...string) (int, map[string]any) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, v := range fields {
		if err := form.WriteField(name, v); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i+1 < len(files); i += 2 {
		part, err := form.CreateFormFile(files[i], files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(files[i+1]))
	}
	_ = form.Close()
	res, err := http.Post(s.URL()+"/bot"+b.Token+"/"+method, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, out
}

func picture(t *testing.T, w, h int) string {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestServerRefusesWhatTelegramRefuses(t *testing.T) {
	s := New(t, Options{Lenient: true, Limits: NoLimits})
	b := s.AddBot("77:secret", "promo_bot")
	s.Person(5, "Anna", "").Starts(b)
	button := func(fields string) string {
		return `{"inline_keyboard":[[{"text":"Go","copy_text":{"text":""},` + fields + `}]]}`
	}
	text := func(more map[string]string) map[string]string {
		out := map[string]string{"chat_id": "5", "text": "hello", "parse_mode": "HTML"}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	for name, c := range map[string]struct {
		method string
		fields map[string]string
		want   int
		says   string
	}{
		"good":                {"sendMessage", text(nil), 200, ""},
		"unknown field":       {"sendMessage", text(map[string]string{"colour": "red"}), 400, "unknown field"},
		"missing field":       {"sendMessage", map[string]string{"chat_id": "5"}, 400, "required field"},
		"wrong type":          {"sendMessage", text(map[string]string{"message_thread_id": "x"}), 400, "no Integer"},
		"unknown nested":      {"sendMessage", text(map[string]string{"link_preview_options": `{"off":true}`}), 400, "unknown field"},
		"wrong nested":        {"sendMessage", text(map[string]string{"link_preview_options": `{"is_disabled":"yes"}`}), 400, "no Boolean"},
		"4096 units":          {"sendMessage", text(map[string]string{"text": strings.Repeat("😀", 2048)}), 200, ""},
		"4098 units":          {"sendMessage", text(map[string]string{"text": strings.Repeat("😀", 2049)}), 400, "too long"},
		"tags do not count":   {"sendMessage", text(map[string]string{"text": "<b>" + strings.Repeat("x", 4096) + "</b>"}), 200, ""},
		"nothing but tags":    {"sendMessage", text(map[string]string{"text": "<b> </b>"}), 400, "empty"},
		"unknown tag":         {"sendMessage", text(map[string]string{"text": "<h1>x</h1>"}), 400, "can't parse"},
		"unescaped <":         {"sendMessage", text(map[string]string{"text": "1 < 2"}), 400, "can't parse"},
		"unescaped &":         {"sendMessage", text(map[string]string{"text": "A & B"}), 400, "can't parse"},
		"unclosed":            {"sendMessage", text(map[string]string{"text": "<b>x"}), 400, "can't parse"},
		"crossed":             {"sendMessage", text(map[string]string{"text": "<b><i>x</b></i>"}), 400, "can't parse"},
		"escaped":             {"sendMessage", text(map[string]string{"text": "A &amp; B &lt; C"}), 200, ""},
		"markdown":            {"sendMessage", text(map[string]string{"parse_mode": "Markdown"}), 400, "HTML"},
		"button data":         {"sendMessage", text(map[string]string{"reply_markup": button(`"callback_data":"` + strings.Repeat("x", 64) + `"`)}), 200, ""},
		"long button data":    {"sendMessage", text(map[string]string{"reply_markup": button(`"callback_data":"` + strings.Repeat("x", 65) + `"`)}), 400, "BUTTON_DATA"},
		"two actions":         {"sendMessage", text(map[string]string{"reply_markup": button(`"callback_data":"x","url":"https://a.b"`)}), 400, "actions"},
		"no action":           {"sendMessage", text(map[string]string{"reply_markup": button(`"style":"primary"`)}), 400, "actions"},
		"bad url":             {"sendMessage", text(map[string]string{"reply_markup": button(`"url":"javascript:1"`)}), 400, "BUTTON_URL"},
		"unknown person":      {"sendMessage", text(map[string]string{"chat_id": "6"}), 400, "chat not found"},
		"unknown file":        {"sendPhoto", map[string]string{"chat_id": "5", "photo": "AgAC"}, 400, "remote file identifier"},
		"empty album":         {"sendMediaGroup", map[string]string{"chat_id": "5", "media": "[]"}, 400, "2 to 10"},
		"long callback text":  {"answerCallbackQuery", map[string]string{"callback_query_id": "1", "text": strings.Repeat("x", 201)}, 400, "200"},
		"unknown callback":    {"answerCallbackQuery", map[string]string{"callback_query_id": "1"}, 400, "query is too old"},
		"webhook over http":   {"setWebhook", map[string]string{"url": "http://a.b", "secret_token": "x", "allowed_updates": "[]"}, 400, "HTTPS"},
		"silent about kinds":  {"setWebhook", map[string]string{"url": "https://a.b", "secret_token": "x"}, 400, "allowed_updates"},
		"command upper case":  {"setMyCommands", map[string]string{"commands": `[{"command":"Start","description":"x"}]`}, 400, "BOT_COMMAND_INVALID"},
		"edit of nothing":     {"editMessageText", map[string]string{"chat_id": "5", "message_id": "999", "text": "x"}, 400, "not found"},
		"deletion of nothing": {"deleteMessage", map[string]string{"chat_id": "5", "message_id": "999"}, 400, "not found"},
	} {
		code, out := call(t, s, b, c.method, c.fields)
		description, _ := out["description"].(string)
		if code != c.want || !strings.Contains(description, c.says) {
			t.Errorf("%s: %d %q, want %d %q", name, code, description, c.want, c.says)
		}
	}
}

func TestServerKeepsFilesPerBot(t *testing.T) {
	s := New(t, Options{Lenient: true, Limits: NoLimits})
	a, b := s.AddBot("77:a", "a_bot"), s.AddBot("78:b", "b_bot")
	anna := s.Person(5, "Anna", "")
	anna.Starts(a)
	anna.Starts(b)
	if code, out := call(t, s, a, "sendPhoto", map[string]string{"chat_id": "5"}, "photo", "no picture"); code != 400 {
		t.Errorf("junk as a photo: %d %v", code, out)
	}
	if code, _ := call(t, s, a, "sendPhoto", map[string]string{"chat_id": "5"}, "photo", picture(t, 210, 10)); code != 400 {
		t.Error("a photo of 21:1 went through")
	}
	if code, out := call(t, s, a, "sendPhoto", map[string]string{"chat_id": "5"}, "photo", picture(t, 40, 40)); code != 200 {
		t.Fatalf("a photo: %v", out)
	}
	m, _ := anna.Last()
	again := map[string]string{"chat_id": "5", "photo": m.Photo}
	if code, _ := call(t, s, a, "sendPhoto", again); code != 200 {
		t.Error("the same bot cannot use its file again")
	}
	if code, _ := call(t, s, b, "sendPhoto", again); code != 400 {
		t.Error("another bot can use the file")
	}
	a.Forget()
	if code, _ := call(t, s, a, "sendPhoto", again); code != 400 {
		t.Error("a forgotten file can be used")
	}
	album := map[string]string{"chat_id": "5", "media": `[{"type":"photo","media":"attach://one"},{"type":"photo","media":"attach://two"}]`}
	if code, out := call(t, s, a, "sendMediaGroup", album, "one", picture(t, 9, 9), "two", picture(t, 9, 9)); code != 200 {
		t.Errorf("an album: %v", out)
	}
	if got := len(anna.Messages()); got != 4 {
		t.Errorf("%d messages, want 4", got)
	}
}

func TestServerLimitsAndHalts(t *testing.T) {
	clock := store.NewManualClock(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	s := New(t, Options{Clock: clock})
	b := s.AddBot("77:secret", "promo_bot")
	anna := s.Person(5, "Anna", "")
	anna.Starts(b)
	send := func() int {
		code, _ := call(t, s, b, "sendMessage", map[string]string{"chat_id": "5", "text": "x"})
		return code
	}
	for i, want := range []int{200, 200, 200, 429, 429} {
		if code := send(); code != want {
			t.Fatalf("message %d: %d, want %d", i, code, want)
		}
	}
	clock.Advance(999 * time.Millisecond)
	if send() != 429 {
		t.Error("the halt ended early")
	}
	clock.Advance(time.Millisecond)
	if send() != 200 || send() != 429 {
		t.Error("one message a second")
	}
}

func TestPollingConfirmsByOffset(t *testing.T) {
	clock := store.NewManualClock(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	s := New(t, Options{Clock: clock})
	b := s.AddBot("77:secret", "promo_bot")
	anna := s.Person(5, "Anna", "")
	first, second := anna.Says(b, "/start"), anna.Says(b, "hello")
	poll := func(offset string) []any {
		clock.Advance(time.Second)
		code, out := call(t, s, b, "getUpdates", map[string]string{"offset": offset, "allowed_updates": `["message","callback_query"]`})
		if code != 200 {
			t.Fatalf("%v", out)
		}
		return out["result"].([]any)
	}
	if n := len(poll("0")); n != 2 {
		t.Fatalf("%d updates, want 2", n)
	}
	if n := len(poll(itoa(int(second)))); n != 1 {
		t.Fatalf("after confirming %d: %d updates", first, n)
	}
	clock.Advance(25 * time.Hour)
	if n := len(poll("0")); n != 0 {
		t.Fatalf("%d updates that are a day old", n)
	}
	anna.Presses(b, Message{Chat: 5, ID: 1, At: clock.Now()}, "x")
	clock.Advance(151 * time.Second)
	if n := b.Pending(); n != 0 {
		t.Fatalf("a callback lived longer than 150 s")
	}
}

func TestWebhookIsTriedAgainInOrder(t *testing.T) {
	clock := store.NewManualClock(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	s := New(t, Options{Clock: clock})
	b := s.AddBot("77:secret", "promo_bot")
	answers := []int{500, 500, 200, 200}
	got := make(chan string, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u struct{ Message struct{ Text string } }
		_ = json.NewDecoder(r.Body).Decode(&u)
		got <- r.Header.Get("X-Telegram-Bot-Api-Secret-Token") + " " + u.Message.Text
		w.WriteHeader(answers[0])
		answers = answers[1:]
	}))
	defer hook.Close()
	s.Route("https://bot.example", hook.URL)
	anna := s.Person(5, "Anna", "")
	anna.Says(b, "one")
	anna.Says(b, "two")
	code, out := call(t, s, b, "setWebhook", map[string]string{"url": "https://bot.example/hook", "secret_token": "hush", "allowed_updates": `["message"]`})
	if code != 200 {
		t.Fatal(out)
	}
	for i, want := range []string{"hush one", "hush one"} { // at once, and once more at once
		if text := <-got; text != want {
			t.Fatalf("delivery %d: %q, want %q", i, text, want)
		}
	}
	for clock.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	if code, _ := call(t, s, b, "getUpdates", map[string]string{"allowed_updates": "[]"}); code != 409 {
		t.Errorf("getUpdates beside a webhook: %d", code)
	}
	clock.Advance(2 * time.Second)
	if a, z := <-got, <-got; a != "hush one" || z != "hush two" {
		t.Fatalf("then %q and %q", a, z)
	}
}

func TestFaultsSpoilAnswers(t *testing.T) {
	s := New(t, Options{Limits: NoLimits})
	b := s.AddBot("77:secret", "promo_bot")
	anna := s.Person(5, "Anna", "")
	anna.Starts(b)
	b.Inject(Fault{Method: "sendMessage", Reset: true, Deliver: true})
	_, err := http.PostForm(s.URL()+"/bot"+b.Token+"/sendMessage", map[string][]string{"chat_id": {"5"}, "text": {"x"}})
	if err == nil {
		t.Error("the connection was not cut")
	}
	if len(anna.Messages()) != 1 {
		t.Error("the message was not delivered before the cut")
	}
	b.Inject(Fault{Method: "sendMessage", RetryAfter: 7})
	code, out := call(t, s, b, "sendMessage", map[string]string{"chat_id": "5", "text": "x"})
	if code != 429 || out["parameters"].(map[string]any)["retry_after"] != 7.0 {
		t.Errorf("%d %v", code, out)
	}
	b.Revoke()
	if code, _ := call(t, s, b, "getMe", nil); code != 401 {
		t.Errorf("a revoked token: %d", code)
	}
}
