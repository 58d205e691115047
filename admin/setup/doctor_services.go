package setup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// webhookTrouble is how long an error that Telegram met at our webhook counts.
const webhookTrouble = time.Hour

// promoBot asks Telegram who the token is, and how the deliveries go.
func (d Doctor) promoBot(ctx context.Context) Check {
	t := d.Config.Telegram
	c := Check{Part: "promo bot", Status: Off, Why: "no token.", Do: "Set TELEGRAM_BOT_TOKEN; BotFather gives one."}
	if t.Token == "" {
		return c
	}
	c.Status, c.Do = Fail, "Check TELEGRAM_BOT_TOKEN with BotFather."
	name, err := d.whoIs(ctx, t.Token)
	if err != nil {
		c.Why = err.Error() + "."
		return c
	}
	var hook struct {
		URL     string `json:"url"`
		Error   string `json:"last_error_message"`
		At      int64  `json:"last_error_date"`
		Pending int    `json:"pending_update_count"`
	}
	if err := d.telegram(ctx, t.Token, "getWebhookInfo", &hook); err != nil {
		c.Why = err.Error() + "."
		return c
	}
	c.Status, c.Do, c.Why = OK, "", fmt.Sprintf("@%s, long polling, %d updates wait.", name, hook.Pending)
	if hook.URL != "" {
		c.Why = fmt.Sprintf("@%s, delivered to %s, %d updates wait.", name, hook.URL, hook.Pending)
	}
	want := t.WebhookURL
	failed := time.Unix(hook.At, 0)
	switch {
	case want != "" && !strings.HasPrefix(hook.URL, want):
		c.Status, c.Why, c.Do = Fail, fmt.Sprintf("@%s is delivered to %q, not to %s.", name, hook.URL, want), "Start PromoStack: it registers the address. If it runs, another program uses the same token."
	case hook.Error != "" && d.Clock.Now().Sub(failed) < webhookTrouble:
		c.Status, c.Do = Fail, "Check that Telegram can reach this address by https."
		c.Why = fmt.Sprintf("Telegram could not deliver to %s at %s: %s.", hook.URL, failed.UTC().Format(time.RFC3339), strings.TrimSuffix(hook.Error, "."))
	}
	return c
}

func (d Doctor) whoIs(ctx context.Context, token string) (string, error) {
	var me struct {
		Username string `json:"username"`
	}
	err := d.telegram(ctx, token, "getMe", &me)
	return me.Username, err
}

// telegram calls a method of the Bot API. Its errors never hold the token.
func (d Doctor) telegram(ctx context.Context, token, method string, result any) error {
	status, body, err := ask(ctx, d.Config.Telegram.APIBase+"/bot"+token+"/"+method, nil)
	if err != nil {
		return fmt.Errorf("Telegram cannot be reached: %w", err)
	}
	var answer struct {
		OK          bool
		Description string
		Result      json.RawMessage
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("TELEGRAM_API_BASE answered %d and no JSON", status)
	}
	if !answer.OK {
		return fmt.Errorf("Telegram answered %d: %s", status, answer.Description)
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		return errors.New("the answer of Telegram cannot be read")
	}
	return nil
}

// signals looks at the bot of the channel and at the market data.
func (d Doctor) signals(ctx context.Context) Check {
	f := d.Config.Forex
	c := Check{Part: "signals", Status: Off, Why: "not set: " + missing(d.Config) + "."}
	if missing(d.Config) != "" {
		return c
	}
	c.Status = Fail
	name, err := d.whoIs(ctx, f.BotToken)
	if err != nil {
		c.Why, c.Do = "the signal bot: "+err.Error()+".", "Check FOREX_BOT_TOKEN with BotFather."
		return c
	}
	var channel struct {
		Title string `json:"title"`
	}
	if err := d.telegram(ctx, f.BotToken, "getChat?chat_id="+url.QueryEscape(f.ChannelID), &channel); err != nil {
		c.Why, c.Do = fmt.Sprintf("@%s does not see the channel: %v.", name, err), "Check FOREX_CHANNEL_ID, and make the bot an administrator of the channel."
		return c
	}
	status, body, err := ask(ctx, f.TwelveDataBase+"/api_usage", map[string]string{"Authorization": "apikey " + f.TwelveDataKey})
	switch {
	case err != nil:
		c.Why, c.Do = fmt.Sprintf("the market data cannot be reached: %v.", err), "Check the network and TWELVE_DATA_API_BASE."
	case status == http.StatusUnauthorized || status == http.StatusForbidden || bytes.Contains(body, []byte(`"code":401`)):
		c.Why, c.Do = "Twelve Data refuses TWELVE_DATA_API_KEY.", "Check the key in your Twelve Data account."
	case status >= http.StatusInternalServerError:
		c.Why, c.Do = fmt.Sprintf("Twelve Data answered %d.", status), "Signals wait until it is back."
	default:
		c.Status, c.Why = OK, fmt.Sprintf("@%s posts to %q; the market data answer.", name, channel.Title)
	}
	return c
}

// missing names what the signals lack.
func missing(c Config) string {
	var names []string
	for _, part := range []part{{name: "FOREX_BOT_TOKEN", value: c.Forex.BotToken}, {name: "FOREX_CHANNEL_ID", value: c.Forex.ChannelID},
		{name: "TWELVE_DATA_API_KEY", value: c.Forex.TwelveDataKey}} {
		if part.value == "" {
			names = append(names, part.name)
		}
	}
	return strings.Join(names, ", ")
}

// ai asks the server that writes texts for its models; that costs nothing.
func (d Doctor) ai(ctx context.Context) Check {
	a := d.Config.AI
	c := Check{Part: "AI", Status: Off, Why: "no key: the plain texts are posted."}
	if a.Key == "" {
		return c
	}
	status, _, err := ask(ctx, strings.TrimSuffix(a.Base, "/")+"/models", map[string]string{"Authorization": "Bearer " + a.Key})
	switch {
	case err != nil:
		c.Status, c.Why, c.Do = Fail, fmt.Sprintf("it cannot be reached: %v.", err), "Check OPENAI_BASE_URL. Plain texts are posted meanwhile."
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		c.Status, c.Why, c.Do = Fail, "it refuses OPENAI_API_KEY.", "Check the key. Plain texts are posted meanwhile."
	case status >= http.StatusInternalServerError:
		c.Status, c.Why, c.Do = Fail, fmt.Sprintf("it answered %d.", status), "Plain texts are posted meanwhile."
	default:
		c.Status, c.Why = OK, "it answers; texts are written by "+a.Model+"."
	}
	return c
}

// ask reads an address. Its error is the cause alone: the address may hold a token.
func ask(ctx context.Context, address string, header map[string]string) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askBudget)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, errors.New("the address is malformed")
	}
	for name, text := range header {
		req.Header.Set(name, text)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, unaddressed(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return 0, nil, unaddressed(err)
	}
	return res.StatusCode, body, nil
}

// unaddressed is why a request failed, without the address.
func unaddressed(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout() {
		return errors.New("no answer in time")
	}
	return err
}
