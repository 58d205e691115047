package setup

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// combine settles what depends on more than one name.
func (l *loader) combine() {
	c := &l.config
	if c.HTTP.Host == "" && !l.isSet("PUBLIC_URL") && !l.isSet("PORT") {
		c.HTTP.Host = "127.0.0.1"
	}
	if l.isSet("ADMIN_PASSWORD") && l.isSet("ADMIN_PASSWORD_HASH") {
		l.wrong("ADMIN_PASSWORD_HASH", "is set together with ADMIN_PASSWORD: keep one of the two", "")
	}
	c.DataDir = filepath.Clean(c.DataDir)
	l.combineDatabase()
	l.combineSpaces()
	l.combineCoupons()
	if c.Litestream == "" {
		if _, err := os.Stat("litestream.yml"); err == nil {
			c.Litestream = "litestream.yml"
		}
	}
	c.Telegram.Token = first(c.Telegram.production, c.Telegram.test)
	if c.Telegram.WebhookURL == "" && c.HTTP.PublicURL != nil && c.HTTP.PublicURL.Scheme == "https" {
		c.Telegram.WebhookURL = c.HTTP.PublicURL.String() + "/api/telegram-webhook"
	}
	c.AI.Key = first(c.AI.replitKey, c.AI.Key)
	c.AI.Base = first(c.AI.replitBase, c.AI.Base)
}

func (l *loader) isSet(name string) bool { return l.config.Where(name) != FromDefault }

func (l *loader) combineDatabase() {
	d := &l.config.Database
	if d.URL != "" || l.isSet("DATABASE_URL") {
		return
	}
	if d.host == "" && d.name == "" && d.user == "" && d.password == "" {
		return
	}
	l.needAll("the database needs DB_HOST, DB_NAME and DB_USER, or DATABASE_URL alone",
		part{"DB_HOST", d.host, "localhost"}, part{"DB_NAME", d.name, "promostack"}, part{"DB_USER", d.user, "promostack"})
	u := url.URL{Scheme: "postgres", User: url.UserPassword(d.user, d.password),
		Host: net.JoinHostPort(d.host, first(d.port, "5432")), Path: "/" + d.name}
	d.URL = u.String()
}

func (l *loader) combineSpaces() {
	s := &l.config.Spaces
	if s.AccessKey == "" && s.SecretKey == "" && s.Region == "" && s.Bucket == "" {
		return
	}
	l.needAll("object storage needs SPACES_ACCESS_KEY, SPACES_SECRET_KEY, SPACES_REGION and SPACES_BUCKET, or none of them",
		part{"SPACES_ACCESS_KEY", s.AccessKey, "DO00EXAMPLE"}, part{"SPACES_SECRET_KEY", s.SecretKey, "secret"},
		part{"SPACES_REGION", s.Region, "lon1"}, part{"SPACES_BUCKET", s.Bucket, "promostack"})
	if s.Endpoint == "" {
		s.Endpoint = "https://" + s.Region + ".digitaloceanspaces.com"
	}
}

func (l *loader) combineCoupons() {
	c := &l.config.Coupons
	if c.Provider == "" && !l.isSet("COUPON_PROVIDER") {
		c.Provider = "open"
		if c.FunderProProduct != "" {
			c.Provider = "funderpro"
		}
	}
	if c.Provider == "funderpro" && c.FunderProProduct == "" && !l.isSet("FUNDERPRO_PRODUCT_ID") {
		l.wrong("FUNDERPRO_PRODUCT_ID", "is needed by COUPON_PROVIDER=funderpro", "0f7f4a63-0000-0000-0000-000000000000")
	}
	if c.Provider == "http" && c.HTTPURL == "" && !l.isSet("COUPON_HTTP_URL") {
		l.wrong("COUPON_HTTP_URL", "is needed by COUPON_PROVIDER=http", "https://crm.example.com/coupons?code={code}")
	}
}

type part struct{ name, value, example string }

// needAll reports every part that has no value.
func (l *loader) needAll(rule string, parts ...part) {
	for _, p := range parts {
		if p.value == "" && !l.isSet(p.name) {
			l.wrong(p.name, "is missing: "+rule, p.example)
		}
	}
}

func first(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}
