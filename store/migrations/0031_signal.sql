-- A signal is unique by what decided it, so that no restart and no second process can make it twice. A change of the
-- strategy's numbers is a new version, and every signal keeps the version that made it. Due rows say when the engine
-- has something to do next: live it sleeps until then, in a replay the clock jumps there.

-- +goose Up
CREATE TABLE strategy_version (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	version BIGINT NOT NULL,
	params TEXT NOT NULL,
	actor TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, version)
);

CREATE TABLE signal (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	strategy TEXT NOT NULL,
	version BIGINT NOT NULL,
	symbol TEXT NOT NULL,
	interval_ms BIGINT NOT NULL,
	candle_open BIGINT NOT NULL,
	side TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	deadline BIGINT NOT NULL,
	entry BIGINT NOT NULL,
	take_profit BIGINT NOT NULL,
	stop_loss BIGINT NOT NULL,
	rsi DOUBLE PRECISION NOT NULL,
	macd DOUBLE PRECISION NOT NULL,
	macd_signal DOUBLE PRECISION NOT NULL,
	atr DOUBLE PRECISION NOT NULL,
	spread BIGINT NOT NULL DEFAULT 0,
	pip BIGINT NOT NULL,
	status TEXT NOT NULL,
	watched_to BIGINT NOT NULL,
	last_price BIGINT NOT NULL,
	exit_at BIGINT NOT NULL DEFAULT 0,
	exit_price BIGINT NOT NULL DEFAULT 0,
	ambiguous BOOLEAN NOT NULL DEFAULT FALSE,
	points BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL DEFAULT 0,
	UNIQUE (workspace_id, strategy, version, symbol, interval_ms, candle_open, side)
);

CREATE INDEX signal_by_status ON signal (workspace_id, status, decided_at);
CREATE INDEX signal_by_decision ON signal (workspace_id, decided_at);
CREATE INDEX signal_by_exit ON signal (workspace_id, exit_at);

CREATE TABLE due (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	kind TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, kind)
);
