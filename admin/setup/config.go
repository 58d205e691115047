// Package setup is what a person sets and checks: the configuration table and the doctor.
package setup

import (
	"log/slog"
	"net/netip"
	"net/url"
)

// Config is everything that the environment decides. It is read once at the start and handed down in parts.
type Config struct {
	HTTP       HTTP
	DataDir    string // folder of database, blobs and lock
	SecretKey  string // seals tokens at rest; "" = made and kept in the database
	Admin      Admin
	Database   Database
	Spaces     Spaces
	Litestream string // path of the replication file; "" = none
	Telegram   Telegram
	Coupons    Coupons
	Forex      Forex
	AI         AI
	Log        Log

	set     map[string]Origin
	texts   map[string]string // values as they were written, secrets left out
	Unknown []string          // names in the .env file that no setting has: most likely typing mistakes
}

// HTTP is where and for whom the server listens.
type HTTP struct {
	Host           string
	Port           int
	PublicURL      *url.URL // origin people use; nil = none
	AdminURL       *url.URL // second origin on which / is the panel; nil = none
	TrustedProxies []netip.Prefix
	MetricsToken   string
}

// Admin is how the owner signs in; both empty = a password made at the first start.
type Admin struct{ Password, PasswordHash string }

// Database is where rows are kept; an empty URL means SQLite in the data folder.
type Database struct {
	URL string

	host, port, name, user, password string
}

// Spaces is an S3-compatible object storage; an empty Bucket means files in the data folder.
type Spaces struct{ AccessKey, SecretKey, Region, Bucket, Endpoint, CDN string }

// Telegram is the promo bot; an empty Token means no bot.
type Telegram struct {
	Token, APIBase            string
	WebhookURL, WebhookSecret string // WebhookURL "" = long polling

	production, test string
}

// Coupons is who says whether a code is valid.
type Coupons struct {
	Provider string // open, list, funderpro, http
	Outage   string // deny, recent, allow

	FunderProProduct, FunderProBase string

	HTTPURL, HTTPToken string
}

// Forex is the signal product; each empty part switches it off.
type Forex struct{ BotToken, ChannelID, TwelveDataKey, TwelveDataBase string }

// AI is an OpenAI-compatible server; an empty Key means plain texts.
type AI struct {
	Key, Base, Model string

	replitKey, replitBase string
}

// Log is how the log is written.
type Log struct {
	Format string // json, text, or "" = text on a terminal, else json
	Level  slog.Level
}

// Origin says where a value came from.
type Origin string

// The places a value can come from.
const (
	FromDefault     Origin = "default"
	FromEnvironment Origin = "environment"
	FromDotEnv      Origin = ".env"
	FromFile        Origin = "file"
)

// Where says where the value of the setting name came from.
func (c Config) Where(name string) Origin {
	if o, ok := c.set[name]; ok {
		return o
	}
	return FromDefault
}
