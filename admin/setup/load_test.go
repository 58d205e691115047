package setup

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func load(t *testing.T, dotenv string, env ...string) (Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), ".env")
	if dotenv != "" {
		if err := os.WriteFile(file, []byte(dotenv), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(env, file)
}

func TestNothingSetIsACompleteConfiguration(t *testing.T) {
	c, err := load(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP.Address() != "127.0.0.1:8080" || c.DataDir != "data" || c.Database.URL != "" || c.Coupons.Provider != "open" ||
		c.Coupons.Outage != "deny" || c.Telegram.Token != "" || c.AI.Base != "https://api.openai.com/v1" {
		t.Errorf("defaults: %+v", c)
	}
}

func TestHostOpensUpOncePortOrPublicURLIsSet(t *testing.T) {
	for env, want := range map[string]string{
		"PORT=9000":                            ":9000",
		"PUBLIC_URL=https://promo.example.com": ":8080",
		"HOST=::1":                             "[::1]:8080",
		"APP_URL=https://promo.example.com":    ":8080",
		"DATA_DIR=/x":                          "127.0.0.1:8080",
		"PORT=":                                "127.0.0.1:8080",
		"HOST=localhost":                       "127.0.0.1:8080",
		"COUPON_HTTP_URL=http://a.test/?c={code}": "127.0.0.1:8080",
	} {
		c, err := load(t, "", env)
		if err != nil {
			t.Errorf("%s: %v", env, err)
		}
		if got := c.HTTP.Address(); got != want {
			t.Errorf("%s: listens on %s, want %s", env, got, want)
		}
	}
}

func TestTheEnvironmentWinsOverTheDotEnvFile(t *testing.T) {
	c, err := load(t, "PORT=7000\nOPENAI_MODEL=small\nPUBLIC_URI=https://typo.example.com\n", "PORT=7001")
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP.Port != 7001 || c.AI.Model != "small" {
		t.Errorf("port %d, model %s", c.HTTP.Port, c.AI.Model)
	}
	if c.Where("PORT") != FromEnvironment || c.Where("OPENAI_MODEL") != FromDotEnv || c.Where("HOST") != FromDefault {
		t.Errorf("origins: %v %v %v", c.Where("PORT"), c.Where("OPENAI_MODEL"), c.Where("HOST"))
	}
	if len(c.Unknown) != 1 || c.Unknown[0] != "PUBLIC_URI" {
		t.Errorf("unknown names: %v", c.Unknown)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("correct horse battery staple\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, "ADMIN_PASSWORD=old", "ADMIN_PASSWORD_FILE="+secret)
	if err != nil {
		t.Fatal(err)
	}
	if c.Admin.Password != "correct horse battery staple" || c.Where("ADMIN_PASSWORD") != FromFile {
		t.Errorf("password %q from %s", c.Admin.Password, c.Where("ADMIN_PASSWORD"))
	}
	if c, err = load(t, "ADMIN_PASSWORD_FILE="+secret, "ADMIN_PASSWORD=new"); err != nil || c.Admin.Password != "new" {
		t.Errorf("the environment's value must win over the file of .env: %q, %v", c.Admin.Password, err)
	}
}

func TestThePreviousProductsNamesKeepTheirMeaning(t *testing.T) {
	c, err := load(t, "", "DB_HOST=db.example.com", "DB_PORT=25060", "DB_NAME=promo", "DB_USER=doadmin", "DB_PASSWORD=p@ss/word",
		"SPACES_ACCESS_KEY=a", "SPACES_SECRET_KEY=b", "SPACES_REGION=lon1", "SPACES_BUCKET=couponpro-templates",
		"FUNDERPRO_PRODUCT_ID=pid", "TELEGRAM_BOT_TOKEN_TEST=1:test", "TELEGRAM_BOT_TOKEN=2:live",
		"AI_INTEGRATIONS_OPENAI_API_KEY=first", "OPENAI_API_KEY=second", "APP_URL=https://dash.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	if want := "postgres://doadmin:p%40ss%2Fword@db.example.com:25060/promo"; c.Database.URL != want {
		t.Errorf("database %s, want %s", c.Database.URL, want)
	}
	if c.Spaces.Endpoint != "https://lon1.digitaloceanspaces.com" || c.Coupons.Provider != "funderpro" || c.Telegram.Token != "2:live" || c.AI.Key != "first" {
		t.Errorf("%+v", c)
	}
	if c.HTTP.PublicURL.String() != "https://dash.example.com" || c.Telegram.WebhookURL != "https://dash.example.com/api/telegram-webhook" {
		t.Errorf("public %s, webhook %s", c.HTTP.PublicURL, c.Telegram.WebhookURL)
	}
}

func TestEachMistakeIsOneLineWithNameReasonAndExample(t *testing.T) {
	for env, want := range map[string]string{
		"PORT=eighty":                          `PORT: "eighty" is not a port number (1 to 65535); for example PORT=8080`,
		"PORT=70000":                           `PORT: "70000" is not a port number`,
		"HOST=example.com":                     `HOST: "example.com" is not an IP address`,
		"PUBLIC_URL=promo.example.com":         `PUBLIC_URL: is not a web address`,
		"PUBLIC_URL=http://promo.example.com":  `PUBLIC_URL: must begin with https://`,
		"APP_URL=https://a.example.com/path":   `APP_URL: must be an origin`,
		"PUBLIC_URL=https://u:p@a.example.com": `PUBLIC_URL: must not hold a user`,
		"TRUSTED_PROXIES=10.0.0.0/8,nonsense":  `TRUSTED_PROXIES: "nonsense" is not a network`,
		"DATABASE_URL=mysql://secret@h/x":      `DATABASE_URL: is not a Postgres address`,
		"DB_HOST=localhost":                    `DB_NAME: is missing`,
		"SPACES_BUCKET=b":                      `SPACES_ACCESS_KEY: is missing`,
		"COUPON_PROVIDER=magic":                `COUPON_PROVIDER: "magic" is none of open, list, funderpro, http`,
		"COUPON_PROVIDER=funderpro":            `FUNDERPRO_PRODUCT_ID: is needed`,
		"COUPON_PROVIDER=http":                 `COUPON_HTTP_URL: is needed`,
		"TELEGRAM_BOT_TOKEN=secret":            `TELEGRAM_BOT_TOKEN: is not a bot token`,
		"WEBHOOK_SECRET=a b":                   `WEBHOOK_SECRET: may hold only`,
		"SECRET_KEY=secret":                    `SECRET_KEY: is shorter than 16`,
		"ADMIN_PASSWORD_HASH=secret":           `ADMIN_PASSWORD_HASH: is not an argon2id hash`,
		"ADMIN_PASSWORD_FILE=/no/such/file":    `ADMIN_PASSWORD_FILE: the file cannot be read: no such file or directory`,
		"LITESTREAM_CONFIG=/no/such/file":      `LITESTREAM_CONFIG: the file cannot be read`,
		"LOG_LEVEL=loud":                       `LOG_LEVEL: "loud" is none of`,
		"FOREX_CHANNEL_ID=my channel":          `FOREX_CHANNEL_ID: "my channel" is neither`,
	} {
		_, err := load(t, "", env)
		var mistakes Mistakes
		if !errors.As(err, &mistakes) {
			t.Errorf("%s: accepted (%v)", env, err)
			continue
		}
		if !strings.HasPrefix(mistakes[0].String(), want) {
			t.Errorf("%s:\n got %s\nwant %s", env, mistakes[0], want)
		}
		if name, value, _ := strings.Cut(env, "="); name != "SPACES_BUCKET" && strings.Contains(value, "secret") && strings.Contains(err.Error(), value) {
			t.Errorf("%s: the message shows the secret: %s", env, err)
		}
	}
	_, err := load(t, "", "PORT=x", "LOG_LEVEL=y", "COUPON_OUTAGE=z")
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three mistakes must make three lines: %v", err)
	}
}

func TestTableIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Table() {
		if seen[s.Name] || s.Meaning == "" || s.parse == nil {
			t.Errorf("%s: twice, without meaning or without parser", s.Name)
		}
		seen[s.Name] = true
		if s.Secret && s.Default != "" {
			t.Errorf("%s: a secret must not have a default", s.Name)
		}
	}
	for _, name := range strings.Fields(`PORT HOST DATA_DIR PUBLIC_URL ADMIN_URL TRUSTED_PROXIES ADMIN_PASSWORD ADMIN_PASSWORD_HASH SECRET_KEY
		DATABASE_URL DB_HOST DB_PORT DB_NAME DB_USER DB_PASSWORD SPACES_ACCESS_KEY SPACES_SECRET_KEY SPACES_REGION SPACES_BUCKET SPACES_ENDPOINT
		SPACES_CDN_URL LITESTREAM_CONFIG TELEGRAM_BOT_TOKEN TELEGRAM_BOT_TOKEN_TEST TELEGRAM_API_BASE WEBHOOK_URL WEBHOOK_SECRET COUPON_PROVIDER
		FUNDERPRO_PRODUCT_ID FUNDERPRO_API_BASE COUPON_OUTAGE FOREX_BOT_TOKEN FOREX_CHANNEL_ID TWELVE_DATA_API_KEY TWELVE_DATA_API_BASE
		AI_INTEGRATIONS_OPENAI_API_KEY OPENAI_API_KEY AI_INTEGRATIONS_OPENAI_BASE_URL OPENAI_BASE_URL OPENAI_MODEL METRICS_TOKEN LOG_FORMAT LOG_LEVEL`) {
		if !seen[name] {
			t.Errorf("%s is promised but not in the table", name)
		}
	}
}
