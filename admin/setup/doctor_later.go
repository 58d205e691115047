package setup

import (
	"log/slog"
	"strings"
)

// later are the parts that this version does not have yet: what their settings say, honestly.
func (d Doctor) later() []Check {
	c := d.Config
	return []Check{
		planned("object storage", "files are kept in DATA_DIR.", "SPACES_BUCKET", c.Spaces.Bucket != ""),
		planned("replica", "the database is not replicated.", "LITESTREAM_CONFIG", c.Litestream != ""),
		planned("promo bot", "no token.", "TELEGRAM_BOT_TOKEN", c.Telegram.Token != ""),
		planned("signals", "not set: "+missing(c)+".", "the FOREX and TWELVE_DATA names", missing(c) == ""),
		planned("AI", "plain texts are posted.", "OPENAI_API_KEY", c.AI.Key != ""),
	}
}

func planned(part, off, setting string, set bool) Check {
	if set {
		return Check{Part: part, Status: Off, Why: setting + " is set, but this version does not check it yet."}
	}
	return Check{Part: part, Status: Off, Why: off}
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

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
