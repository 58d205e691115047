package store

import "time"

// Usage is one attempt at a picture, or one download or share of it.
type Usage struct {
	Source   string // web, bot, image, bulk, panel
	Kind     string // make, download, share
	Outcome  string // made, invalid, expired, exhausted, unknown, no_template, no_variant, too_long, failed
	Template string // slug
	Variant  string
	Code     string
	Member   int64  // Telegram id of the person, 0 for the web
	ChatKind string // private, group, supergroup, channel; "" outside Telegram
	Millis   int
	At       time.Time // zero: now
}
