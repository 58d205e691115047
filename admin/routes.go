package admin

import (
	"net/http"
	"slices"
	"time"
)

// access says who may use a route.
type access int

const (
	public  access = iota + 1 // anybody
	session                   // a signed-in admin
	webhook                   // proves itself by a secret of its own; exempt from the cross-site check
	token                     // a bearer token or this machine
)

// handler answers a request or returns why not; fail turns the error into an answer.
type handler func(w http.ResponseWriter, r *http.Request) error

// route is one row of the table. HEAD comes with every GET.
type route struct {
	method  string
	pattern string
	access  access
	handle  handler

	body   int64         // largest request body in bytes; 0 = 64 KiB
	budget time.Duration // time to answer; 0 = 10 s
	slow   bool          // the body may take up to the budget to arrive (uploads)

	shape func(error) error // gives an error the keys that clients of this route read
}

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	remove = http.MethodDelete
)

// routes is every route there is.
func (s *Server) routes() []route {
	return slices.Concat(s.publicRoutes(), s.panelRoutes(), s.signalRoutes())
}

func (s *Server) publicRoutes() []route {
	return []route{
		// Pages and files.
		{method: get, pattern: "/", access: public, handle: s.home},
		{method: get, pattern: "/admin", access: public, handle: s.page("admin")},
		{method: get, pattern: "/help", access: public, handle: s.page("help")},
		{method: get, pattern: "/proof", access: public, handle: s.page("proof")},
		{method: get, pattern: "/proof/record.json", access: public, handle: s.proofRecord, budget: uploadBudget, slow: true},
		{method: get, pattern: "/assets/*path", access: public, handle: s.asset},
		{method: get, pattern: "/media/*key", access: public, handle: s.media},
		{method: get, pattern: "/sw.js", access: public, handle: s.rootFile},
		{method: get, pattern: "/manifest.webmanifest", access: public, handle: s.rootFile},
		{method: get, pattern: "/favicon.ico", access: public, handle: s.rootFile},
		{method: get, pattern: "/robots.txt", access: public, handle: s.rootFile},

		{method: get, pattern: "/i/:slug/:variant/:file", access: public, handle: s.imageURL},
		{method: get, pattern: "/p/:slug/:code", access: public, handle: s.sharePage},

		// How the server is doing.
		{method: get, pattern: "/healthz", access: public, handle: s.healthz},
		{method: get, pattern: "/readyz", access: public, handle: s.readyz},
		{method: get, pattern: "/metrics", access: token, handle: s.metrics},

		// Sign-in.
		{method: post, pattern: "/api/login", access: public, handle: s.login},
		{method: post, pattern: "/api/logout", access: public, handle: s.logout},
		{method: get, pattern: "/api/check-auth", access: public, handle: s.checkAuth},

		// Templates, for clients of the previous product.
		{method: post, pattern: "/api/upload-template", access: session, handle: s.uploadTemplate, body: 2 * uploadLimit, budget: uploadBudget, slow: true},
		{method: post, pattern: "/api/delete-template", access: session, handle: s.deleteTemplate},
		{method: post, pattern: "/api/toggle-telegram-template", access: session, handle: s.toggleTelegramTemplate},
		{method: post, pattern: "/api/clear-telegram-cache", access: session, handle: s.clearTelegramCache},
		{method: post, pattern: "/api/regenerate-index", access: session, handle: s.regenerateIndex, budget: uploadBudget},

		// Updates of our bots, from Telegram.
		{method: post, pattern: "/api/telegram-webhook", access: webhook, handle: s.telegramWebhook, body: maxUpdate},
		{method: post, pattern: "/api/telegram-webhook/:bot", access: webhook, handle: s.telegramWebhook, body: maxUpdate},

		// What the public page asks.
		{method: get, pattern: "/api/templates", access: public, handle: s.listTemplates},
		{method: post, pattern: "/api/validate-coupon", access: public, handle: s.validateCoupon, shape: asVerdict},
		{method: post, pattern: "/api/events", access: public, handle: s.recordEvent},
	}
}

// panelRoutes are what the panel asks. A list has a plural noun, one thing a singular one, since the router refuses a
// static sibling of a parameter.
func (s *Server) panelRoutes() []route {
	return []route{
		{method: get, pattern: "/api/panel/state", access: session, handle: s.panelState},
		{method: get, pattern: "/api/panel/overview", access: session, handle: s.panelOverview},

		{method: get, pattern: "/api/panel/templates", access: session, handle: s.panelTemplates},
		{method: post, pattern: "/api/panel/templates", access: session, handle: s.panelCreate, body: draftLimit},
		{method: post, pattern: "/api/panel/templates/switches", access: session, handle: s.panelSwitches},
		{method: post, pattern: "/api/panel/templates/delete", access: session, handle: s.panelDelete},
		{method: post, pattern: "/api/panel/templates/restore", access: session, handle: s.panelRestore},
		{method: get, pattern: "/api/panel/template/:slug", access: session, handle: s.panelTemplate},
		{method: put, pattern: "/api/panel/template/:slug/draft", access: session, handle: s.panelSaveDraft, body: draftLimit},
		{method: remove, pattern: "/api/panel/template/:slug/draft", access: session, handle: s.panelDropDraft},
		{method: get, pattern: "/api/panel/template/:slug/lint", access: session, handle: s.panelLint},
		{method: post, pattern: "/api/panel/template/:slug/publish", access: session, handle: s.panelPublish},
		{method: get, pattern: "/api/panel/template/:slug/versions", access: session, handle: s.panelVersions},
		{method: get, pattern: "/api/panel/template/:slug/versions/:version", access: session, handle: s.panelVersion},
		{method: post, pattern: "/api/panel/template/:slug/rollback", access: session, handle: s.panelRollback},

		{method: post, pattern: "/api/panel/pictures", access: session, handle: s.panelUpload, body: uploadLimit, budget: uploadBudget, slow: true},

		{method: get, pattern: "/api/panel/brand", access: session, handle: s.panelBrand},
		{method: put, pattern: "/api/panel/brand", access: session, handle: s.panelSaveBrand},

		{method: get, pattern: "/api/panel/coupons", access: session, handle: s.panelCoupons},
		{method: post, pattern: "/api/panel/coupons", access: session, handle: s.panelAddCoupon},
		{method: put, pattern: "/api/panel/coupon/:code", access: session, handle: s.panelChangeCoupon},
		{method: post, pattern: "/api/panel/coupons/delete", access: session, handle: s.panelDeleteCoupons},
		{method: post, pattern: "/api/panel/coupons/restore", access: session, handle: s.panelRestoreCoupons, body: listLimit},
		{method: post, pattern: "/api/panel/coupons/import", access: session, handle: s.panelImportCoupons, body: uploadLimit, budget: uploadBudget, slow: true},
		{method: get, pattern: "/api/panel/coupons.csv", access: session, handle: s.panelExportCoupons, budget: uploadBudget},
		{method: get, pattern: "/api/panel/coupons/provider", access: session, handle: s.panelProvider},
		{method: put, pattern: "/api/panel/coupons/provider", access: session, handle: s.panelChooseProvider},
		{method: post, pattern: "/api/panel/coupons/try", access: session, handle: s.panelTryCode},
		{method: get, pattern: "/api/panel/coupons/verdicts", access: session, handle: s.panelVerdicts},

		{method: get, pattern: "/api/panel/bots", access: session, handle: s.panelBots},
		{method: get, pattern: "/api/panel/bot/:bot/parked", access: session, handle: s.panelParked},
		{method: get, pattern: "/api/panel/bot/:bot/chats", access: session, handle: s.panelChats},
		{method: get, pattern: "/api/panel/bot/:bot/members/:id", access: session, handle: s.panelMember},
		{method: post, pattern: "/api/panel/bot/:bot/check", access: session, handle: s.panelCheckBot, budget: botBudget},
		{method: post, pattern: "/api/panel/bot/:bot/test", access: session, handle: s.panelTestBot, budget: botBudget},
		{method: post, pattern: "/api/panel/bot/:bot/retry", access: session, handle: s.panelRetry},
		{method: get, pattern: "/api/panel/members", access: session, handle: s.panelMembers},

		{method: get, pattern: "/api/panel/system", access: session, handle: s.panelSystem},
		{method: get, pattern: "/api/panel/replica", access: session, handle: s.panelReplica},
		{method: post, pattern: "/api/panel/doctor", access: session, handle: s.panelDoctor, budget: doctorBudget, slow: true},
		{method: post, pattern: "/api/panel/backup", access: session, handle: s.panelBackup, budget: backupBudget, slow: true},
		{method: get, pattern: "/api/panel/diagnostics", access: session, handle: s.panelDiagnostics},
		{method: get, pattern: "/api/panel/sessions", access: session, handle: s.panelSessions},
		{method: post, pattern: "/api/panel/sessions/revoke", access: session, handle: s.panelRevoke},
		{method: post, pattern: "/api/panel/sessions/revoke-all", access: session, handle: s.panelRevokeAll},
		{method: get, pattern: "/api/panel/audit", access: session, handle: s.panelAudit},
	}
}

// signalRoutes are about trading signals: the previous product's addresses first.
func (s *Server) signalRoutes() []route {
	return []route{
		{method: get, pattern: "/api/forex-signals", access: session, handle: s.forexSignals},
		{method: get, pattern: "/api/forex-stats", access: session, handle: s.forexStats},
		{method: get, pattern: "/api/forex-config", access: session, handle: s.forexConfig},
		{method: put, pattern: "/api/forex-config", access: session, handle: s.forexSaveConfig},
		{method: post, pattern: "/api/forex/pause", access: session, handle: s.forexPause(true)},
		{method: post, pattern: "/api/forex/resume", access: session, handle: s.forexPause(false)},

		{method: get, pattern: "/api/panel/signals", access: session, handle: s.panelSignals},
		{method: get, pattern: "/api/panel/signals.csv", access: session, handle: s.panelSignalsCSV, budget: uploadBudget},
		{method: get, pattern: "/api/panel/signals/status", access: session, handle: s.panelSignalStatus},
		{method: get, pattern: "/api/panel/signals/chart", access: session, handle: s.panelSignalChart},
		{method: get, pattern: "/api/panel/signals/figures", access: session, handle: s.panelSignalFigures},
		{method: get, pattern: "/api/panel/signals/strategy", access: session, handle: s.panelStrategy},
		{method: put, pattern: "/api/panel/signals/strategy", access: session, handle: s.forexSaveConfig},
		{method: get, pattern: "/api/panel/signals/posting", access: session, handle: s.panelPosting},
		{method: put, pattern: "/api/panel/signals/posting", access: session, handle: s.panelSavePosting},
		{method: get, pattern: "/api/panel/signals/outbox", access: session, handle: s.panelOutbox},
		{method: post, pattern: "/api/panel/signals/outbox", access: session, handle: s.panelMovePost},
		{method: post, pattern: "/api/panel/signals/test", access: session, budget: botBudget, handle: s.panelTestPost},
		{method: get, pattern: "/api/panel/signals/backtest", access: session, handle: s.panelBacktest},
		{method: post, pattern: "/api/panel/signals/backtest", access: session, handle: s.panelStartBacktest},
		{method: post, pattern: "/api/panel/signals/backtest/cancel", access: session, handle: s.panelCancelBacktest},
	}
}

// The limits of routes that take more than a little.
const (
	draftLimit   = 256 << 10
	listLimit    = 1 << 20
	uploadLimit  = 12 << 20
	uploadBudget = 60 * time.Second
)
