package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// SpacesState is how the object storage does, for doctor and the panel.
type SpacesState struct {
	Up        bool      `json:"up"`
	DownSince time.Time `json:"down_since"`
	Waiting   int       `json:"waiting"` // files that are durable here but not in the storage yet
}

// State is how the storage does.
func (s *Spaces) State() SpacesState {
	return SpacesState{Up: s.since.Load() == 0, DownSince: at(s.since.Load()), Waiting: s.queue.len()}
}

// Waiting reports whether the file under key is not in the storage yet.
func (s *Spaces) Waiting(key string) bool { return s.queue.holds(key) }

func (s *Spaces) up() bool { return s.down.Load() <= ms(s.o.Clock.Now()) }

// answered ends an outage.
func (s *Spaces) answered() {
	s.down.Store(0)
	if was := s.since.Swap(0); was != 0 {
		s.o.Log.Info("object storage answers again", "waiting", s.queue.len())
	}
}

// failed begins or prolongs an outage: nobody asks again before some seconds, so that no request waits for it.
func (s *Spaces) failed(err error) {
	now := s.o.Clock.Now()
	s.down.Store(ms(now.Add(spacesRest)))
	if s.since.CompareAndSwap(0, ms(now)) {
		s.o.Log.Warn("object storage does not answer, files wait here", "err", SpacesCause(err))
	}
}

// Run carries what waits in the queue to the storage, until ctx ends.
func (s *Spaces) Run(ctx context.Context) error {
	for {
		if err := s.Drain(ctx); err != nil && ctx.Err() == nil {
			s.o.Log.Debug("queue not drained", "err", err)
		}
		if err := Wait(ctx, s.o.Clock, spacesDrain); err != nil {
			return nil
		}
	}
}

// Drain carries what waits in the queue to the storage now; it ends at the first failure.
func (s *Spaces) Drain(ctx context.Context) error {
	for _, key := range s.queue.keys() {
		if !s.up() {
			return fmt.Errorf("the object storage rests: %w", ErrBusy)
		}
		if err := s.carry(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// carry brings one key of the storage to what the local folder has: the file, or nothing.
func (s *Spaces) carry(ctx context.Context, key string) error {
	defer s.alone(key)()
	turn := s.queue.turn(key)
	file, _, err := s.local.Open(ctx, key)
	switch {
	case errors.Is(err, ErrNotFound):
		err = s.remove(ctx, key)
	case err != nil:
		return err
	default:
		var body []byte
		body, err = io.ReadAll(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("read file %s: %w", key, err)
		}
		err = s.upload(ctx, key, body)
	}
	if err != nil {
		s.failed(err)
		return fmt.Errorf("carry file %s: %s", key, SpacesCause(err))
	}
	s.answered()
	return s.queue.done(key, turn)
}

// Check puts, reads and deletes a small file in the storage itself; its error is a sentence with what to do.
func (s *Spaces) Check(ctx context.Context) error {
	key := "check/" + strings.ToLower(NewSecret()[:16]) + ".txt"
	if err := s.upload(ctx, key, []byte("promostack")); err != nil {
		return errors.New(SpacesCause(err))
	}
	if _, err := s.download(ctx, key); err != nil {
		return fmt.Errorf("a file that was written cannot be read: %w", err)
	}
	if err := s.remove(ctx, key); err != nil {
		return errors.New("a file that was written cannot be deleted: " + SpacesCause(err))
	}
	s.answered()
	return nil
}

// CheckPrivate makes sure that strangers cannot read what lies under prefix: it asks for a listing, and for a file put
// there, without any key. The error says what to change. An outage is no error: nothing can be read then.
func (s *Spaces) CheckPrivate(ctx context.Context, prefix string) error {
	ctx, cancel := context.WithTimeout(ctx, spacesWait)
	defer cancel()
	probe := strings.TrimSuffix(prefix, "/") + "/privacy-probe.txt"
	_, err := s.client.PutObject(ctx, s.o.Bucket, probe, strings.NewReader("probe"), 5, minio.PutObjectOptions{DisableMultipart: true})
	if err == nil {
		defer func() { _ = s.remove(context.WithoutCancel(ctx), probe) }()
	}
	base := s.client.EndpointURL().JoinPath(s.o.Bucket)
	for _, address := range []string{base.JoinPath(probe).String(), base.String() + "/?list-type=2&max-keys=1&prefix=" + url.QueryEscape(prefix)} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return fmt.Errorf("ask as a stranger: %w", err)
		}
		res, err := s.http.Do(req)
		if err != nil {
			return nil // nobody answers: nobody can read
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return fmt.Errorf("anybody can read the database replica under %s in the bucket %s. Make the bucket private (pictures are shared one by one), then start again", prefix, s.o.Bucket)
		}
	}
	return nil
}

// SpacesCause says in a sentence what an answer of the storage means and what to do; it never holds a key.
func SpacesCause(err error) string {
	if err == nil {
		return ""
	}
	answer := minio.ToErrorResponse(err)
	switch answer.Code {
	case "InvalidAccessKeyId", "XAdminUserNotFound":
		return "the object storage does not know SPACES_ACCESS_KEY"
	case "SignatureDoesNotMatch":
		return "the object storage refuses SPACES_SECRET_KEY (or SPACES_REGION is another one)"
	case "NoSuchBucket":
		return "there is no bucket of the name SPACES_BUCKET; make it, or correct the name"
	case "AccessDenied", "AllAccessDisabled":
		return "the object storage denies access: the key needs reading, writing and deleting in this bucket"
	case "RequestTimeTooSkewed":
		return "this machine's clock is wrong by more than 15 minutes; set it, the object storage refuses everything until then"
	case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
		return "the bucket is in another region than SPACES_REGION says"
	case "QuotaExceeded", "XMinioStorageFull", "EntityTooLarge":
		return "the object storage is full"
	case "SlowDown", "ServiceUnavailable", "InternalError":
		return "the object storage is overloaded; it is asked again by itself"
	}
	var network net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "the object storage does not answer in time"
	case errors.As(err, &network), answer.Code == "" || answer.StatusCode == 0:
		return "the object storage cannot be reached: check SPACES_ENDPOINT and the network"
	}
	return fmt.Sprintf("the object storage answered %s (%d)", answer.Code, answer.StatusCode)
}
