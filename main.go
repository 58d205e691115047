// Command promostack is the whole product in one binary: web app, API, admin panel, bots and scheduler.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // zones of markets and brands, on machines that have none

	"promostack/admin"
	"promostack/admin/setup"
	"promostack/assets"
	"promostack/bot"
	"promostack/bot/forex"
	"promostack/bot/promo"
	"promostack/render"
	"promostack/render/coupon"
	"promostack/signals"
	"promostack/store"

	_ "golang.org/x/crypto/x509roots/fallback" // certificate authorities, on machines that have none
	"golang.org/x/sync/errgroup"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the process at once
	}()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// Exit codes: refused is for what the person wrote, failed for what the machine would not do.
const (
	done    = 0
	failed  = 1
	refused = 2
)

// call is one run of the program.
type call struct {
	args           []string // behind the command's name
	env            []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// command is one thing that the program does.
type command struct {
	name, usage, does string
	run               func(ctx context.Context, c call) int
}

func commands() []command {
	return []command{
		{"serve", "[--fresh]", "run everything; the same without a command", serve},
		{"doctor", "[--json] [--fix]", "check each part", doctor},
		{"backtest", "--candles FILE [--from --to] [--json] [strategy flags]", "the live strategy on a candle CSV; --help lists the flags", backtest},
		{"replay", "--candles FILE --from T --to T [--post]", "the live engine on a simulated clock", replay},
		{"backup", "FILE", "a consistent copy of the SQLite database", backup},
		{"restore", "[--at TIME] [--to FILE] [--replace]", "database from the replica", restore},
		{"move", "--to DATABASE_URL", "SQLite to Postgres and back", notYet},
		{"bulk", "…", "many codes × templates into a ZIP", notYet},
		{"demo", "", "realistic sample data, only into an empty database", notYet},
		{"import", "…", "move in from the previous product", notYet},
		{"bench", "[--json]", "measure this machine", notYet},
		{"password", "", "set the admin password at the terminal", password},
		{"help", "", "this text", help},
		{"version", "", "the version", showVersion},
		{"licenses", "", "the licences of what is inside", licenses},
	}
}

// run is the program, without the process around it. It returns the exit code.
func run(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	name := "serve"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	switch name {
	case "-h", "--help":
		name = "help"
	case "-v", "--version":
		name = "version"
	}
	for _, c := range commands() {
		if c.name == name {
			return c.run(ctx, call{args: args, env: env, stdin: os.Stdin, stdout: stdout, stderr: stderr})
		}
	}
	fmt.Fprintf(stderr, "promostack: there is no command %q; promostack help lists them\n", name)
	return refused
}

// notYet is the honest answer of a command that this version does not have.
func notYet(_ context.Context, c call) int {
	fmt.Fprintln(c.stderr, "promostack: this command is not in this version yet")
	return refused
}

func help(_ context.Context, c call) int {
	fmt.Fprint(c.stdout, "PromoStack: coupon pictures on the web and on Telegram, in one program.\n\nUsage: promostack [command]\n\n")
	for _, cmd := range commands() {
		fmt.Fprintf(c.stdout, "  %-9s %s\n", cmd.name, cmd.does)
		if cmd.usage != "" {
			fmt.Fprintf(c.stdout, "            promostack %s %s\n", cmd.name, cmd.usage)
		}
	}
	setup.PrintTable(c.stdout)
	return done
}

// release is the version of the product.
const release = "0.1.0"

// version is the release and, when it is known, the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return release + "+" + s.Value[:12]
		}
	}
	return release
}

//go:embed LICENSE
var licence string

func licenses(_ context.Context, c call) int {
	others, err := assets.Licences()
	if err != nil {
		fmt.Fprintln(c.stderr, "promostack: "+sentence(err))
		return failed
	}
	fmt.Fprintf(c.stdout, "PromoStack\n\n%s\n%s", licence, others)
	return done
}

func showVersion(_ context.Context, c call) int {
	fmt.Fprintln(c.stdout, "promostack "+version())
	return done
}

// configure reads the configuration, or says what is wrong with it.
func configure(c call) (setup.Config, bool) {
	config, err := setup.Load(c.env, ".env")
	if err == nil {
		return config, true
	}
	var mistakes setup.Mistakes
	if !errors.As(err, &mistakes) {
		fmt.Fprintln(c.stderr, "promostack:", err)
		return config, false
	}
	fmt.Fprintln(c.stderr, "promostack: the configuration is wrong:")
	for _, m := range mistakes {
		fmt.Fprintln(c.stderr, "  "+m.String())
	}
	return config, false
}

// serve runs everything until a signal ends it.
func serve(ctx context.Context, c call) int {
	fresh := len(c.args) == 1 && c.args[0] == "--fresh"
	if len(c.args) > 0 && !fresh {
		fmt.Fprintln(c.stderr, "promostack: serve takes no arguments but --fresh; everything is configured by environment variables (promostack help)")
		return refused
	}
	config, ok := configure(c)
	if !ok {
		return refused
	}
	log := config.Log.Logger(c.stderr)
	slog.SetDefault(log)
	for _, name := range config.Unknown {
		log.Warn("the .env file sets a name that PromoStack does not know; is it misspelt?", "name", name)
	}
	if err := live(ctx, config, log, c.stdout, fresh); err != nil && !(ctx.Err() != nil && errors.Is(err, context.Canceled)) {
		fmt.Fprintln(c.stderr, "promostack: "+sentence(err))
		return failed
	}
	return done
}

// live puts the rooms together, opens the door, and closes everything in the opposite order.
func live(ctx context.Context, config setup.Config, log *slog.Logger, stdout io.Writer, fresh bool) (err error) {
	lock, err := store.LockDir(config.DataDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	// The replica opens before the database, and closes after it.
	storage, err := config.OpenStorage(ctx, log, fresh)
	if err != nil {
		return err
	}
	if storage.Replica != nil {
		defer func() { err = errors.Join(err, storage.Replica.Close()) }()
	}
	options := store.Options{Dir: config.DataDir, DatabaseURL: config.Database.URL, Log: log}
	if storage.Spaces != nil {
		options.Blobs = storage.Spaces
	}
	st, err := store.Open(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()

	desks := setup.NewDesks(st, config, log)
	studio, err := render.New(render.Options{Store: st, Coupons: desks.For, Log: log})
	if err != nil {
		return err
	}
	if err := studio.Install(ctx, st.Workspace(store.DefaultWorkspace)); err != nil {
		return fmt.Errorf("install the starter templates: %w", err)
	}
	// The port opens before the first password is made, so that a taken port cannot swallow it.
	listener, err := config.HTTP.Listen(ctx)
	if err != nil {
		return err
	}
	hub, err := bots(ctx, config, st, studio, desks, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	engine, err := newEngine(config.Forex, st, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server, made, err := httpServer(ctx, config, st, admin.Options{
		Store: st, Studio: studio, Desks: desks, Bots: hub, Engine: engine, Log: log, Version: version(),
		PublicURL: config.HTTP.PublicURL, AdminURL: config.HTTP.AdminURL, TrustedProxies: config.HTTP.TrustedProxies,
		MetricsToken: config.HTTP.MetricsToken, PictureOrigin: config.Spaces.CDN, Settings: config.Show(),
		Copies: func(ctx context.Context) setup.Copies { return storage.Copies(ctx, st) }, Backup: config.Backups(), Doctor: config.Checks(st.Clock()),
		Storage: config.StorageWords(), FilesBase: config.Spaces.CDN, FreeBytes: func() (int64, error) { return setup.FreeBytes(config.DataDir) },
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return st.Watch(ctx) })
	group.Go(func() error { return server.Serve(ctx, listener) })
	for _, run := range inBackground(server, desks, hub, engine, st, storage) {
		group.Go(func() error { return run(ctx) })
	}
	config.HTTP.Announce(stdout, release, listener.Addr(), made)
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	log.Info("stopped")
	return nil
}

// inBackground is what runs beside the door, each part until its context ends.
func inBackground(server *admin.Server, desks *setup.Desks, hub *bot.Hub, engine *signals.Engine, st *store.Store, storage setup.Storage) []func(context.Context) error {
	run := []func(context.Context) error{server.Run, desks.Run, hub.Run}
	if storage.Spaces != nil {
		run = append(run, storage.Spaces.Run)
	}
	if storage.Replica != nil {
		run = append(run, storage.Replica.Run, func(ctx context.Context) error { return storage.Replica.RunDrills(ctx, st) })
	}
	if engine != nil {
		run = append(run, engine.RunAlone)
	}
	return run
}

// bots prepares the bots whose tokens are set.
func bots(ctx context.Context, config setup.Config, st *store.Store, studio *render.Studio, desks *setup.Desks, log *slog.Logger) (*bot.Hub, error) {
	t, f, ai := config.Telegram, config.Forex, config.AI
	o := bot.Options{Store: st, Log: log, APIBase: t.APIBase, WebhookURL: t.WebhookURL, Secret: t.WebhookSecret}
	if t.Token != "" {
		product := promo.New(promo.Options{Studio: studio, Coupons: desks.For, Log: log})
		o.Bots = append(o.Bots, bot.Config{Product: product, Token: t.Token})
	}
	if f.BotToken != "" && f.ChannelID != "" {
		writer := signals.NewWriter(signals.WriterOptions{Base: ai.Base, Key: ai.Key, Model: ai.Model, Clock: st.Clock()})
		product, err := forex.New(forex.Options{Channel: f.ChannelID, Writer: writer, Log: log})
		if err != nil {
			return nil, err
		}
		o.Bots = append(o.Bots, bot.Config{Product: product, Token: f.BotToken})
	}
	return bot.NewHub(ctx, o)
}

// newEngine makes the signal engine where there is market data, else nil.
func newEngine(f setup.Forex, st *store.Store, log *slog.Logger) (*signals.Engine, error) {
	if f.TwelveDataKey == "" {
		return nil, nil // no key means no engine, and that is no mistake
	}
	return signals.New(signals.Options{
		Store: st, Workspace: store.DefaultWorkspace, Base: f.TwelveDataBase, Key: f.TwelveDataKey, Log: log,
	})
}

func backup(ctx context.Context, c call) int {
	return withConfig(c, func(config setup.Config) error { return setup.Backup(ctx, config, c.args, c.stdout) })
}

func restore(ctx context.Context, c call) int {
	return withConfig(c, func(config setup.Config) error { return setup.Restore(ctx, config, c.args, c.stdout, c.stderr) })
}

// withConfig runs a command that needs the configuration.
func withConfig(c call, work func(setup.Config) error) int {
	config, ok := configure(c)
	if !ok {
		return refused
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // a person reads the answer, not the log
	if err := work(config); err != nil {
		fmt.Fprintln(c.stderr, "promostack: "+sentence(err))
		return failed
	}
	return done
}

func backtest(ctx context.Context, c call) int {
	return signals.BacktestCommand(ctx, c.args, c.stdout, c.stderr)
}

func replay(ctx context.Context, c call) int {
	return signals.ReplayCommand(ctx, c.args, c.stdout, c.stderr, func(scratch *store.Store) (signals.Poster, error) {
		config, ok := configure(c)
		if !ok {
			return nil, errors.New("nothing was posted")
		}
		return config.ReplayPoster(ctx, scratch)
	})
}

// httpServer adds the secrets to o and makes the server; made is a new admin password, to be shown once.
func httpServer(ctx context.Context, config setup.Config, st *store.Store, o admin.Options) (server *admin.Server, made string, err error) {
	secrets, err := setup.OpenSecrets(ctx, st, config.SecretKey, o.Log)
	if err != nil {
		return nil, "", err
	}
	tickets, err := secrets.Key(ctx, "ticket_key")
	if err != nil {
		return nil, "", err
	}
	o.Tickets = coupon.NewTicketer(tickets, st.Clock())
	if o.CookieKey, err = secrets.Key(ctx, "cookie_key"); err != nil {
		return nil, "", err
	}
	if o.Password, made, err = setup.OpenPassword(ctx, st, config.Admin); err != nil {
		return nil, "", err
	}
	server, err = admin.New(o)
	return server, made, err
}

// doctor checks each part; the server may run meanwhile.
func doctor(ctx context.Context, c call) int {
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	asJSON := flags.Bool("json", false, "print JSON")
	fix := flags.Bool("fix", false, "mend what can safely be mended")
	if err := flags.Parse(c.args); err != nil || flags.NArg() > 0 {
		return refused
	}
	config, ok := configure(c)
	if !ok {
		return refused
	}
	checks := setup.Doctor{Config: config, Clock: store.SystemClock(), Fix: *fix}.Checks(ctx)
	if err := setup.Print(c.stdout, checks, *asJSON); err != nil || !setup.Healthy(checks) {
		return failed
	}
	return done
}

// password sets the admin password; the server may run meanwhile.
func password(ctx context.Context, c call) int {
	config, ok := configure(c)
	if !ok {
		return refused
	}
	text, err := setup.AskPassword(c.stdin, c.stderr)
	if err == nil {
		err = setup.KeepPassword(ctx, config, text)
	}
	if err != nil {
		fmt.Fprintln(c.stderr, "promostack: "+sentence(err))
		return failed
	}
	fmt.Fprintln(c.stdout, "The admin password is set. All sessions have ended.")
	if config.Admin.Password != "" || config.Admin.PasswordHash != "" {
		fmt.Fprintln(c.stdout, "ADMIN_PASSWORD or ADMIN_PASSWORD_HASH is set too and stays in force; remove it to use this one.")
	}
	return done
}

// sentence is an error as a person at the terminal reads it: with a capital and a full stop.
func sentence(err error) string {
	text := strings.TrimSpace(err.Error())
	if text == "" {
		return text
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
