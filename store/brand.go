package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Brand is how a workspace presents itself on public pages and in its bots.
type Brand struct {
	ProductName     string `json:"productName"`
	LogoKey         string `json:"logoKey"`         // blob key; "" = the mark we ship
	Accent          string `json:"accent"`          // "#RRGGBB"
	ReferralPattern string `json:"referralPattern"` // https URL with {code}; "" = no link
	SupportContact  string `json:"supportContact"`  // mail address, @name or https URL; "" = none
	TimeZone        string `json:"timeZone"`        // IANA name
	Rev             int    `json:"rev"`             // grows with every save; 0 before the first
}

// NeutralBrand is how a workspace looks that never said anything about itself.
func NeutralBrand() Brand {
	return Brand{ProductName: "PromoStack", Accent: "#F6B93B", TimeZone: "UTC"}
}

// brandKey is the workspace setting that holds the brand.
const brandKey = "brand"

// contactPattern is an @name or a mail address.
var contactPattern = regexp.MustCompile(`^(@[A-Za-z0-9_]{4,32}|[^\s@<>"]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24})$`)

// Brand is how the workspace presents itself; neutral until somebody saved one.
func (w *Workspace) Brand(ctx context.Context) (Brand, error) {
	text, err := w.Setting(ctx, brandKey)
	if errors.Is(err, ErrNotFound) {
		return NeutralBrand(), nil
	}
	if err != nil {
		return Brand{}, err
	}
	b := NeutralBrand()
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return Brand{}, fmt.Errorf("read the brand: %w", err)
	}
	return b, nil
}

// SaveBrand keeps b and answers it with its next revision. ErrConflict when b.Rev is not the revision that is kept,
// Invalid with a sentence.
func (w *Workspace) SaveBrand(ctx context.Context, b Brand) (Brand, error) {
	b = tidyBrand(b)
	if err := checkBrand(b); err != nil {
		return Brand{}, err
	}
	err := w.inTx(ctx, func(tx *Tx) error {
		ws := tx.Workspace(w.id)
		// Taking the row first holds a second editor back until this one is through, on Postgres too.
		if _, err := ws.exec(ctx, `UPDATE workspace SET name = $1 WHERE id = $2`, b.ProductName, w.id); err != nil {
			return err
		}
		kept, err := ws.Brand(ctx)
		if err != nil {
			return err
		}
		if kept.Rev != b.Rev {
			return fmt.Errorf("revision %d is not %d any more: %w", b.Rev, kept.Rev, ErrConflict)
		}
		b.Rev++
		text, err := json.Marshal(b)
		if err != nil {
			return err
		}
		return ws.SetSetting(ctx, brandKey, string(text))
	})
	if err != nil {
		return Brand{}, fmt.Errorf("save the brand: %w", err)
	}
	return b, nil
}

// tidyBrand trims what a person typed and fills what must not be empty.
func tidyBrand(b Brand) Brand {
	for _, text := range []*string{&b.ProductName, &b.Accent, &b.ReferralPattern, &b.SupportContact, &b.TimeZone} {
		*text = strings.TrimSpace(*text)
	}
	neutral := NeutralBrand()
	b.ProductName, b.Accent, b.TimeZone = orText(b.ProductName, neutral.ProductName), orText(b.Accent, neutral.Accent), orText(b.TimeZone, neutral.TimeZone)
	return b
}

func checkBrand(b Brand) error {
	sample := strings.ReplaceAll(b.ReferralPattern, "{code}", "CODE")
	switch _, zoneErr := time.LoadLocation(b.TimeZone); {
	case utf8.RuneCountInString(b.ProductName) > 60 || !printable(b.ProductName):
		return Invalid{"productName", "The name is plain text of 60 characters at most."}
	case !colorPattern.MatchString(b.Accent):
		return Invalid{"accent", "Write the colour as # and six hexadecimal digits: #F6B93B."}
	case b.LogoKey != "" && CheckKey(b.LogoKey) != nil:
		return Invalid{"logoKey", "The logo is not the name of a stored file: upload it again."}
	case b.ReferralPattern != "" && sample == b.ReferralPattern:
		return Invalid{"referralPattern", "The link must hold {code} where the code belongs: https://example.com/?ref={code}"}
	case b.ReferralPattern != "" && !soundLink(sample):
		return Invalid{"referralPattern", "The link begins with https:// and holds no spaces."}
	case b.SupportContact != "" && !contactPattern.MatchString(b.SupportContact) && !soundLink(b.SupportContact):
		return Invalid{"supportContact", "Give a mail address, a Telegram @name or a link that begins with https://."}
	case zoneErr != nil || b.TimeZone == "Local":
		return Invalid{"timeZone", "Choose a time zone from the list, such as Europe/London."}
	}
	return nil
}
