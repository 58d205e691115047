package coupon

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Outage says why a provider could not be asked. Its sentence is for whoever runs the product, not for the person
// with the code.
type Outage struct {
	Sentence string // what is wrong and what to do about it; holds no secret
	Status   int    // what the provider's server answered, 0 when it did not
	Setup    bool   // a mistake in the configuration: waiting will not mend it
	Err      error  // what lies below, may be nil
}

// Error is the sentence and what lies below it.
func (o *Outage) Error() string {
	if o.Err == nil {
		return o.Sentence
	}
	return o.Sentence + " (" + o.Err.Error() + ")"
}

// Unwrap gives what lies below.
func (o *Outage) Unwrap() error { return o.Err }

// errBudget ends a call that used up its time.
var errBudget = errors.New("no answer in time")

// noAnswer explains an error of http.Client without the URL, which may hold a secret.
func noAnswer(ctx context.Context, who string, err error) *Outage {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if outer := (*url.Error)(nil); errors.As(err, &outer) {
		err = outer.Err
	}
	if own := (*Outage)(nil); errors.As(err, &own) {
		return own
	}
	if cert := (*tls.CertificateVerificationError)(nil); errors.As(err, &cert) {
		return &Outage{Sentence: who + " shows a certificate that cannot be trusted. Check its address and this machine's clock.", Err: err, Setup: true}
	}
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) && dns.IsNotFound {
		return &Outage{Sentence: fmt.Sprintf("The name %s of %s is not known. Check the address and this machine's DNS.", dns.Name, who), Err: err}
	}
	if timeout := net.Error(nil); errors.Is(err, errBudget) || errors.As(err, &timeout) && timeout.Timeout() {
		return &Outage{Sentence: who + " did not answer in time. It is asked again with the next code.", Err: err}
	}
	return &Outage{Sentence: "The connection to " + who + " failed. It is made again with the next code.", Err: err}
}

// badAnswer explains an answer that says nothing about the code.
func badAnswer(who, setting string, status int, location string) *Outage {
	o := &Outage{Status: status}
	switch {
	case status == 429:
		o.Sentence = who + " answers 429: too many requests. It is asked again with the next code."
	case status >= 500:
		o.Sentence = fmt.Sprintf("%s answers %d: it has trouble of its own. It is asked again with the next code.", who, status)
	case status >= 300 && status < 400:
		o.Setup = true
		o.Sentence = fmt.Sprintf("%s answers %d, a redirect%s, and redirects are not followed. Check %s.", who, status, toHost(location), setting)
	case status == 401 || status == 403:
		o.Setup = true
		o.Sentence = fmt.Sprintf("%s answers %d: it does not let us ask. Check %s and whether the service has changed.", who, status, setting)
	default:
		o.Setup = true
		o.Sentence = fmt.Sprintf("%s answers %d, which says nothing about a code. Check %s.", who, status, setting)
	}
	return o
}

func toHost(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return ""
	}
	return " to " + strings.ToLower(u.Hostname())
}

// outageOf makes an *Outage of any error of a provider.
func outageOf(err error) *Outage {
	if o := (*Outage)(nil); errors.As(err, &o) {
		return o
	}
	if errors.Is(err, errBudget) {
		return &Outage{Sentence: "The provider did not answer in time. It is asked again with the next code.", Err: err}
	}
	return &Outage{Sentence: "The provider failed. It is asked again with the next code.", Err: err}
}
