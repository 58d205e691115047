package coupon

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"promostack/store"
)

// TicketLife is how long a ticket may be used after it was issued.
const TicketLife = 5 * time.Minute

// ticketPurpose stands in the key, so that no other signature made with the same secret is ever a ticket.
const ticketPurpose = "promostack coupon ticket 1"

// maxTicket is longer than any ticket of ours, in bytes.
const maxTicket = 256

// Ticketer signs and checks tickets: a ticket proves that this product called a code valid for a workspace in the
// last five minutes, so that downloads and shares are counted for real codes only. Safe for concurrent use.
type Ticketer struct {
	key   []byte
	clock store.Clock
}

// NewTicketer makes a Ticketer from the product's secret.
func NewTicketer(key []byte, clock store.Clock) *Ticketer {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(ticketPurpose))
	return &Ticketer{key: mac.Sum(nil), clock: clock}
}

// Issue signs a ticket for a canonical code.
func (t *Ticketer) Issue(ws int64, code string) string {
	ends := t.clock.Now().Add(TicketLife).UnixMilli()
	body := strconv.FormatInt(ws, 36) + "." + strconv.FormatInt(ends, 36) + "." + code
	return body + "." + base64.RawURLEncoding.EncodeToString(t.sign(body))
}

// Check opens a ticket. The errors are store.Invalid with a sentence: it is not ours, or it is too old.
func (t *Ticketer) Check(ticket string) (ws int64, code string, err error) {
	forged := store.Invalid{Field: "ticket", Sentence: "This ticket was not issued here. Check the code again."}
	cut := strings.LastIndexByte(ticket, '.')
	if len(ticket) > maxTicket || cut < 0 {
		return 0, "", forged
	}
	body := ticket[:cut]
	sum, err := base64.RawURLEncoding.Strict().DecodeString(ticket[cut+1:])
	if err != nil || !hmac.Equal(sum, t.sign(body)) {
		return 0, "", forged
	}
	parts := strings.SplitN(body, ".", 3)
	if len(parts) != 3 {
		return 0, "", forged
	}
	ws, err = strconv.ParseInt(parts[0], 36, 64)
	if err != nil {
		return 0, "", forged
	}
	ends, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil {
		return 0, "", forged
	}
	if t.clock.Now().UnixMilli() > ends {
		return 0, "", store.Invalid{Field: "ticket", Sentence: "This ticket is older than five minutes. Check the code again."}
	}
	return ws, parts[2], nil
}

func (t *Ticketer) sign(body string) []byte {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(body))
	return mac.Sum(nil)
}
