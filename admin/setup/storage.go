package setup

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"promostack/store"
)

// Storage is where files and the database's copy live: a folder or an object storage, and a replica or none.
type Storage struct {
	Spaces  *store.Spaces  // nil: files in the data folder
	Replica *store.Replica // nil: no replication
	Why     string         // why there is none
	Where   string         // where files are kept, in words
}

// Replication reads where the database is replicated to; an empty bucket means nowhere, and why says why.
func (c Config) Replication() (rc store.ReplicaConfig, why string, err error) {
	if c.Database.URL != "" {
		return rc, "the database is Postgres, which has its own backups", nil
	}
	if c.Litestream == "" {
		return rc, "there is no litestream.yml", nil
	}
	known := map[string]string{
		"DATA_DIR": c.DataDir, "SPACES_ACCESS_KEY": c.Spaces.AccessKey, "SPACES_SECRET_KEY": c.Spaces.SecretKey,
		"SPACES_REGION": c.Spaces.Region, "SPACES_BUCKET": c.Spaces.Bucket, "SPACES_ENDPOINT": c.Spaces.Endpoint,
	}
	rc, err = store.ReadReplicaConfig(c.Litestream, func(name string) string {
		if v, ok := known[name]; ok {
			return v
		}
		return os.Getenv(name)
	})
	if err == nil && rc.Bucket == "" {
		why = "bucket and keys in " + c.Litestream + " are empty"
	}
	return rc, why, err
}

// OpenStorage opens the object storage and the replica, as far as they are configured. While another process holds the
// replica's prefix it answers /healthz and waits. fresh begins a new database although the replica cannot be asked.
func (c Config) OpenStorage(ctx context.Context, log *slog.Logger, fresh bool) (s Storage, err error) {
	rc, why, err := c.Replication()
	if err != nil {
		return s, err
	}
	s.Why, s.Where = why, c.StorageWords()
	if c.Spaces.Bucket != "" {
		if s.Spaces, err = c.openSpaces(log); err != nil {
			return s, err
		}
	}
	if rc.Bucket == "" {
		return s, nil
	}
	if s.Spaces != nil && rc.Bucket == c.Spaces.Bucket {
		if err := s.Spaces.CheckPrivate(ctx, rc.Path); err != nil {
			return s, errors.Join(err, s.Spaces.Close())
		}
	}
	var standby *http.Server
	s.Replica, err = store.OpenReplica(ctx, store.ReplicaOptions{Dir: c.DataDir, Config: rc, Log: log, Fresh: fresh}, func(sentence string) {
		log.Info(sentence)
		standby = c.standby(ctx, log)
	})
	if standby != nil {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if shut := standby.Shutdown(end); shut != nil {
			log.Debug("standby not closed in time", "err", shut)
		}
	}
	if err != nil && s.Spaces != nil {
		err = errors.Join(err, s.Spaces.Close())
	}
	return s, err
}

func (c Config) openSpaces(log *slog.Logger) (*store.Spaces, error) {
	return store.OpenSpaces(store.SpacesOptions{
		Endpoint: c.Spaces.Endpoint, Region: c.Spaces.Region, Bucket: c.Spaces.Bucket, AccessKey: c.Spaces.AccessKey,
		SecretKey: c.Spaces.SecretKey, Dir: c.DataDir, Log: log,
	})
}

// standby answers liveness checks while another process serves; everybody else is asked to come back.
func (c Config) standby(ctx context.Context, log *slog.Logger) *http.Server {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", c.HTTP.Address())
	if err != nil {
		log.Warn("no standby answers on the port", "err", err)
		return nil
	}
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if r.URL.Path == "/healthz" {
			_, _ = w.Write([]byte(`{"status":"standby"}` + "\n")) // a client that left is no matter
			return
		}
		w.Header().Set("Retry-After", "5")
		http.Error(w, `{"success":false,"error":"PromoStack is changing over. Please try again in a moment."}`, http.StatusServiceUnavailable)
	})}
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Warn("standby ended", "err", err)
		}
	}()
	return server
}
