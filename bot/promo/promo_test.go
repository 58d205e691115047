package promo_test

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"promostack/bot/bottest"
	"promostack/render/coupon"
)

func TestACodeBecomesAPictureInBothModes(t *testing.T) {
	for name, public := range map[string]bool{"webhook": true, "polling": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, public)
			anna := w.srv.Person(5, "Anna", "anna")
			w.wants(w.says(anna, "/start"), "Welcome to PromoStack", "SAVE20")
			page := w.says(anna, " save 20 ")
			w.wants(page, "SAVE-20", "20 % off", "until 3 December 2030", "Template 1 of 6")
			w.has(page, "◀️", "1 / 6", "▶️", "✨ Generate", "🖼 All sizes", "✏️ Change code")
			w.clicks(anna, page, "1 / 6")
			next := w.clicks(anna, page, "▶️")
			if next.ID != page.ID || next.Edits != 1 || next.Photo == page.Photo {
				t.Errorf("leafing made message %d (edits %d) of %d", next.ID, next.Edits, page.ID)
			}
			w.wants(next, "Template 2 of 6")
			w.wants(w.clicks(anna, w.clicks(anna, next, "◀️"), "◀️"), "Template 6 of 6")
			before := anna.Messages()
			picture := w.clicks(anna, next, "✨ Generate")
			if got := len(anna.Messages()) - len(before); got != 1 {
				t.Errorf("%d messages for one tap", got)
			}
			w.wants(picture, "with your code SAVE-20")
			w.has(picture, "📋 Copy code", "📤 Share", "📄 As file", "📱 Portrait", "🎨 More templates")
			if b, _ := picture.Button("📋 Copy code"); b.Copy != "SAVE-20" {
				t.Errorf("copies %q", b.Copy)
			}
			if c, err := jpeg.DecodeConfig(bytes.NewReader(w.bot.File(picture.Photo))); err != nil || c.Width != 320 || c.Height != 320 {
				t.Errorf("photo %+v (%v)", c, err)
			}
			portrait := w.clicks(anna, picture, "📱 Portrait")
			if c, err := jpeg.DecodeConfig(bytes.NewReader(w.bot.File(portrait.Photo))); err != nil || c.Height != 568 {
				t.Errorf("portrait %+v (%v)", c, err)
			}
			w.has(portrait, "⬜️ Square")
			file := w.clicks(anna, portrait, "📄 As file")
			if c, err := png.DecodeConfig(bytes.NewReader(w.bot.File(file.Document))); err != nil || c.Height != 568 || !strings.HasSuffix(file.Name, "-SAVE-20-story.png") {
				t.Errorf("file %s %+v (%v)", file.Name, c, err)
			}
			more := w.clicks(anna, file, "🎨 More templates")
			w.wants(more, "of 6")
			w.clicks(anna, more, "🖼 All sizes")
			all := anna.Messages()
			if a, b := all[len(all)-2], all[len(all)-1]; a.Album == "" || a.Album != b.Album || a.Text == "" || b.Text != "" {
				t.Errorf("album %+v %+v", a, b)
			}
			w.wants(w.clicks(anna, more, "✏️ Change code"), "Send me your coupon code")
			w.wants(w.says(anna, "/generate"), "SAVE-20")
			w.wants(w.says(anna, "/help"), "How it works", "/black-friday/YOURCODE")
			w.wants(w.says(anna, "/cancel"), "Forgotten")
			if got := w.usage(); got["made"] != 5 || len(got) != 1 {
				t.Errorf("usage %v, want 5 made", got)
			}
			if strings.Contains(w.log.String(), "secret-part") {
				t.Error("the token is in the log")
			}
			for _, c := range w.bot.Calls() {
				if c.Code == 429 {
					t.Errorf("too fast: %s", c.Method)
				}
			}
		})
	}
}

func TestTheSecondPictureUploadsNothing(t *testing.T) {
	w := newWorld(t, true)
	anna, bert := w.srv.Person(5, "Anna", ""), w.srv.Person(6, "Bert", "")
	w.says(anna, "/flash-sale/SAVE20")
	before := w.bot.Uploaded()
	w.says(anna, "/flash-sale/SAVE20")
	w.says(bert, "/flash-sale save20")
	if got := w.bot.Uploaded() - before; got != 0 || before == 0 {
		t.Errorf("%d bytes at first, %d again", before, got)
	}
	if got := w.usage()["made"]; got != 3 {
		t.Errorf("%d made, want 3", got)
	}
	w.bot.Forget()
	w.says(anna, "/flash-sale/SAVE20")
	refused := w.bot.Uploaded()
	if refused == before {
		t.Error("a refused handle was not uploaded again")
	}
	w.says(anna, "/flash-sale/SAVE20")
	if w.bot.Uploaded() != refused || len(anna.Messages()) != 4 {
		t.Errorf("uploaded again, or %d messages", len(anna.Messages()))
	}
	if err := publishAgain(w, "flash-sale"); err != nil {
		t.Fatal(err)
	}
	w.says(anna, "/flash-sale/SAVE20")
	if w.bot.Uploaded() == refused {
		t.Error("a new version was served from the old handle")
	}
}

func publishAgain(w *world, slug string) error {
	tpl, err := w.ws.Template(w.Context(), slug)
	if err != nil {
		return err
	}
	tpl.Name += " 2"
	_, err = w.ws.PublishTemplate(w.Context(), tpl, tpl.Version)
	return err
}

func TestCodesThatDoNotPass(t *testing.T) {
	w := newWorld(t, true)
	anna := w.srv.Person(5, "Anna", "")
	for code, s := range map[string]coupon.Status{"OLD": coupon.Expired, "NO": coupon.Invalid, "FULL": coupon.Exhausted, "WHO": coupon.Unknown} {
		w.gate.set(code, s)
	}
	w.wants(w.says(anna, "old"), "OLD", "expired <really>")
	w.wants(w.says(anna, "no"), "NO", "invalid")
	w.wants(w.says(anna, "full"), "exhausted")
	unknown := w.says(anna, "who")
	w.wants(unknown, "cannot check WHO right now")
	if strings.Contains(unknown.Text, "invalid") || strings.Contains(unknown.Text, "not valid") {
		t.Errorf("an outage is called %q", unknown.Text)
	}
	w.gate.set("WHO", coupon.Valid)
	w.wants(w.clicks(anna, unknown, "🔄 Try again"), "WHO", "Template 1 of 6")
	for _, text := range []string{"a_*[<&", strings.Repeat("x", 4000), "привет", "50% off!", "<b>"} {
		if m := w.says(anna, text); !strings.HasPrefix(m.Text, "✋") {
			t.Errorf("%.20q was answered %q", text, m.Text)
		}
	}
	page := w.says(anna, "GOOD_1")
	w.gate.set("GOOD_1", coupon.Expired)
	w.wants(w.clicks(anna, page, "✨ Generate"), "GOOD_1", "expired")
	w.gate.set("GOOD_1", coupon.Unknown)
	busy := w.clicks(anna, page, "✨ Generate")
	w.gate.set("GOOD_1", coupon.Valid)
	if m := w.clicks(anna, busy, "🔄 Try again"); m.Photo == "" {
		t.Errorf("try again gave %q", m.Text)
	}
	want := map[string]int{"expired": 2, "invalid": 1, "exhausted": 1, "unknown": 2, "made": 1}
	if got := w.usage(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("usage %v, want %v", got, want)
	}
}

func TestWhatIsNoCodeIsAnsweredKindly(t *testing.T) {
	w := newWorld(t, false)
	anna := w.srv.Person(5, "Anna", "")
	for _, content := range []map[string]any{
		{"voice": map[string]any{"file_id": "v", "file_unique_id": "u", "duration": 1}},
		{"sticker": map[string]any{"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1}},
	} {
		before := len(anna.Messages())
		anna.Sends(anna.Chat, w.bot, content)
		w.settle()
		w.wants(w.last(anna.Chat), "I can only read text")
		if len(anna.Messages()) != before+1 {
			t.Errorf("%v was answered with %d messages", content, len(anna.Messages())-before)
		}
	}
	n := len(anna.Messages())
	anna.Sends(anna.Chat, w.bot, map[string]any{"pinned_message": map[string]any{"message_id": 1, "date": 1, "chat": map[string]any{"id": 5, "type": "private"}}})
	anna.Edits(anna.Chat, w.bot, 1, "SAVE20")
	w.settle()
	if got := len(anna.Messages()); got != n {
		t.Errorf("a pin or an edit was answered")
	}
	forwarded := map[string]any{"text": "save20", "forward_origin": map[string]any{"type": "hidden_user", "date": 1, "sender_user_name": "Bert"}}
	anna.Sends(anna.Chat, w.bot, forwarded)
	w.settle()
	w.wants(w.last(anna.Chat), "SAVE20")
	w.wants(w.says(anna, "/weather"), "I know no template called weather")
	w.wants(w.says(anna, "/nothing/SAVE20"), "I know no template called nothing")
	if got := w.usage(); got["no_template"] != 1 || len(got) != 1 {
		t.Errorf("usage %v", got)
	}
}

func TestButtonsOutliveEverything(t *testing.T) {
	w := newWorld(t, true)
	anna := w.srv.Person(5, "Anna", "")
	page := w.says(anna, "SAVE20")
	w.stop()
	w.start(true) // a restart goes unseen
	if m := w.clicks(anna, page, "✨ Generate"); m.Photo == "" {
		t.Errorf("after a restart: %q", m.Text)
	}
	old := page
	old.At = old.At.Add(-30 * 24 * time.Hour)
	if m := w.clicks(anna, old, "✨ Generate"); m.Photo == "" {
		t.Errorf("after thirty days: %q", m.Text)
	}
	w.clicks(anna, old, "▶️")
	w.wants(w.now(anna.Chat, page.ID), "Template 2 of 6")
	anna.Presses(w.bot, page, "template:launch-day")
	w.settle()
	w.wants(w.last(anna.Chat), "Launch Day", "SAVE20")
	stranger := w.srv.Person(9, "New", "")
	stranger.Starts(w.bot)
	answers := len(w.bot.Calls("answerCallbackQuery"))
	for _, data := range []string{"template:launch-day", "g:1:1", "", "g", "g:zz:zz:zz:zz", "G:1:1", "q:1:1", "g:-0:1", "g:1:" + strings.Repeat("9", 40), "s:1:1:../../x", "💥"} {
		stranger.Presses(w.bot, bottest.Message{Chat: 9, ID: 1, At: w.clock.Now()}, data)
	}
	w.settle()
	if n := len(stranger.Messages()); n != 0 {
		t.Errorf("forged buttons were answered with %d messages", n)
	}
	if got := len(w.bot.Calls("answerCallbackQuery")) - answers; got != 11 {
		t.Errorf("%d of 11 clocks were ended", got)
	}
	no := false
	if _, err := w.ws.SetTemplateSwitches(t.Context(), []string{"black-friday"}, nil, &no); err != nil {
		t.Fatal(err)
	}
	gone := w.clicks(anna, page, "✨ Generate")
	w.wants(gone, "not offered any more", "Template 1 of 5")
	if _, err := w.ws.DeleteTemplates(t.Context(), []string{"black-friday"}); err != nil {
		t.Fatal(err)
	}
	w.wants(w.clicks(anna, page, "✨ Generate"), "not offered any more")
	anna.Presses(w.bot, page, "template:black-friday")
	w.settle()
	w.wants(w.last(anna.Chat), "not offered any more")
	if got := w.usage()["no_template"]; got != 3 {
		t.Errorf("%d counted as no_template", got)
	}
}

func TestDeepLinks(t *testing.T) {
	w := newWorld(t, true)
	anna := w.srv.Person(5, "Anna", "")
	w.wants(w.says(anna, "/start c_WELCOME_30"), "WELCOME_30", "Template 1 of 6")
	bert := w.srv.Person(6, "Bert", "")
	sample := w.says(bert, "/start t_launch-day")
	w.wants(sample, "Launch Day", "Send me your coupon code")
	if sample.Photo == "" {
		t.Error("no sample")
	}
	w.wants(w.says(bert, "SAVE20"), "Launch Day", "SAVE20")
	w.wants(w.says(bert, "SAVE30"), "Template 1 of 6")
	w.wants(w.says(bert, "/start nonsense"), "Welcome")
	again := w.says(bert, "/start")
	w.wants(w.clicks(bert, again, "🎟 Go on with SAVE30"), "SAVE30", "Template 1 of 6")
}

func TestCommandsFindTemplates(t *testing.T) {
	w := newWorld(t, true)
	anna := w.srv.Person(5, "Anna", "")
	for command, want := range map[string]string{
		"/flash-sale/SAVE20":      "Flash Sale with your code SAVE20",
		"/Flash_Sale/save 20":     "Flash Sale with your code SAVE-20",
		"/flash sale SAVE20":      "Flash Sale with your code SAVE20",
		"/FLASHSALE SAVE20":       "Flash Sale with your code SAVE20",
		"/fla/SAVE20":             "Flash Sale with your code SAVE20",
		"/ash/SAVE20":             "Flash Sale with your code SAVE20",
		"/flash@promo_bot SAVE20": "Flash Sale with your code SAVE20",
	} {
		m := w.says(anna, command)
		if !strings.Contains(m.Text, want) || m.Photo == "" {
			t.Errorf("%s was answered %q", command, m.Text)
		}
	}
	which := w.says(anna, "/e/SAVE20")
	w.wants(which, "Which one do you mean?")
	if len(which.Keyboard) < 2 {
		t.Fatalf("candidates %q", which.Labels())
	}
	if m := w.clicks(anna, which, which.Keyboard[1][0].Text); m.Photo == "" {
		t.Errorf("picking gave %q", m.Text)
	}
	w.wants(w.says(anna, "/flash-sale/SAVE<20"), "✋")
	w.wants(w.says(anna, "/flash-sale"), "Flash Sale with your code")
	bert := w.srv.Person(6, "Bert", "")
	w.wants(w.says(bert, "/flash-sale"), "Send me your coupon code")
}

func TestGroups(t *testing.T) {
	w := newWorld(t, true)
	w.bot.SetPrivacy(false)
	group := w.srv.Group(-100500, "Traders", w.bot)
	anna := w.srv.Person(5, "Anna", "")
	for _, chatter := range []string{"SAVE20", "hello all", "/weather London", "/start@other_bot", "/flash@other_bot SAVE20"} {
		anna.SaysIn(group, w.bot, chatter)
	}
	w.settle()
	if n := len(group.Messages()); n != 0 {
		t.Fatalf("chatter was answered %d times: %q", n, w.last(group).Text)
	}
	anna.SaysIn(group, w.bot, "/flash-sale/SAVE20")
	w.settle()
	m := w.last(group)
	if m.Photo == "" || m.ReplyTo == 0 {
		t.Errorf("got %q, reply to %d", m.Text, m.ReplyTo)
	}
	if p := w.clicks(anna, m, "📱 Portrait"); p.Photo == "" || p.Chat != group.ID {
		t.Errorf("portrait %+v", p)
	}
	anna.SaysIn(group, w.bot, "/generate@promo_bot")
	w.settle()
	w.wants(w.last(group), "SAVE20", "Template 1 of 6")
	bert := w.srv.Person(6, "Bert", "")
	bert.SaysIn(group, w.bot, "/generate")
	w.settle()
	w.wants(w.last(group), "/generate YOURCODE")
	member, err := w.ws.Member(t.Context(), w.status().Connection, 6)
	if err != nil || !member.StartedAt.IsZero() {
		t.Errorf("somebody who only wrote in a group: %+v (%v)", member, err)
	}
	moved := group.Becomes(-100900, w.bot)
	anna.SaysIn(group, w.bot, "/flash-sale/SAVE20")
	w.settle()
	if len(moved.Messages()) != 1 {
		t.Errorf("%d messages in the group that moved", len(moved.Messages()))
	}
}

func TestChannels(t *testing.T) {
	w := newWorld(t, true)
	for _, canDelete := range []bool{true, false} {
		id := int64(-100700)
		if canDelete {
			id--
		}
		channel := w.srv.Channel(id, "Deals", canDelete, w.bot)
		channel.Posts(w.bot, "Good morning /everybody")
		channel.Posts(w.bot, "/flash-sale/SAVE20")
		w.settle()
		m := w.last(channel)
		if m.Photo == "" || len(m.Keyboard) != 1 || m.Keyboard[0][0].Copy != "SAVE20" {
			t.Errorf("posted %q with %q", m.Text, m.Labels())
		}
		deleted := false
		for _, one := range channel.All() {
			deleted = deleted || one.Deleted
		}
		if deleted != canDelete {
			t.Errorf("deleted %v, may delete %v", deleted, canDelete)
		}
	}
	if got := w.usage(); got["made"] != 2 {
		t.Errorf("usage %v", got)
	}
}

func TestReferralLinksAndNamesAreEscaped(t *testing.T) {
	w := newWorld(t, true)
	brand, err := w.ws.Brand(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	brand.ProductName, brand.ReferralPattern, brand.SupportContact = "Fund <&> Pro", "https://fund.example/buy?a=1&promo={code}", "@support_team"
	if _, err := w.ws.SaveBrand(t.Context(), brand); err != nil {
		t.Fatal(err)
	}
	anna := w.srv.Person(5, "Anna", "")
	w.wants(w.says(anna, "/start"), "Fund <&> Pro")
	w.wants(w.says(anna, "/help"), "@support_team")
	m := w.says(anna, "/flash-sale/A_B-1")
	w.wants(m, "fund.example/buy?a=1&promo=A_B-1")
	if b, _ := m.Button("🔗 Open link"); b.URL != "https://fund.example/buy?a=1&promo=A_B-1" {
		t.Errorf("link %q", b.URL)
	}
	if b, _ := m.Button("📤 Share"); !strings.HasPrefix(b.URL, "https://t.me/share/url?url=https%3A%2F%2Ffund.example") {
		t.Errorf("share %q", b.URL)
	}
}

func TestNobodyFindsCodesByTrying(t *testing.T) {
	w := newWorld(t, false)
	anna := w.srv.Person(5, "Anna", "")
	for i := range 32 {
		code := fmt.Sprintf("TRY%d", i)
		w.gate.set(code, coupon.Invalid)
		anna.Says(w.bot, code)
	}
	w.settle()
	w.wants(w.last(anna.Chat), "many wrong codes")
	if got := w.usage()["invalid"]; got != 30 {
		t.Errorf("%d were judged, want 30", got)
	}
}

func TestTheLastMessageOfTheBotIsNeverAFailureAfterAPicture(t *testing.T) {
	w := newWorld(t, true)
	anna := w.srv.Person(5, "Anna", "")
	anna.Says(w.bot, "/flash-sale/SAVE20")
	w.settle()
	w.bot.Inject(bottest.Fault{Method: "sendPhoto", Code: 400, Description: "Bad Request: PHOTO_INVALID_DIMENSIONS"})
	m := w.says(anna, "/launch-day/SAVE20")
	if m.Document == "" {
		t.Errorf("a picture that is no photo came as %q", m.Text)
	}
	if got := w.usage(); got["failed"] != 0 {
		t.Errorf("usage %v", got)
	}
}
