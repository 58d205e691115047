package setup

import (
	"fmt"
	"io"
	"net/url"
	"strings"
)

// Setting is one row of the configuration table.
type Setting struct {
	Name    string
	Aliases []string // older names with the same meaning; Name wins
	Default string   // taken when nothing is set; "" = Unset says what then happens
	Unset   string   // what an empty default means
	Meaning string
	Example string
	Secret  bool // never shown; may come from the file that NAME_FILE names
	Before  bool // the previous product had this name

	parse func(c *Config, text string) error
}

// DefaultText is the default as a person reads it.
func (s Setting) DefaultText() string {
	switch {
	case s.Default != "":
		return s.Default
	case s.Unset != "":
		return s.Unset
	}
	return "-"
}

// Table is the whole configuration: the only place that knows the names.
func Table() []Setting {
	rows := make([]Setting, 0, 48)
	rows = append(rows, serverTable()...)
	rows = append(rows, storageTable()...)
	rows = append(rows, telegramTable()...)
	rows = append(rows, couponTable()...)
	rows = append(rows, signalTable()...)
	return append(rows, watchTable()...)
}

func serverTable() []Setting {
	return []Setting{
		{Name: "PORT", Default: "8080", Before: true, Example: "8080", parse: parsePort,
			Meaning: "port of the web server"},
		{Name: "HOST", Unset: "127.0.0.1; all interfaces once PUBLIC_URL or PORT is set", Example: "0.0.0.0", parse: parseHost,
			Meaning: "address to listen on"},
		{Name: "PUBLIC_URL", Aliases: []string{"APP_URL"}, Example: "https://promo.example.com",
			parse:   originInto(func(c *Config) **url.URL { return &c.HTTP.PublicURL }),
			Meaning: "https origin that people use; needed for webhooks, share links and Secure cookies (APP_URL, its previous name, still works)"},
		{Name: "ADMIN_URL", Example: "https://admin.example.com",
			parse:   originInto(func(c *Config) **url.URL { return &c.HTTP.AdminURL }),
			Meaning: "a second origin on which / is the panel; other Hosts are refused once PUBLIC_URL or ADMIN_URL is set"},
		{Name: "TRUSTED_PROXIES", Example: "10.0.0.0/8,172.16.0.0/12", parse: parseProxies,
			Meaning: "CIDRs of the proxies whose X-Forwarded-For and X-Forwarded-Proto count; empty: these headers are ignored"},
		{Name: "ADMIN_PASSWORD", Unset: "made at the first start", Secret: true, Before: true, Example: "a long sentence that only you know",
			parse:   passwordInto,
			Meaning: "password of the panel; changing it ends all sessions"},
		{Name: "ADMIN_PASSWORD_HASH", Secret: true, Example: "'$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$…'", parse: parsePasswordHash,
			Meaning: "the same as an argon2id hash, instead of ADMIN_PASSWORD"},
		{Name: "SECRET_KEY", Unset: "made, kept in the database", Secret: true, Example: "at least 16 random characters", parse: parseSecretKey,
			Meaning: "seals tokens and keys at rest"},
	}
}

func storageTable() []Setting {
	return []Setting{
		{Name: "DATA_DIR", Default: "./data", Example: "./data", parse: textInto(func(c *Config) *string { return &c.DataDir }),
			Meaning: "folder of database, files and lock; one process at a time"},
		{Name: "DATABASE_URL", Unset: "SQLite in DATA_DIR", Secret: true, Before: true, Example: "postgres://user:password@localhost:5432/promostack",
			parse: parseDatabaseURL, Meaning: "Postgres instead of SQLite; wins over the DB_ names"},
		{Name: "DB_HOST", Before: true, Example: "localhost", parse: textInto(func(c *Config) *string { return &c.Database.host }), Meaning: "Postgres in parts: host"},
		{Name: "DB_PORT", Unset: "5432", Before: true, Example: "5432", parse: parseDatabasePort, Meaning: "port"},
		{Name: "DB_NAME", Before: true, Example: "promostack", parse: textInto(func(c *Config) *string { return &c.Database.name }), Meaning: "database"},
		{Name: "DB_USER", Before: true, Example: "promostack", parse: textInto(func(c *Config) *string { return &c.Database.user }), Meaning: "user"},
		{Name: "DB_PASSWORD", Secret: true, Before: true, parse: textInto(func(c *Config) *string { return &c.Database.password }), Meaning: "password"},
		{Name: "SPACES_ACCESS_KEY", Unset: "files in DATA_DIR", Secret: true, Before: true, Example: "DO00EXAMPLE",
			parse: textInto(func(c *Config) *string { return &c.Spaces.AccessKey }), Meaning: "object storage, any S3: set the first four of these names or none"},
		{Name: "SPACES_SECRET_KEY", Secret: true, Before: true, parse: textInto(func(c *Config) *string { return &c.Spaces.SecretKey }), Meaning: "its secret key"},
		{Name: "SPACES_REGION", Before: true, Example: "lon1", parse: textInto(func(c *Config) *string { return &c.Spaces.Region }), Meaning: "its region"},
		{Name: "SPACES_BUCKET", Before: true, Example: "promostack", parse: textInto(func(c *Config) *string { return &c.Spaces.Bucket }), Meaning: "its bucket"},
		{Name: "SPACES_ENDPOINT", Unset: "https://REGION.digitaloceanspaces.com", Example: "https://s3.example.com",
			parse: baseInto(func(c *Config) *string { return &c.Spaces.Endpoint }), Meaning: "its address, when it is not DigitalOcean Spaces"},
		{Name: "SPACES_CDN_URL", Example: "https://cdn.example.com",
			parse: baseInto(func(c *Config) *string { return &c.Spaces.CDN }), Meaning: "address at which its public files can be read"},
		{Name: "LITESTREAM_CONFIG", Unset: "./litestream.yml if there", Example: "/etc/litestream.yml", parse: parseLitestream,
			Meaning: "replication of the SQLite database: a Litestream file; off until its bucket and keys resolve to something"},
	}
}

func telegramTable() []Setting {
	return []Setting{
		{Name: "TELEGRAM_BOT_TOKEN", Secret: true, Before: true, Example: "123456789:AAExampleExampleExample",
			parse: tokenInto(func(c *Config) *string { return &c.Telegram.production }), Meaning: "promo bot; wins over the next one"},
		{Name: "TELEGRAM_BOT_TOKEN_TEST", Secret: true, Before: true, Example: "123456789:AAExampleExampleExample",
			parse: tokenInto(func(c *Config) *string { return &c.Telegram.test }), Meaning: "promo bot of a trial"},
		{Name: "TELEGRAM_API_BASE", Default: "https://api.telegram.org", Example: "http://localhost:8081",
			parse: baseInto(func(c *Config) *string { return &c.Telegram.APIBase }), Meaning: "Bot API server; also a local one"},
		{Name: "WEBHOOK_URL", Unset: "PUBLIC_URL + /api/telegram-webhook", Before: true, Example: "https://promo.example.com/api/telegram-webhook",
			parse: baseInto(func(c *Config) *string { return &c.Telegram.WebhookURL }), Meaning: "where Telegram delivers; without it and PUBLIC_URL: long polling"},
		{Name: "WEBHOOK_SECRET", Unset: "made and stored", Secret: true, Example: "letters-digits-only", parse: parseWebhookSecret,
			Meaning: "what Telegram proves itself with"},
	}
}

func couponTable() []Setting {
	return []Setting{
		{Name: "COUPON_PROVIDER", Unset: "funderpro if FUNDERPRO_PRODUCT_ID is set, else open", Example: "list",
			parse:   oneOf(func(c *Config) *string { return &c.Coupons.Provider }, "open", "list", "funderpro", "http"),
			Meaning: "who knows the codes: open (every well-formed code passes), list (kept in the panel), funderpro, http (any web address)"},
		{Name: "FUNDERPRO_PRODUCT_ID", Before: true, Example: "0f7f4a63-0000-0000-0000-000000000000",
			parse: textInto(func(c *Config) *string { return &c.Coupons.FunderProProduct }), Meaning: "product whose discounts count"},
		{Name: "FUNDERPRO_API_BASE", Default: "https://api-ftp.funderpro.com", Example: "https://api-ftp.funderpro.com",
			parse: baseInto(func(c *Config) *string { return &c.Coupons.FunderProBase }), Meaning: "its address"},
		{Name: "COUPON_HTTP_URL", Example: "https://crm.example.com/coupons?code={code}", parse: parseCouponURL,
			Meaning: "provider http: the address to ask, with {code} where the code goes"},
		{Name: "COUPON_HTTP_TOKEN", Secret: true, Example: "secret",
			parse: textInto(func(c *Config) *string { return &c.Coupons.HTTPToken }), Meaning: "provider http: sent as Authorization: Bearer"},
		{Name: "COUPON_OUTAGE", Default: "deny", Example: "recent",
			parse:   oneOf(func(c *Config) *string { return &c.Coupons.Outage }, "deny", "recent", "allow"),
			Meaning: "what an answer that could not be had means: deny, recent (valid within 24 h passes), allow"},
	}
}

func signalTable() []Setting {
	return []Setting{
		{Name: "FOREX_BOT_TOKEN", Secret: true, Before: true, Example: "123456789:AAExampleExampleExample",
			parse: tokenInto(func(c *Config) *string { return &c.Forex.BotToken }), Meaning: "bot that posts the signals"},
		{Name: "FOREX_CHANNEL_ID", Before: true, Example: "-1001234567890", parse: parseChannel, Meaning: "channel it posts to: the number or @name"},
		{Name: "TWELVE_DATA_API_KEY", Secret: true, Before: true, Example: "0123456789abcdef",
			parse: textInto(func(c *Config) *string { return &c.Forex.TwelveDataKey }), Meaning: "market data"},
		{Name: "TWELVE_DATA_API_BASE", Default: "https://api.twelvedata.com", Example: "https://api.twelvedata.com",
			parse: baseInto(func(c *Config) *string { return &c.Forex.TwelveDataBase }), Meaning: "its address"},
		{Name: "AI_INTEGRATIONS_OPENAI_API_KEY", Secret: true, Before: true, Example: "sk-…",
			parse: textInto(func(c *Config) *string { return &c.AI.replitKey }), Meaning: "AI for the wording, any OpenAI-compatible server; wins over the next one; without a key the plain texts are posted"},
		{Name: "OPENAI_API_KEY", Secret: true, Before: true, Example: "sk-…",
			parse: textInto(func(c *Config) *string { return &c.AI.Key }), Meaning: "the same"},
		{Name: "AI_INTEGRATIONS_OPENAI_BASE_URL", Before: true, Example: "https://api.openai.com/v1",
			parse: baseInto(func(c *Config) *string { return &c.AI.replitBase }), Meaning: "its address; wins over the next one"},
		{Name: "OPENAI_BASE_URL", Default: "https://api.openai.com/v1", Example: "https://api.openai.com/v1",
			parse: baseInto(func(c *Config) *string { return &c.AI.Base }), Meaning: "the same"},
		{Name: "OPENAI_MODEL", Default: "gpt-4o-mini", Example: "gpt-4o-mini",
			parse: textInto(func(c *Config) *string { return &c.AI.Model }), Meaning: "model to ask"},
	}
}

func watchTable() []Setting {
	return []Setting{
		{Name: "METRICS_TOKEN", Secret: true, Example: "a long random word", parse: textInto(func(c *Config) *string { return &c.HTTP.MetricsToken }),
			Meaning: "/metrics answers only with it (Bearer); without it only to this machine, and not at all once PUBLIC_URL is set"},
		{Name: "LOG_FORMAT", Unset: "json; text on a terminal", Example: "text",
			parse: oneOf(func(c *Config) *string { return &c.Log.Format }, "json", "text"), Meaning: "json or text"},
		{Name: "LOG_LEVEL", Default: "info", Example: "debug", parse: parseLevel, Meaning: "debug, info, warn or error"},
	}
}

// Markdown is the table as it stands in the README.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| name | default | meaning |\n|---|---|---|\n")
	cell := strings.NewReplacer("|", `\|`)
	for _, s := range Table() {
		name := "`" + s.Name + "`"
		if s.Before {
			name += "*"
		}
		b.WriteString("| " + name + " | " + cell.Replace(s.DefaultText()) + " | " + cell.Replace(s.Meaning) + " |\n")
	}
	return b.String()
}

// PrintTable writes the table as a person at the terminal reads it.
func PrintTable(out io.Writer) {
	fmt.Fprint(out, "\nConfiguration: environment variables, or lines NAME=value in a file .env; the environment wins.\n"+
		"A secret can also come from a file: NAME_FILE=/path. Names marked * are those of the previous product.\n\n")
	for _, s := range Table() {
		mark := " "
		if s.Before {
			mark = "*"
		}
		fmt.Fprintf(out, "  %s%s\n      %s", s.Name, mark, s.Meaning)
		if d := s.DefaultText(); d != "-" {
			fmt.Fprintf(out, " (default: %s)", d)
		}
		fmt.Fprintln(out)
	}
}
