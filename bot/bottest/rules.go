package bottest

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	commandPattern = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	secretPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// buttonActions are the fields of an inline button of which exactly one must be set.
var buttonActions = []string{
	"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
	"switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}

// seen is the text after entity parsing, as a person sees it.
func seen(a args, field string) (string, *apiError) {
	text := a.text(field)
	switch a.text("parse_mode") {
	case "":
	case "HTML":
		plain, err := parseHTML(text)
		if err != nil {
			return "", mistake("%v in %.80q", err, text)
		}
		text = plain
	default:
		return "", mistake("parse_mode %q: HTML is the only one we use", a.text("parse_mode"))
	}
	return strings.TrimSpace(text), nil
}

func checkText(a args) (string, *apiError) {
	text, err := seen(a, "text")
	switch {
	case err != nil:
		return "", err
	case text == "":
		return "", mistake("message text is empty")
	case units(text) > 4096:
		return "", mistake("message is too long")
	}
	return text, nil
}

func checkCaption(a args) (string, *apiError) {
	text, err := seen(a, "caption")
	if err == nil && units(text) > 1024 {
		return "", mistake("message caption is too long")
	}
	return text, err
}

// checkMarkup reads an inline keyboard. go-telegram/bot sends an empty copy_text with every button; the real
// server is not known to mind, so it does not count here.
func checkMarkup(markup args) ([][]Button, *apiError) {
	var rows [][]Button
	total := 0
	for _, row := range markup.list("inline_keyboard") {
		list, _ := row.([]any)
		if len(list) > 8 {
			return nil, mistake("more than 8 buttons in a row")
		}
		var buttons []Button
		for _, one := range list {
			b, _ := one.(map[string]any)
			button, err := checkButton(b)
			if err != nil {
				return nil, err
			}
			buttons = append(buttons, button)
			total++
		}
		rows = append(rows, buttons)
	}
	if total > 100 {
		return nil, mistake("reply markup is too long")
	}
	return rows, nil
}

func checkButton(a args) (Button, *apiError) {
	b := Button{
		Text: a.text("text"), Data: a.text("callback_data"), URL: a.text("url"), Copy: a.object("copy_text").text("text"),
		Switch: a.text("switch_inline_query"),
	}
	actions := 0
	for _, name := range buttonActions {
		if a.has(name) && (name != "copy_text" || b.Copy != "") {
			actions++
		}
	}
	switch {
	case strings.TrimSpace(b.Text) == "":
		return b, mistake("inline keyboard button text is empty")
	case actions != 1:
		return b, mistake("the button %q has %d actions, not one", b.Text, actions)
	case a.has("callback_data") && (len(b.Data) < 1 || len(b.Data) > 64):
		return b, mistake("BUTTON_DATA_INVALID: %d bytes in %q", len(b.Data), b.Text)
	case units(b.Copy) > 256:
		return b, mistake("BUTTON_COPY_TEXT_INVALID")
	case a.has("url") && !goodURL(b.URL):
		return b, mistake("BUTTON_URL_INVALID: %q", b.URL)
	case a.has("style") && a.text("style") != "danger" && a.text("style") != "success" && a.text("style") != "primary":
		return b, mistake("BUTTON_STYLE_INVALID: %q", a.text("style"))
	}
	return b, nil
}

func goodURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return strings.Contains(u.Host, ".") || u.Hostname() == "localhost"
	case "tg":
		return true
	}
	return false
}

func checkCommands(a args) *apiError {
	list := a.list("commands")
	if len(list) > 100 {
		return mistake("too many commands")
	}
	for _, one := range list {
		c := args(one.(map[string]any))
		if !commandPattern.MatchString(c.text("command")) {
			return mistake("BOT_COMMAND_INVALID: %q", c.text("command"))
		}
		if n := units(c.text("description")); n < 1 || n > 256 {
			return mistake("BOT_COMMAND_DESCRIPTION_INVALID: %d characters", n)
		}
	}
	return nil
}

func checkWebhook(a args) *apiError {
	u, err := url.Parse(a.text("url"))
	switch {
	case a.text("url") == "":
		return nil
	case err != nil || u.Scheme != "https" || u.Host == "":
		return badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	case u.Port() != "" && u.Port() != "443" && u.Port() != "80" && u.Port() != "88" && u.Port() != "8443":
		return badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	case a.has("secret_token") && !secretPattern.MatchString(a.text("secret_token")):
		return mistake("secret token contains unallowed characters")
	case a.has("max_connections") && (a.number("max_connections") < 1 || a.number("max_connections") > 100):
		return mistake("max_connections is out of 1-100")
	case !a.has("allowed_updates"):
		return mistake("allowed_updates must be said explicitly: omitted, the previous value stays")
	case !a.has("secret_token"):
		return mistake("a webhook without a secret token")
	}
	return nil
}
