package coupon

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"promostack/store"
)

// FunderProBase is the address of the real service.
const FunderProBase = "https://api-ftp.funderpro.com"

// FunderProConfig says where FunderPro is and which product the codes are for.
type FunderProConfig struct {
	Base    string       // FUNDERPRO_API_BASE; "" = FunderProBase
	Product string       // FUNDERPRO_PRODUCT_ID
	Client  *http.Client // nil: our own, which keeps out of the inner network; redirects are never followed
	Clock   store.Clock
}

// FunderPro asks FunderPro's public discount service. The service is not documented, so only the status of its
// answer counts and the body is never read: 200 is valid, 404 and 422 are invalid, as in the previous product.
func FunderPro(c FunderProConfig) Provider {
	if c.Base == "" {
		c.Base = FunderProBase
	}
	const setting = "FUNDERPRO_API_BASE"
	return &funderPro{
		base:    strings.TrimRight(c.Base, "/"),
		product: c.Product,
		ask:     asker{who: "FunderPro", setting: setting, clock: c.Clock, client: clientOr(c.Client, newGuard(c.Base, setting, false))},
	}
}

type funderPro struct {
	base, product string
	ask           asker
}

func (*funderPro) Name() string { return "funderpro" }

// Lookup asks for one code. 400, 401, 403 and every other answer without a meaning of its own are a mistake in the
// configuration or a change of the service: the previous product called the code invalid then, and told people that
// their good codes were bad for as long as it lasted. Here they are an outage that the panel and the doctor explain.
func (f *funderPro) Lookup(ctx context.Context, code string) (Verdict, error) {
	if err := checkCanonical(code); err != nil {
		return Verdict{}, err
	}
	if _, err := checkBase(f.base); err != nil {
		return Verdict{}, &Outage{Setup: true, Err: err, Sentence: "FUNDERPRO_API_BASE is not an address such as " + FunderProBase + "."}
	}
	if f.product == "" {
		return Verdict{}, &Outage{Setup: true, Sentence: "FUNDERPRO_PRODUCT_ID is not set, so FunderPro cannot be asked."}
	}
	query := url.Values{"coupons[]": {code}, "productIds": {f.product}}
	ans, err := f.ask.get(ctx, f.base+"/discount?"+query.Encode(), nil)
	if err != nil {
		return Verdict{}, fmt.Errorf("ask funderpro: %w", err)
	}
	v := Verdict{HTTPStatus: ans.status}
	switch ans.status {
	case http.StatusOK:
		v.Status = Valid
	case http.StatusNotFound, http.StatusUnprocessableEntity:
		v.Status = Invalid
		v.Message = "This is not a valid FunderPro code. Check the spelling, or write to affiliates@funderpro.com."
	default:
		return Verdict{}, badAnswer("FunderPro", f.ask.setting, ans.status, ans.location)
	}
	return v, nil
}
