package store

const brandKey = "brand"

// Brand is how a workspace presents itself on public pages and in its bots.
type Brand struct {
	ProductName     string `json:"productName"`
	LogoKey         string `json:"logoKey"`         // blob key; "" = the mark we ship
	Accent          string `json:"accent"`          // "#RRGGBB"
	ReferralPattern string `json:"referralPattern"` // https URL with {code}; "" = no link
	SupportContact  string `json:"supportContact"`  // address, @name or https URL; "" = none
	TimeZone        string `json:"timeZone"`        // IANA name
	Rev             int    `json:"rev"`             // grows with every save
}
