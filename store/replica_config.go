package store

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// ReplicaConfig says where the database is replicated to. An empty Bucket means nowhere.
type ReplicaConfig struct {
	Bucket, Path, Endpoint, Region string
	AccessKey, SecretKey           string
	PathStyle                      bool
	SyncEvery                      time.Duration // how often changes are sent
	SnapshotEvery, Keep            time.Duration // whole copies, and how long they and the changes between them are kept
}

// litestreamFile is the part of Litestream's configuration that we follow. Whatever else is in the file is refused by
// name: a setting that is silently ignored would be found out on the day of the disaster.
type litestreamFile struct {
	AccessKey string `yaml:"access-key-id"`
	SecretKey string `yaml:"secret-access-key"`
	DBs       []struct {
		Path     string              `yaml:"path"`
		Replica  *litestreamReplica  `yaml:"replica"`
		Replicas []litestreamReplica `yaml:"replicas"`
	} `yaml:"dbs"`
	Snapshot struct {
		Interval  string `yaml:"interval"`
		Retention string `yaml:"retention"`
	} `yaml:"snapshot"`
}

type litestreamReplica struct {
	Type      string `yaml:"type"`
	URL       string `yaml:"url"`
	Bucket    string `yaml:"bucket"`
	Path      string `yaml:"path"`
	Endpoint  string `yaml:"endpoint"`
	Region    string `yaml:"region"`
	PathStyle bool   `yaml:"force-path-style"`
	AccessKey string `yaml:"access-key-id"`
	SecretKey string `yaml:"secret-access-key"`
	Sync      string `yaml:"sync-interval"`
}

// ReadReplicaConfig reads a litestream.yml. value gives the environment's variables, with our defaults for those that
// are not set; they are put in after the file was parsed, so that a secret may hold any character. A file whose bucket or
// keys come out empty switches replication off.
func ReadReplicaConfig(file string, value func(name string) string) (ReplicaConfig, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return ReplicaConfig{}, fmt.Errorf("cannot read LITESTREAM_CONFIG %s: %w", file, reason(err))
	}
	var f litestreamFile
	d := yaml.NewDecoder(bytes.NewReader(body))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return ReplicaConfig{}, fmt.Errorf("%s: PromoStack does not follow this part of the Litestream format: %s", file, yamlCause(err))
	}
	c, err := f.config(value)
	if err != nil {
		return ReplicaConfig{}, fmt.Errorf("%s: %w", file, err)
	}
	return c, nil
}

// yamlCause is what is wrong, without our type names.
func yamlCause(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:\n")
	text, _, _ = strings.Cut(strings.TrimSpace(text), " in type ")
	return strings.ReplaceAll(text, "\n", "; ")
}

func (f litestreamFile) config(value func(string) string) (ReplicaConfig, error) {
	if len(f.DBs) != 1 {
		return ReplicaConfig{}, fmt.Errorf("it must name one database under dbs, and names %d", len(f.DBs))
	}
	db := f.DBs[0]
	if db.Replica == nil && len(db.Replicas) == 1 {
		db.Replica = &db.Replicas[0]
	}
	if db.Replica == nil || len(db.Replicas) > 1 {
		return ReplicaConfig{}, errors.New("the database must have one replica")
	}
	if filepath.Base(db.Path) != sqliteFile {
		return ReplicaConfig{}, fmt.Errorf("the database's path must end in %s; it is %q", sqliteFile, db.Path)
	}
	r := *db.Replica
	for _, text := range []*string{
		&f.AccessKey, &f.SecretKey, &f.Snapshot.Interval, &f.Snapshot.Retention, &r.Type, &r.URL, &r.Bucket, &r.Path, &r.Endpoint,
		&r.Region, &r.AccessKey, &r.SecretKey, &r.Sync,
	} {
		*text = os.Expand(*text, value)
	}
	if r.URL != "" {
		if err := r.fromURL(); err != nil {
			return ReplicaConfig{}, err
		}
	}
	if r.Type != "" && r.Type != "s3" {
		return ReplicaConfig{}, fmt.Errorf("a replica of type %q is not supported, only s3", r.Type)
	}
	c := ReplicaConfig{
		Bucket: r.Bucket, Path: strings.Trim(r.Path, "/"), Endpoint: r.Endpoint, Region: or(r.Region, "us-east-1"),
		AccessKey: or(r.AccessKey, f.AccessKey), SecretKey: or(r.SecretKey, f.SecretKey), PathStyle: r.PathStyle,
	}
	for _, d := range []struct {
		to        *time.Duration
		text      string
		otherwise time.Duration
	}{{&c.SyncEvery, r.Sync, time.Second}, {&c.SnapshotEvery, f.Snapshot.Interval, 24 * time.Hour}, {&c.Keep, f.Snapshot.Retention, 7 * 24 * time.Hour}} {
		var err error
		if *d.to, err = time.ParseDuration(or(d.text, d.otherwise.String())); err != nil || *d.to <= 0 {
			return ReplicaConfig{}, fmt.Errorf("%q is no duration; an example is 24h", d.text)
		}
	}
	if c.Bucket == "" || c.AccessKey == "" || c.SecretKey == "" {
		return ReplicaConfig{}, c.half()
	}
	if c.Path == "" {
		return ReplicaConfig{}, errors.New("the replica needs a path inside the bucket, for example db")
	}
	return c, nil
}

// half says what is missing when some of bucket and keys are set; nothing at all is fine and means off.
func (c ReplicaConfig) half() error {
	missing := []string{}
	for _, p := range []struct{ name, v string }{{"bucket", c.Bucket}, {"access-key-id", c.AccessKey}, {"secret-access-key", c.SecretKey}} {
		if p.v == "" {
			missing = append(missing, p.name)
		}
	}
	if len(missing) == 3 {
		return nil
	}
	return fmt.Errorf("the replica has no %s; set the variable it is read from, or none of bucket and keys", strings.Join(missing, " and no "))
}

// fromURL reads s3://bucket/path?endpoint=…&region=….
func (r *litestreamReplica) fromURL() error {
	u, err := url.Parse(r.URL)
	if err != nil || u.Scheme != "s3" {
		return errors.New("the replica's url must begin with s3://")
	}
	r.Bucket, r.Path = or(r.Bucket, u.Host), or(r.Path, u.Path)
	q := u.Query()
	r.Endpoint, r.Region = or(r.Endpoint, q.Get("endpoint")), or(r.Region, q.Get("region"))
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
