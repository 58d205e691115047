package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// The lease object of a replica's prefix. It is written with conditions (If-None-Match, If-Match), so of two processes
// one wins. A holder writes it anew every few seconds; another process takes it when it stood unchanged for leaseDead by
// its own clock, so that no two clocks are ever compared. A holder whose last renewal is older than leaseSure stops
// writing by itself, well before anybody can take over.
const (
	prefixRenew = 2 * time.Second
	prefixSure  = 7 * time.Second
	prefixDead  = 10 * time.Second
	prefixWait  = 4 * time.Second // one call
)

var (
	errNoPrefix     = errors.New("the replica's storage does not answer")
	errPrefixUnsure = errors.New("it is not sure that this process may still write to the replica")
	errPrefixLost   = errors.New("another PromoStack took over the replica; this one stops, so that there is one history")
)

// leaseBody is what the lease object says.
type leaseBody struct {
	Folder   string `json:"folder"`  // the data folder that holds the newest database
	Process  string `json:"process"` // who holds the prefix
	Count    int64  `json:"count"`   // grows with every renewal
	Released bool   `json:"released"`
}

type prefixLease struct {
	client *minio.Client
	bucket string
	key    string
	clock  Clock
	log    *slog.Logger
	me     leaseBody
	etag   string
	taken  bool         // the last holder was another folder: what is here is not the newest
	sure   atomic.Int64 // Unix ms of the start of the last renewal that worked
	lost   atomic.Bool
	plain  bool // the storage knows no conditions (Backblaze B2): it is looked at before each write instead
}

func newPrefixLease(o ReplicaOptions) (*prefixLease, error) {
	c := o.Config
	secure, host := !strings.HasPrefix(c.Endpoint, "http://"), strings.TrimPrefix(strings.TrimPrefix(c.Endpoint, "https://"), "http://")
	if host == "" {
		host = "s3." + c.Region + ".amazonaws.com"
	}
	style := lookup(host)
	if c.PathStyle {
		style = minio.BucketLookupPath
	}
	client, err := minio.New(strings.TrimRight(host, "/"), &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Secure: secure, Region: c.Region, BucketLookup: style, MaxRetries: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the replica's storage: %w", err)
	}
	folder, err := folderID(o.Dir)
	if err != nil {
		return nil, err
	}
	return &prefixLease{
		client: client, bucket: c.Bucket, key: c.Path + "-lease.json", clock: o.Clock, log: o.Log,
		me: leaseBody{Folder: folder, Process: processID()},
	}, nil
}

// folderID names a data folder; it is made once and stays in it.
func folderID(dir string) (string, error) {
	name := filepath.Join(dir, "replica-id")
	body, err := os.ReadFile(name)
	if err == nil && len(body) >= 32 {
		return string(body), nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("read %s: %w", name, reason(err))
	}
	id := NewSecret()[:32]
	if err := os.WriteFile(name, []byte(id), 0o600); err != nil {
		return "", fmt.Errorf("write %s: %w", name, reason(err))
	}
	return id, nil
}

// processID names this process so exactly that others on the same machine can see whether it lives: machine, boot,
// process namespace, number and start.
func processID() string {
	host, _ := os.Hostname()
	return strings.Join([]string{host, machineBoot(), strconv.Itoa(os.Getpid()), startOf(os.Getpid())}, "|")
}

func machineBoot() string {
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, _ := os.Readlink("/proc/self/ns/pid")
	return strings.TrimSpace(string(boot)) + "/" + space
}

// startOf is when a process began, as the kernel counts; "" when there is none.
func startOf(pid int) string {
	body, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(body[bytes.LastIndexByte(body, ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" {
		return ""
	}
	return fields[19]
}

// gone reports for sure that the process of a lease has ended: it ran on this very machine, and is not there any more.
func gone(process string) bool {
	parts := strings.Split(process, "|")
	host, _ := os.Hostname()
	if len(parts) != 4 || parts[0] != host || parts[1] != machineBoot() || parts[1] == "/" || parts[3] == "" {
		return false
	}
	pid, err := strconv.Atoi(parts[2])
	return err == nil && startOf(pid) != parts[3]
}

// takePrefix waits until the prefix is ours. errNoPrefix when the storage cannot be asked.
func takePrefix(ctx context.Context, o ReplicaOptions, wait func(string)) (*prefixLease, error) {
	l, err := newPrefixLease(o)
	if err != nil {
		return nil, err
	}
	var seen string
	var since time.Time
	for {
		body, etag, err := l.read(ctx)
		if err != nil {
			return nil, err
		}
		now := o.Clock.Now()
		if etag != seen || seen == "" {
			seen, since = etag, now
		}
		free := etag == "" || body.Released || gone(body.Process) || body.Folder == l.me.Folder || now.Sub(since) >= prefixDead
		if free {
			l.taken = etag != "" && body.Folder != l.me.Folder
			l.me.Count = body.Count + 1
			err := l.write(ctx, etag)
			if err == nil {
				return l, nil
			}
			if !errors.Is(err, errPrefixLost) {
				return nil, fmt.Errorf("%w: %s", errNoPrefix, SpacesCause(err))
			}
			seen = "" // somebody was faster
		}
		if wait != nil {
			wait("Another PromoStack (" + strings.Split(body.Process, "|")[0] + ") holds the replica. Waiting until it is gone.")
			wait = nil
		}
		if err := Wait(ctx, o.Clock, prefixRenew/2); err != nil {
			return nil, err
		}
	}
}

// laterPrefix is a lease that has still to be taken: the storage was down at the start.
func laterPrefix(o ReplicaOptions) *prefixLease {
	l, err := newPrefixLease(o)
	if err != nil { // it could be made a moment ago
		l = &prefixLease{clock: o.Clock, log: o.Log}
		l.lost.Store(true)
	}
	return l
}

func (l *prefixLease) read(ctx context.Context) (leaseBody, string, error) {
	ctx, cancel := context.WithTimeout(ctx, prefixWait)
	defer cancel()
	var body leaseBody
	object, err := l.client.GetObject(ctx, l.bucket, l.key, minio.GetObjectOptions{})
	if err != nil {
		return body, "", fmt.Errorf("%w: %s", errNoPrefix, SpacesCause(err))
	}
	defer object.Close()
	raw, err := io.ReadAll(io.LimitReader(object, 64<<10))
	if minio.ToErrorResponse(err).Code == "NoSuchKey" {
		return body, "", nil
	}
	if err != nil {
		return body, "", fmt.Errorf("%w: %s", errNoPrefix, SpacesCause(err))
	}
	info, err := object.Stat()
	if err != nil {
		return body, "", fmt.Errorf("%w: %s", errNoPrefix, SpacesCause(err))
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		return body, "", fmt.Errorf("the object %s in the bucket is not PromoStack's: is the prefix somebody else's? Choose another path in litestream.yml", l.key)
	}
	return body, info.ETag, nil
}

// write writes the lease if it is still as etag says ("" = not there); errPrefixLost when it is not.
func (l *prefixLease) write(ctx context.Context, etag string) error {
	begun := l.clock.Now()
	if l.plain {
		if _, now, err := l.read(ctx); err != nil {
			return err
		} else if now != etag {
			return errPrefixLost
		}
	}
	info, err := l.put(ctx, etag)
	switch code := minio.ToErrorResponse(err).Code; {
	case code == "NotImplemented" && !l.plain:
		l.log.Warn("this storage knows no conditional writes: two processes that start in the same instant are not told apart", "bucket", l.bucket)
		l.plain = true
		return l.write(ctx, etag)
	case code == "PreconditionFailed" || code == "ConditionalRequestConflict":
		return errPrefixLost
	case err != nil:
		return err
	}
	l.etag = info.ETag
	l.sure.Store(ms(begun))
	return nil
}

func (l *prefixLease) put(ctx context.Context, etag string) (minio.UploadInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, prefixWait)
	defer cancel()
	raw, err := json.Marshal(l.me)
	if err != nil {
		return minio.UploadInfo{}, fmt.Errorf("write the lease: %w", err)
	}
	o := minio.PutObjectOptions{ContentType: "application/json", DisableMultipart: true}
	switch {
	case l.plain:
	case etag == "":
		o.SetMatchETagExcept("*")
	default:
		o.SetMatchETag(etag)
	}
	return l.client.PutObject(ctx, l.bucket, l.key, bytes.NewReader(raw), int64(len(raw)), o)
}

// held reports whether nobody else can have taken the prefix yet.
func (l *prefixLease) held() bool {
	return !l.lost.Load() && l.clock.Now().Sub(at(l.sure.Load())) < prefixSure
}

// run renews the lease until ctx ends; errPrefixLost when somebody else has it.
func (l *prefixLease) run(ctx context.Context) error {
	for {
		if err := Wait(ctx, l.clock, prefixRenew); err != nil {
			return nil
		}
		if err := l.renew(ctx); errors.Is(err, errPrefixLost) {
			l.lost.Store(true)
			return err
		} else if err != nil && ctx.Err() == nil {
			l.log.Debug("lease not renewed", "err", err)
		}
	}
}

// renew writes the lease anew. After an answer that was lost the object may be ours although its tag is not the one we
// know: its content tells.
func (l *prefixLease) renew(ctx context.Context) error {
	l.me.Count++
	err := l.write(ctx, l.etag)
	if !errors.Is(err, errPrefixLost) {
		return err
	}
	body, etag, readErr := l.read(ctx)
	if readErr != nil {
		return readErr
	}
	mine := body.Folder == l.me.Folder && body.Process == l.me.Process
	late := l.etag == "" && (etag == "" || body.Released || body.Folder == l.me.Folder || gone(body.Process)) // the storage was down at the start
	if mine || late {
		l.me.Count = max(l.me.Count, body.Count) + 1
		return l.write(ctx, etag)
	}
	return errPrefixLost
}

// refresh renews a lease that may have grown old, so that the last changes may be written.
func (l *prefixLease) refresh(ctx context.Context) {
	if !l.lost.Load() && !l.held() {
		if err := l.renew(ctx); err != nil {
			l.log.Warn("lease not renewed at the end", "err", err)
		}
	}
}

// release lets the next process begin at once.
func (l *prefixLease) release(ctx context.Context) error {
	if l.lost.Load() || l.sure.Load() == 0 {
		return nil
	}
	l.me.Released = true
	l.me.Count++
	if err := l.write(ctx, l.etag); err != nil && !errors.Is(err, errPrefixLost) {
		l.log.Warn("lease not given back; the next process waits some seconds", "err", SpacesCause(err))
	}
	return nil
}
