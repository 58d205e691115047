package admin

import (
	"net/http/httptest"
	"testing"
	"time"

	"promostack/admin/browsertest"
	"promostack/store"
)

func TestPanelShowsTheBotAndItsPeople(t *testing.T) {
	s, _ := botServer(t)
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	site := &liveSite{Server: s, url: web.URL, web: web, ws: s.Store.Workspace(store.DefaultWorkspace)}
	id := s.Bots.Bots()[0].ID
	for i, name := range []string{"Anna <b>", "Bela", "Chidi"} {
		if err := site.ws.SeeMember(t.Context(), store.Member{Connection: id, ID: int64(500 + i), FirstName: name, Username: []string{"anna", "", "chidi"}[i], Language: "en"}, i != 1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := site.ws.TakeUpdate(t.Context(), store.Update{Connection: id, ID: 9, Seq: 1, TakenAt: time.Unix(1790000000, 0),
		Body: []byte(`{"update_id":9,"message":{"message_id":1,"date":1,"chat":{"id":500,"type":"private"},"from":{"id":500,"first_name":"Anna"},"text":"boom"}}`)}); err != nil {
		t.Fatal(err)
	}
	if err := site.ws.ParkUpdate(t.Context(), id, 9, "the picture could not be drawn"); err != nil {
		t.Fatal(err)
	}
	for _, screen := range []browsertest.Screen{browsertest.Desktop(), browsertest.Phone()} {
		t.Run(screen.Name, func(t *testing.T) {
			p := openPanel(t, site, screen)
			room(p, "#/bot", ".people tbody tr")
			p.Click(".status header button")
			p.WaitText(".status", "@promo_bot")
			p.WaitText(".people", "Anna <b>")
			p.Axe("bot")
			p.NoSidewaysScroll("bot")
			p.Shot("panel-bot")
			if small := p.SmallTargets(44); screen.Touch && len(small) > 0 {
				t.Errorf("too small for a finger: %v", small)
			}
			p.Fill(".people [data-search]", "chi")
			p.Until(`document.querySelectorAll(".people tbody tr").length === 1`)
			p.Click(".people .name")
			p.WaitText("dialog.side", "Pressed Start")
			p.Axe("a person")
			p.Press("Escape")
			p.WaitGone("dialog")
			p.Type(".trial input", "@anna")
			p.Press("Enter")
			p.WaitText(".trial .error", "A chat has a whole number")
			if screen.Touch {
				return
			}
			p.WaitText(".parked", "the picture could not be drawn")
			p.Click(".parked .lines button")
			p.WaitText(".toast", "tried again")
			p.Until(`document.querySelector(".parked").hidden`)
		})
	}
}

func TestPanelWithoutABotSaysHowToGetOne(t *testing.T) {
	p := openPanel(t, openSite(t), browsertest.Phone())
	room(p, "#/bot", ".empty")
	p.WaitText(".empty", "TELEGRAM_BOT_TOKEN")
	p.Axe("no bot")
}
