package admin

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"promostack/bot"
	"promostack/bot/bottest"
	"promostack/bot/promo"
	"promostack/store"
)

// botServer is a server with a bot that is not run: updates are stored, and nothing answers them.
func botServer(t *testing.T) (*Server, *bottest.Bot) {
	t.Helper()
	var telegram *bottest.Bot
	s := testServer(t, func(o *Options) {
		fake := bottest.New(t, bottest.Options{Clock: o.Store.Clock()})
		telegram = fake.AddBot("77:AAsecret", "promo_bot")
		hub, err := bot.NewHub(t.Context(), bot.Options{
			Store: o.Store, Log: slog.New(slog.DiscardHandler), APIBase: fake.URL(), Secret: "hush",
			Bots: []bot.Config{{Product: promo.New(promo.Options{Studio: o.Studio, Coupons: o.Desks.For}), Token: "77:AAsecret"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		o.Bots = hub
	})
	return s, telegram
}

func TestTheWebhookDoorOpensWithItsSecretOnly(t *testing.T) {
	s, _ := botServer(t)
	secret := map[string]string{"X-Telegram-Bot-Api-Secret-Token": "hush", "Host": "hooks.example"}
	update := `{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"A"},"text":"/start"}}`
	asks(t, s,
		ask{name: "no secret", path: "/api/telegram-webhook", body: update, status: 401, has: []string{`"error":"Unauthorized"`}},
		ask{name: "wrong secret", path: "/api/telegram-webhook", body: update, status: 401, header: map[string]string{"X-Telegram-Bot-Api-Secret-Token": "x"}},
		ask{name: "no such bot", path: "/api/telegram-webhook/nobody", body: update, status: 401, header: secret},
		ask{name: "junk", path: "/api/telegram-webhook", body: "hello", status: 200, header: secret},
		ask{name: "too large", path: "/api/telegram-webhook", body: strings.Repeat("x", 2<<20), status: 413, header: secret},
		ask{name: "an update", path: "/api/telegram-webhook", body: update, status: 200, header: secret},
		ask{name: "the same by name", path: "/api/telegram-webhook/promo", body: update, status: 200, header: secret})
	status, err := s.Bots.Status(t.Context())
	if err != nil || len(status) != 1 || status[0].Waiting != 1 {
		t.Errorf("%+v (%v)", status, err)
	}
	without := testServer(t)
	ask{name: "without a bot", path: "/api/telegram-webhook", body: update, header: secret, status: http.StatusUnauthorized}.of(t, without)
}

func TestTheBotRoomShowsBotsAndPeople(t *testing.T) {
	s, _ := botServer(t)
	ws := s.Store.Workspace(store.DefaultWorkspace)
	id := s.Bots.Bots()[0].ID
	if err := ws.SeeMember(t.Context(), store.Member{Connection: id, ID: 5, FirstName: "Anna <b>", Username: "anna"}, true); err != nil {
		t.Fatal(err)
	}
	if _, err := ws.TakeUpdate(t.Context(), store.Update{Connection: id, ID: 9, Seq: 1, TakenAt: time.Unix(1, 0),
		Body: []byte(`{"update_id":9,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"first_name":"Anna"},"text":"boom"}}`)}); err != nil {
		t.Fatal(err)
	}
	if err := ws.ParkUpdate(t.Context(), id, 9, "three times"); err != nil {
		t.Fatal(err)
	}
	in := map[string]string{"Cookie": signIn(t, s)}
	asks(t, s,
		ask{path: "/api/panel/bots", header: in, status: 200, has: []string{`"product":"promo"`, `"parked":1`}, hasNot: []string{"AAsecret", "hush"}},
		ask{path: "/api/panel/bot/promo/parked", header: in, status: 200, has: []string{`"text":"boom"`, `"error":"three times"`, `"kind":"message"`}},
		ask{path: "/api/panel/bot/promo/retry", body: `{"update":9}`, header: in, status: 200},
		ask{path: "/api/panel/bot/promo/retry", body: `{"update":9}`, header: in, status: 404},
		ask{path: "/api/panel/bot/nobody/parked", header: in, status: 404},
		ask{path: "/api/panel/members?query=ANNA", header: in, status: 200, has: []string{`"total":1`, `"first_name":"Anna <b>"`}},
		ask{path: "/api/panel/members?blocked=true", header: in, status: 200, has: []string{`"total":0`}},
		ask{path: "/api/panel/bot/promo/members/5", header: in, status: 200, has: []string{`"kind":"started"`}},
		ask{path: "/api/panel/bot/promo/members/6", header: in, status: 404},
		ask{path: "/api/panel/bot/promo/chats", header: in, status: 200, has: []string{`"chats":[]`}},
		ask{path: "/api/panel/bot/promo/check", body: "{}", header: in, status: 200, has: []string{`"username":"promo_bot"`}},
		ask{path: "/api/panel/bot/promo/test", body: `{"chat":0}`, header: in, status: 422, has: []string{"number of a chat"}})
}
