package bot

import (
	"strings"
	"testing"
	"time"

	"promostack/bot/bottest"
	"promostack/store"
	"promostack/store/storetest"
)

func TestGuardianSetsAStolenWebhookAgain(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	w := newWorld(t, &echo{}, true, clock)
	if got := w.bot.Webhook(); got != publicURL+webhookPath {
		t.Fatalf("webhook %q", got)
	}
	w.bot.StealWebhook("https://thief.example/hook")
	waitFor(t, func() bool { clock.Advance(20 * time.Second); return w.bot.Webhook() == publicURL+webhookPath })
	if n := w.bot.WebhookSets(); n != 2 {
		t.Errorf("set %d times", n)
	}
	waitFor(t, func() bool {
		clock.Advance(20 * time.Second)
		return w.status().Webhook.CheckedAt.After(w.status().Webhook.SetAt)
	})
	if n := w.bot.WebhookSets(); n != 2 {
		t.Errorf("a good webhook was set again: %d times", n)
	}
}

func TestGuardianMendsAWrongSecret(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	w := newWorld(t, &echo{}, true, clock)
	w.bot.StealWebhook(publicURL + webhookPath) // the right address, without our secret
	anna := w.srv.Person(5, "Anna", "")
	anna.Says(w.bot, "hello")
	waitFor(t, func() bool { clock.Advance(10 * time.Second); return len(anna.Messages()) == 1 })
	if n := w.bot.WebhookSets(); n != 2 {
		t.Errorf("set %d times", n)
	}
}

func TestAProcessWithoutAPublicAddressNeverSetsAWebhook(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	w := newWorld(t, &echo{}, false, clock)
	anna := w.srv.Person(5, "Anna", "")
	anna.Says(w.bot, "hello")
	waitFor(t, func() bool { return len(anna.Messages()) == 1 })
	w.bot.StealWebhook("https://production.example/hook") // the real one starts
	waitFor(t, func() bool {
		clock.Advance(10 * time.Second)
		return strings.Contains(w.status().LastError.Text, "Another program set a webhook")
	})
	if w.bot.Webhook() != "https://production.example/hook" || w.bot.WebhookSets() != 0 {
		t.Error("the poller touched the webhook of another program")
	}
	w.bot.StealWebhook("")
	anna.Says(w.bot, "again")
	waitFor(t, func() bool { clock.Advance(10 * time.Second); return len(anna.Messages()) == 2 })
}

func TestARefusedWebhookAddressDoesNotLeaveTheBotDeaf(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	w := &world{t: t, clock: clock, srv: bottest.New(t, bottest.Options{Clock: clock, Limits: bottest.NoLimits}), store: storetest.OpenAt(t, clock)}
	w.bot = w.srv.AddBot(testToken, "echo_bot")
	w.bot.Inject(bottest.Fault{Method: "setWebhook", Code: 400, Description: "Bad Request: bad webhook: failed to resolve host: Name or service not known"})
	w.start(&echo{}, true)
	defer w.stop()
	if s := w.status(); s.Mode != ModePolling || !strings.Contains(s.LastError.Text, "failed to resolve") {
		t.Errorf("%+v", s)
	}
	anna := w.srv.Person(5, "Anna", "")
	anna.Says(w.bot, "hello")
	waitFor(t, func() bool { return len(anna.Messages()) == 1 })
	waitFor(t, func() bool { clock.Advance(10 * time.Second); return w.status().Mode == ModeWebhook })
}

func TestARevokedTokenIsShownAndUpdatesWait(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	w := newWorld(t, &echo{}, true, clock)
	anna := w.srv.Person(5, "Anna", "")
	w.bot.Inject(bottest.Fault{Method: "sendMessage", Code: 401, Description: "Unauthorized"})
	anna.Says(w.bot, "hello")
	waitFor(t, func() bool { return w.status().Stopped })
	if s := w.status(); s.Connected || s.Waiting != 1 {
		t.Errorf("%+v", s)
	}
	waitFor(t, func() bool { clock.Advance(10 * time.Second); return len(anna.Messages()) == 1 }) // the guardian finds the token good again
	waitFor(t, func() bool { s := w.status(); return s.Connected && s.Waiting == 0 })
}
