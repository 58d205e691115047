-- Candles are facts of the market, the same for every workspace. Prices are kept in hundred-thousandths, so that no
-- digit of the provider's is lost. Credits are counted by minute, so that a restart cannot spend a budget twice.

-- +goose Up
CREATE TABLE candle (
	symbol TEXT NOT NULL,
	interval_ms BIGINT NOT NULL,
	at BIGINT NOT NULL,
	open BIGINT NOT NULL,
	high BIGINT NOT NULL,
	low BIGINT NOT NULL,
	close BIGINT NOT NULL,
	stored_at BIGINT NOT NULL,
	revisions BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (symbol, interval_ms, at)
);

CREATE TABLE market_credit (
	provider TEXT NOT NULL,
	minute BIGINT NOT NULL,
	used BIGINT NOT NULL,
	PRIMARY KEY (provider, minute)
);

CREATE TABLE market_pause (
	provider TEXT PRIMARY KEY,
	until BIGINT NOT NULL
);
