package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// SpacesOptions are how an object storage is reached: any S3.
type SpacesOptions struct {
	Endpoint  string // "https://lon1.digitaloceanspaces.com"; http for a test server
	Region    string
	Bucket    string
	AccessKey string
	SecretKey string
	Dir       string // DATA_DIR: the local copies stand in blobs, the queue of what is not there yet in queue
	Clock     Clock
	Log       *slog.Logger
}

// Spaces keeps files in an object storage, with the local folder as a copy that is read first and written first: pages
// and bots work while the storage is down, and an empty disk fills itself again. A file is acknowledged when it is in
// the storage, or, while that is down, when it is durable here and queued.
type Spaces struct {
	client *minio.Client
	http   *http.Client
	o      SpacesOptions
	local  *Folder
	queue  *queue
	down   atomic.Int64 // Unix ms until which the storage is not asked; 0 = it answers
	since  atomic.Int64 // Unix ms of the first failure of this outage; 0 = none
	turns  [64]sync.Mutex
}

// alone lets one caller at a time change a key, so that the storage ends with what the folder ends with.
func (s *Spaces) alone(key string) (release func()) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key)) // never fails
	m := &s.turns[h.Sum32()%uint32(len(s.turns))]
	m.Lock()
	return m.Unlock
}

const (
	spacesWait  = 10 * time.Second // one call
	spacesRest  = 5 * time.Second  // after a failure nobody asks again before
	spacesDrain = 5 * time.Second  // how often the queue is looked at
)

// OpenSpaces opens the local copies and the queue. It does not ask the storage: that may be down at the start.
func OpenSpaces(o SpacesOptions) (*Spaces, error) {
	endpoint, err := url.Parse(o.Endpoint)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "https" && endpoint.Scheme != "http" {
		return nil, errors.New("SPACES_ENDPOINT is no address. Example: https://lon1.digitaloceanspaces.com")
	}
	if o.Clock == nil {
		o.Clock = SystemClock()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	transport, err := minio.DefaultTransport(endpoint.Scheme == "https")
	if err != nil {
		return nil, fmt.Errorf("prepare the connection to the object storage: %w", err)
	}
	transport.ResponseHeaderTimeout = spacesWait
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: endpoint.Scheme == "https", Region: o.Region,
		BucketLookup: lookup(endpoint.Host), Transport: transport, MaxRetries: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the object storage: %w", err)
	}
	local, err := OpenFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	q, err := openQueue(o.Dir)
	if err != nil {
		return nil, errors.Join(err, local.Close())
	}
	return &Spaces{client: client, http: &http.Client{Transport: transport, Timeout: spacesWait}, o: o, local: local, queue: q}, nil
}

// lookup: the large providers know buckets as host names, a server by number or port only as the first part of the path.
func lookup(host string) minio.BucketLookupType {
	if strings.Contains(host, ":") || !strings.Contains(host, ".") {
		return minio.BucketLookupPath
	}
	return minio.BucketLookupAuto
}

// Close gives the local copies back.
func (s *Spaces) Close() error { return errors.Join(s.local.Close(), s.queue.close()) }

// Put stores body under key here, then in the storage. While the storage is down the file waits in the queue.
func (s *Spaces) Put(ctx context.Context, key string, body []byte) error {
	if err := errors.Join(CheckKey(key), ctx.Err()); err != nil {
		return err
	}
	defer s.alone(key)()
	turn, err := s.queue.add(key)
	if err != nil {
		return fmt.Errorf("queue file %s: %w", key, classifyFile(err))
	}
	if err := s.local.Put(ctx, key, body); err != nil {
		return errors.Join(err, s.queue.done(key, turn))
	}
	if !s.up() {
		return nil
	}
	if err := s.upload(ctx, key, body); err != nil {
		s.failed(err)
		return nil // durable here and queued
	}
	s.answered()
	return s.queue.done(key, turn)
}

// upload writes one object. Pictures may be read by everybody, as the CDN needs it; nothing else may.
func (s *Spaces) upload(ctx context.Context, key string, body []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), spacesWait) // a person who left is no outage
	defer cancel()
	o := minio.PutObjectOptions{ContentType: BlobType(key), CacheControl: cacheOf(key), DisableMultipart: true}
	if public(key) {
		o.UserMetadata = map[string]string{"x-amz-acl": "public-read"}
	}
	_, err := s.client.PutObject(ctx, s.o.Bucket, key, bytes.NewReader(body), int64(len(body)), o)
	if minio.ToErrorResponse(err).Code == "AccessControlListNotSupported" { // buckets without ACLs say by policy who may read
		o.UserMetadata = nil
		_, err = s.client.PutObject(ctx, s.o.Bucket, key, bytes.NewReader(body), int64(len(body)), o)
	}
	return err
}

// public: pictures, and the exports that old clients read by their address.
func public(key string) bool {
	return strings.HasPrefix(BlobType(key), "image/") || strings.HasPrefix(key, "templates/") && strings.HasSuffix(key, ".json")
}

// cacheOf: a name made from the content never changes; the old export names do.
func cacheOf(key string) string {
	if strings.HasPrefix(key, "templates/") || strings.HasPrefix(key, "campaigns/") {
		return "public, max-age=60"
	}
	return "public, max-age=31536000, immutable"
}

// Open reads the local copy, or fetches the file and keeps a copy. ErrBusy when the file is not here and the storage
// cannot be asked.
func (s *Spaces) Open(ctx context.Context, key string) (io.ReadSeekCloser, BlobInfo, error) {
	file, info, err := s.local.Open(ctx, key)
	if !errors.Is(err, ErrNotFound) || CheckKey(key) != nil || s.queue.holds(key) {
		return file, info, err
	}
	if !s.up() {
		return nil, BlobInfo{}, fmt.Errorf("open file %s: the object storage does not answer: %w", key, ErrBusy)
	}
	body, err := s.download(ctx, key)
	if err != nil {
		return nil, BlobInfo{}, fmt.Errorf("open file %s: %w", key, err)
	}
	if err := s.local.Put(ctx, key, body); err != nil {
		s.o.Log.Warn("no local copy kept", "key", key, "err", err)
		return readCloser{bytes.NewReader(body)}, BlobInfo{Key: key, Size: int64(len(body)), Type: BlobType(key), Modified: s.o.Clock.Now()}, nil
	}
	return s.local.Open(ctx, key)
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// maxBlob bounds what is read into memory.
const maxBlob = 64 << 20

func (s *Spaces) download(ctx context.Context, key string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, spacesWait)
	defer cancel()
	object, err := s.client.GetObject(ctx, s.o.Bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, s.judge(ctx, err)
	}
	defer object.Close()
	info, err := object.Stat()
	if err != nil {
		return nil, s.judge(ctx, err)
	}
	if info.Size > maxBlob {
		return nil, fmt.Errorf("%d bytes are too many", info.Size)
	}
	body, err := io.ReadAll(io.LimitReader(object, info.Size+1))
	if err == nil && int64(len(body)) != info.Size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, s.judge(ctx, err)
	}
	s.answered()
	return body, nil
}

// judge tells a file that is not there from a storage that is not there.
func (s *Spaces) judge(ctx context.Context, err error) error {
	switch minio.ToErrorResponse(err).Code {
	case "NoSuchKey", "NotFound":
		s.answered()
		return ErrNotFound
	}
	if ctx.Err() == nil || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		s.failed(err)
	}
	return fmt.Errorf("%w: %s", ErrBusy, SpacesCause(err))
}

// Delete removes the file here and in the storage; while that is down the removal waits in the queue.
func (s *Spaces) Delete(ctx context.Context, key string) error {
	if CheckKey(key) != nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	defer s.alone(key)()
	turn, err := s.queue.add(key)
	if err != nil {
		return fmt.Errorf("queue the removal of %s: %w", key, classifyFile(err))
	}
	if err := s.local.Delete(ctx, key); err != nil {
		return errors.Join(err, s.queue.done(key, turn))
	}
	if !s.up() {
		return nil
	}
	if err := s.remove(ctx, key); err != nil {
		s.failed(err)
		return nil
	}
	s.answered()
	return s.queue.done(key, turn)
}

func (s *Spaces) remove(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), spacesWait)
	defer cancel()
	return s.client.RemoveObject(ctx, s.o.Bucket, key, minio.RemoveObjectOptions{})
}

// List names the files of the storage and those that wait in the queue; while the storage is down, the local ones.
func (s *Spaces) List(ctx context.Context, prefix string) ([]BlobInfo, error) {
	local, err := s.local.List(ctx, prefix)
	if err != nil {
		return nil, err
	}
	if !s.up() {
		return local, nil
	}
	remote, err := s.listRemote(ctx, prefix)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("list files %s: %w", prefix, ctx.Err())
		}
		s.failed(err)
		return local, nil
	}
	s.answered()
	byKey := map[string]BlobInfo{}
	for _, b := range remote {
		if !s.queue.holds(b.Key) {
			byKey[b.Key] = b
		}
	}
	for _, b := range local {
		if _, there := byKey[b.Key]; there || s.queue.holds(b.Key) {
			byKey[b.Key] = b
		}
	}
	list := make([]BlobInfo, 0, len(byKey))
	for _, b := range byKey {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b BlobInfo) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

func (s *Spaces) listRemote(ctx context.Context, prefix string) ([]BlobInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*spacesWait)
	defer cancel()
	list := []BlobInfo{}
	for object := range s.client.ListObjects(ctx, s.o.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if object.Err != nil {
			return nil, object.Err
		}
		if CheckKey(object.Key) == nil {
			list = append(list, BlobInfo{Key: object.Key, Size: object.Size, Type: BlobType(object.Key), Modified: object.LastModified.UTC()})
		}
	}
	return list, ctx.Err()
}
