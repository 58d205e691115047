package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Class says what a failed request to Telegram means for whoever sent it.
type Class string

// The classes of failures. Wordings come from tdlib/telegram-bot-api; testdata/telegram_errors.json is the table
// that the tests hold them against.
const (
	PermanentUser    Class = "permanent_user"          // this person cannot be written to any more
	PermanentChat    Class = "permanent_chat"          // the bot is out of this group or channel
	RewriteChat      Class = "rewrite_chat_id"         // the group has another number now
	RetryAfter       Class = "retry_after"             // flood: the whole bot waits; not an attempt
	StopBot          Class = "stop_bot"                // the token is refused
	StopPoller       Class = "stop_poller"             // somebody else polls with this token
	Misconfigured    Class = "config"                  // polling beside a webhook
	PermanentMessage Class = "permanent_message"       // this message can never be sent
	DropCache        Class = "drop_cache"              // the file id is refused: upload again
	Success          Class = "success"                 // nothing to change: as good as done
	Ignore           Class = "ignore"                  // too late to matter
	Ambiguous        Class = "retry_backoff_ambiguous" // may or may not have arrived
	NotSent          Class = "not_sent"                // the request surely did not arrive: no connection
)

// Failure is a request that Telegram refused or that did not get through. Its text never holds the token.
type Failure struct {
	Class       Class
	Method      string
	Code        int    // error_code, 0 when there was no answer
	Description string // Telegram's words, or what went wrong on the way
	RetryAfter  time.Duration
	MigrateTo   int64
	Blocked     string // for PermanentUser: "blocked", "deactivated" or "gone"
	cause       error
}

// Error is for the log.
func (f *Failure) Error() string {
	if f.Code == 0 {
		return fmt.Sprintf("%s: %s", f.Method, f.Description)
	}
	return fmt.Sprintf("%s: %d %s", f.Method, f.Code, f.Description)
}

// Unwrap is the end of a context, when that was the reason.
func (f *Failure) Unwrap() error { return f.cause }

// ClassOf is the class of a failed request, "" for any other error.
func ClassOf(err error) Class {
	var f *Failure
	if errors.As(err, &f) {
		return f.Class
	}
	return ""
}

// answer is what Telegram said to a request, kept beside the library, whose errors lose half of it.
type answer struct {
	ok          bool
	status      int // of HTTP; 0: there was no answer
	code        int
	description string
	retryAfter  int
	migrateTo   int64
}

// wordings finds the class of a refusal by its text: a 403 may come as a 400, so the code alone says too little.
// The first match counts.
var wordings = []struct {
	text    string
	class   Class
	blocked string
}{
	{"bot was blocked by the user", PermanentUser, "blocked"},
	{"user is deactivated", PermanentUser, "deactivated"},
	{"bot can't initiate conversation", PermanentUser, "gone"},
	{"bot was kicked", PermanentChat, ""},
	{"bot is not a member", PermanentChat, ""},
	{"the group chat was deleted", PermanentChat, ""},
	{"need administrator rights", PermanentChat, ""},
	{"not enough rights", PermanentChat, ""},
	{"have no rights to send", PermanentChat, ""},
	{"CHAT_WRITE_FORBIDDEN", PermanentChat, ""},
	{"chat not found", PermanentUser, "gone"},
	{"PEER_ID_INVALID", PermanentUser, "gone"},
	{"upgraded to a supergroup", RewriteChat, ""},
	{"message is not modified", Success, ""},
	{"query is too old", Ignore, ""},
	{"query ID is invalid", Ignore, ""},
	{"wrong file identifier", DropCache, ""},
	{"wrong remote file identifier", DropCache, ""},
	{"FILE_REFERENCE_", DropCache, ""},
	{"can't use getUpdates method while webhook is active", Misconfigured, ""},
	{"terminated by", StopPoller, ""},
}

// classify turns an answer into a failure.
func (a answer) classify(method string) *Failure {
	f := &Failure{Method: method, Code: a.code, Description: a.description, MigrateTo: a.migrateTo}
	switch {
	case a.code == 429:
		f.Class, f.RetryAfter = RetryAfter, time.Duration(max(1, a.retryAfter))*time.Second
		return f
	case a.migrateTo != 0:
		f.Class = RewriteChat
		return f
	case a.code == 401, a.code == 404:
		f.Class = StopBot
		return f
	case a.code >= 500 || a.status >= 500:
		f.Class = Ambiguous
		return f
	}
	for _, w := range wordings {
		if strings.Contains(a.description, w.text) {
			f.Class, f.Blocked = w.class, w.blocked
			return f
		}
	}
	switch a.code {
	case 403:
		f.Class = PermanentChat
	case 409:
		f.Class = StopPoller
	default:
		f.Class = PermanentMessage
	}
	return f
}

// network turns an error without an answer into a failure. Only a connection that was never made is sure not to
// have carried the request.
func network(method string, err error, token Token) *Failure {
	f := &Failure{Class: Ambiguous, Method: method, Description: token.redact(err.Error())}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		f.Class = NotSent
	}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			f.cause = end
		}
	}
	return f
}
