package setup

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	botToken      = regexp.MustCompile(`^[0-9]{1,20}:[A-Za-z0-9_-]+$`)
	webhookSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
	channelID     = regexp.MustCompile(`^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$`)
)

func textInto(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, text string) error {
		if strings.ContainsAny(text, "\x00\r\n") {
			return errors.New("holds a line break or a NUL")
		}
		*field(c) = text
		return nil
	}
}

func oneOf(field func(*Config) *string, words ...string) func(*Config, string) error {
	return func(c *Config, text string) error {
		word := strings.ToLower(text)
		if !slices.Contains(words, word) {
			return fmt.Errorf("%q is none of %s", text, strings.Join(words, ", "))
		}
		*field(c) = word
		return nil
	}
}

func tokenInto(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, text string) error {
		if !botToken.MatchString(text) {
			return errors.New("is not a bot token as BotFather gives it (digits, a colon, letters)")
		}
		*field(c) = text
		return nil
	}
}

// baseInto takes an http or https address without user, query and fragment, and drops its last slash.
func baseInto(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, text string) error {
		u, err := webAddress(text)
		if err != nil {
			return err
		}
		*field(c) = strings.TrimRight(u.String(), "/")
		return nil
	}
}

// originInto takes an origin: scheme and host, nothing behind. Only this machine and private networks go without https.
func originInto(field func(*Config) **url.URL) func(*Config, string) error {
	return func(c *Config, text string) error {
		u, err := webAddress(text)
		if err != nil {
			return err
		}
		if strings.Trim(u.Path, "/") != "" {
			return errors.New("must be an origin, without a path behind the host")
		}
		if u.Scheme == "http" && !private(u.Hostname()) {
			return errors.New("must begin with https://")
		}
		*field(c) = &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}
		return nil
	}
}

func webAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("is not a web address (https://…)")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("must not hold a user, a question mark or a #")
	}
	return u, nil
}

func private(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

func port(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 65535 {
		return 0, fmt.Errorf("%q is not a port number (1 to 65535)", text)
	}
	return n, nil
}

func parsePort(c *Config, text string) error {
	n, err := port(text)
	c.HTTP.Port = n
	return err
}

func parseDatabasePort(c *Config, text string) error {
	_, err := port(text)
	c.Database.port = text
	return err
}

func parseHost(c *Config, text string) error {
	if text == "localhost" {
		text = "127.0.0.1"
	}
	if _, err := netip.ParseAddr(strings.Trim(text, "[]")); err != nil {
		return fmt.Errorf("%q is not an IP address", text)
	}
	c.HTTP.Host = strings.Trim(text, "[]")
	return nil
}

func parseProxies(c *Config, text string) error {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := netip.ParsePrefix(part)
		if addr, single := netip.ParseAddr(part); err != nil && single == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return fmt.Errorf("%q is not a network in CIDR form", part)
		}
		c.HTTP.TrustedProxies = append(c.HTTP.TrustedProxies, prefix.Masked())
	}
	return nil
}

func passwordInto(c *Config, text string) error {
	if len(text) > 1024 {
		return errors.New("is longer than 1024 bytes")
	}
	c.Admin.Password = text
	return nil
}

func parsePasswordHash(c *Config, text string) error {
	_, err := parseHash(text)
	if errors.Is(err, errHash) {
		return errors.New("is not an argon2id hash ($argon2id$v=19$m=…,t=…,p=…$salt$hash); in a .env file put it into single quotes, because of its $ signs")
	}
	if err != nil {
		return err
	}
	c.Admin.PasswordHash = text
	return nil
}

func parseSecretKey(c *Config, text string) error {
	if len(text) < 16 {
		return errors.New("is shorter than 16 characters")
	}
	c.SecretKey = text
	return nil
}

func parseDatabaseURL(c *Config, text string) error {
	if !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
		return errors.New("is not a Postgres address (postgres://user:password@host:port/database)")
	}
	u, err := url.Parse(text)
	if err != nil {
		return errors.New("cannot be read as an address; write special characters of the password as %-codes (@ is %40)")
	}
	if u.Path == "" || u.Path == "/" {
		return errors.New("names no database behind the host")
	}
	c.Database.URL = text
	return nil
}

func parseLitestream(c *Config, text string) error {
	if _, err := os.Stat(text); err != nil {
		return errors.New("the file cannot be read: " + plain(err))
	}
	c.Litestream = text
	return nil
}

func parseWebhookSecret(c *Config, text string) error {
	if !webhookSecret.MatchString(text) {
		return errors.New("may hold only letters, digits, _ and -, at most 256 (Telegram's rule)")
	}
	c.Telegram.WebhookSecret = text
	return nil
}

func parseChannel(c *Config, text string) error {
	if !channelID.MatchString(text) {
		return fmt.Errorf("%q is neither a channel number nor an @name", text)
	}
	c.Forex.ChannelID = text
	return nil
}

func parseCouponURL(c *Config, text string) error {
	u, err := url.Parse(strings.ReplaceAll(text, "{code}", "CODE"))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil {
		return errors.New("is not a web address (https://…)")
	}
	if !strings.Contains(text, "{code}") {
		return errors.New("lacks {code}, the place where the code goes")
	}
	c.Coupons.HTTPURL = text
	return nil
}

func parseLevel(c *Config, text string) error {
	if err := c.Log.Level.UnmarshalText([]byte(strings.ToLower(text))); err != nil {
		return fmt.Errorf("%q is none of debug, info, warn, error", text)
	}
	return nil
}

// Address is what to listen on.
func (h HTTP) Address() string { return net.JoinHostPort(h.Host, strconv.Itoa(h.Port)) }
