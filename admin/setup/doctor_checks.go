package setup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"promostack/assets"
	"promostack/render"
	"promostack/render/coupon"
	"promostack/store"
)

const (
	lowDisk    = 200 << 20 // uploads are refused below
	skewLimit  = 60 * time.Second
	askBudget  = 5 * time.Second
	deepBudget = 45 * time.Second // reading every page of the database
)

func (d Doctor) folder() Check {
	c := Check{Part: "data folder", Status: Fail}
	info, err := os.Stat(d.Config.DataDir)
	if errors.Is(err, fs.ErrNotExist) && d.Fix {
		if err = os.MkdirAll(d.Config.DataDir, 0o700); err == nil {
			c.Fixed = true
			info, err = os.Stat(d.Config.DataDir)
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.Status, c.Why = Off, d.Config.DataDir+" is not there yet."
		c.Do = "The first start makes it."
		return c
	case err != nil:
		c.Why, c.Do = fmt.Sprintf("%s cannot be looked at: %v.", d.Config.DataDir, plain(err)), "Check who owns it."
		return c
	case !info.IsDir():
		c.Why, c.Do = d.Config.DataDir+" is not a folder.", "Set DATA_DIR to a folder."
		return c
	}
	name := filepath.Join(d.Config.DataDir, ".doctor")
	if err := errors.Join(os.WriteFile(name, []byte("x"), 0o600), os.Remove(name)); err != nil {
		c.Why, c.Do = fmt.Sprintf("%s cannot be written to.", d.Config.DataDir), "Give this user the right, or set DATA_DIR to another folder."
		return c
	}
	c.Status, c.Why = OK, d.Config.DataDir+" can be written to."
	return c
}

func (d Doctor) disk() Check {
	c := Check{Part: "disk", Status: OK}
	dir := d.Config.DataDir
	if _, err := os.Stat(dir); err != nil {
		dir = "."
	}
	free, err := FreeBytes(dir)
	if err != nil {
		c.Status, c.Why = Fail, fmt.Sprintf("the free space cannot be read: %v.", err)
		return c
	}
	c.Why = fmt.Sprintf("%d MB free.", free>>20)
	if free < lowDisk {
		c.Status, c.Do = Fail, "Free some space: uploads are refused below 200 MB."
	}
	return c
}

// database opens the store as it is; nil when there is none yet or it does not open.
func (d Doctor) database(ctx context.Context) (*store.Store, Check) {
	c := Check{Part: "database", Status: Fail}
	if d.Config.Database.URL == "" {
		if _, err := os.Stat(filepath.Join(d.Config.DataDir, "promostack.db")); errors.Is(err, fs.ErrNotExist) {
			c.Status, c.Why, c.Do = Off, "there is none yet.", "The first start makes it."
			return nil, c
		}
	}
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, askBudget)
	defer cancel()
	st, err := store.Open(ctx, store.Options{Dir: d.Config.DataDir, DatabaseURL: d.Config.Database.URL, Clock: d.Clock, Log: quiet(), AsIs: true})
	var older store.OlderDatabase
	if errors.As(err, &older) {
		c.Status, c.Why = Off, older.Error()+"."
		return nil, c
	}
	if err != nil {
		c.Why = strings.TrimSuffix(err.Error(), ".") + "."
		if d.Config.Database.URL != "" {
			c.Do = "Check DATABASE_URL or the DB_ names, and that the server can be reached."
		}
		return nil, c
	}
	engine := "SQLite"
	if st.Postgres() {
		engine = "PostgreSQL"
	}
	list, err := st.Workspace(store.DefaultWorkspace).Templates(ctx, store.TemplateFilter{})
	if err != nil {
		c.Why = fmt.Sprintf("%s does not answer: %v.", engine, err)
		return st, c
	}
	c.Status, c.Why = OK, fmt.Sprintf("%s, %d templates.", engine, len(list))
	if st.Postgres() {
		return st, c
	}
	deep, cancel := context.WithTimeout(whole, deepBudget)
	defer cancel()
	switch err := store.CheckFile(deep, filepath.Join(d.Config.DataDir, "promostack.db")); {
	case deep.Err() != nil:
		c.Why += " Not every page was read in time."
	case err != nil:
		c.Status, c.Why = Fail, err.Error()+"."
		c.Do = "Stop PromoStack, and get the database back: promostack restore --replace, or a copy that you kept."
	default:
		c.Why += " Every page is whole."
	}
	return st, c
}

// files puts, reads and deletes a file where pictures are kept.
func (d Doctor) files(ctx context.Context, st *store.Store) Check {
	c := Check{Part: "files", Status: OK, Why: "put, read and deleted one."}
	if st == nil {
		return Check{Part: "files", Status: Off, Why: "not looked at, since there is no database."}
	}
	ctx, cancel := context.WithTimeout(ctx, askBudget)
	defer cancel()
	const key = "doctor/check.txt"
	want := []byte(d.Clock.Now().Format(time.RFC3339Nano))
	if err := tryFile(ctx, st.Blobs(), key, want); err != nil {
		c.Status, c.Why, c.Do = Fail, err.Error()+".", "Check the rights of DATA_DIR, or the SPACES_ names."
	}
	return c
}

func tryFile(ctx context.Context, blobs store.Blobs, key string, want []byte) (err error) {
	if err := blobs.Put(ctx, key, want); err != nil {
		return fmt.Errorf("a file cannot be written: %w", err)
	}
	defer func() {
		if gone := blobs.Delete(ctx, key); gone != nil && err == nil {
			err = fmt.Errorf("a file cannot be deleted: %w", gone)
		}
	}()
	body, _, err := blobs.Open(ctx, key)
	if err != nil {
		return fmt.Errorf("a file cannot be read: %w", err)
	}
	defer body.Close()
	got, err := io.ReadAll(body)
	if err != nil || !bytes.Equal(got, want) {
		return errors.New("a file came back changed")
	}
	return nil
}

func (d Doctor) coupons(ctx context.Context, st *store.Store) Check {
	c := Check{Part: "coupons", Status: OK}
	name := d.Config.Coupons.Provider
	if st != nil {
		name = NewDesks(st, d.Config, quiet()).Name(store.DefaultWorkspace)
	}
	if name == "open" {
		c.Status, c.Why, c.Do = Off, "every well-formed code is accepted.", "Choose who knows your codes: COUPON_PROVIDER, or the panel."
		return c
	}
	if st == nil {
		c.Status, c.Why = Off, name+"; not asked, since there is no database."
		return c
	}
	took, err := coupon.Probe(ctx, NewDesks(st, d.Config, quiet()).Provider(store.DefaultWorkspace), d.Clock)
	if err != nil {
		c.Status, c.Why, c.Do = Fail, fmt.Sprintf("%s: %v", name, err), "COUPON_OUTAGE="+d.Config.Coupons.Outage+" decides meanwhile."
		return c
	}
	c.Why = fmt.Sprintf("%s answered in %d ms.", name, took.Milliseconds())
	return c
}

func (d Doctor) fonts() Check {
	c := Check{Part: "fonts", Status: OK}
	var names []string
	for _, f := range render.Fonts() {
		names = append(names, f.Name)
		if assets.FontURL(f.File) == "" {
			c.Status, c.Why, c.Do = Fail, "the file of "+f.Name+" is not in this program.", "Build it again."
			return c
		}
	}
	c.Why = strings.Join(names, ", ") + "."
	return c
}

func (d Doctor) secret() Check {
	if d.Config.SecretKey != "" {
		return Check{Part: "secret key", Status: OK, Why: "SECRET_KEY seals tokens and keys; a stolen backup does not hold it."}
	}
	return Check{Part: "secret key", Status: Off, Why: "the key that seals tokens lies in the database itself: whoever has a backup can open them.",
		Do: "Set SECRET_KEY before there are secrets worth stealing."}
}

func (d Doctor) proxies(ctx context.Context, st *store.Store) Check {
	c := Check{Part: "proxies", Status: OK, Why: "no forwarded header came from a stranger."}
	if len(d.Config.HTTP.TrustedProxies) > 0 {
		c.Why = fmt.Sprintf("%d networks are trusted.", len(d.Config.HTTP.TrustedProxies))
	}
	if st == nil {
		return c
	}
	if peer, err := st.Setting(ctx, ForwardedSetting); err == nil && peer != "" && len(d.Config.HTTP.TrustedProxies) == 0 {
		c.Status, c.Why = Fail, "forwarded headers came from "+peer+" and were ignored: all people behind it share one limit."
		c.Do = "Set TRUSTED_PROXIES to the proxy's network."
	}
	return c
}

// ForwardedSetting holds the address of a peer whose forwarded header was ignored.
const ForwardedSetting = "forwarded_by"

// clock compares the machine's clock with that of a server that is configured anyway.
func (d Doctor) clock(ctx context.Context) Check {
	c := Check{Part: "clock", Status: Off, Why: "nobody to compare with."}
	reference := d.reference()
	if reference == "" {
		return c
	}
	ctx, cancel := context.WithTimeout(ctx, askBudget)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, reference, nil)
	if err != nil {
		return c
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		c.Why = "the server to compare with cannot be reached."
		return c
	}
	defer res.Body.Close()
	theirs, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return c
	}
	off := d.Clock.Now().Sub(theirs).Abs().Truncate(time.Second)
	c.Status, c.Why = OK, fmt.Sprintf("%s apart from %s.", off, req.URL.Host)
	if off > skewLimit {
		c.Status, c.Do = Fail, "Set the machine's clock; sessions and signatures go by it."
	}
	return c
}

func (d Doctor) reference() string {
	switch {
	case d.Config.Telegram.Token != "" || d.Config.Forex.BotToken != "":
		return d.Config.Telegram.APIBase
	case d.Config.Coupons.Provider == "funderpro":
		return d.Config.Coupons.FunderProBase
	case d.Config.Spaces.Bucket != "":
		return d.Config.Spaces.Endpoint
	}
	return ""
}
