-- What the Telegram bots remember. A connection is one bot that a workspace runs; its row outlives a changed token,
-- because Telegram's number of the bot stays. halted_until is the flood wait of the whole bot: it survives a restart.
-- A lease names the one process that does one-of-a-kind work, until until_at unless it is renewed.

-- +goose Up
CREATE TABLE connection (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	product TEXT NOT NULL,
	bot_id BIGINT NOT NULL,
	username TEXT NOT NULL DEFAULT '',
	name TEXT NOT NULL DEFAULT '',
	halted_until BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	UNIQUE (workspace_id, product, bot_id)
);

CREATE TABLE lease (
	name TEXT PRIMARY KEY,
	holder TEXT NOT NULL,
	until_at BIGINT NOT NULL
);

-- Updates are stored before they are acknowledged. seq is the order in which they came; state: 0 waiting, 1 done,
-- 2 parked after too many tries. Only what still waits is in the index that the lanes read.
CREATE TABLE telegram_update (
	workspace_id BIGINT NOT NULL,
	connection_id BIGINT NOT NULL,
	update_id BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	lane BIGINT NOT NULL,
	state BIGINT NOT NULL DEFAULT 0,
	tries BIGINT NOT NULL DEFAULT 0,
	taken_at BIGINT NOT NULL,
	error TEXT NOT NULL DEFAULT '',
	body BLOB NOT NULL,
	PRIMARY KEY (workspace_id, connection_id, update_id)
);

CREATE INDEX telegram_update_waiting ON telegram_update (workspace_id, connection_id, seq) WHERE state = 0;
CREATE INDEX telegram_update_parked ON telegram_update (workspace_id, connection_id, seq) WHERE state = 2;
CREATE INDEX telegram_update_old ON telegram_update (taken_at) WHERE state <> 0;

-- The messages that an update led to, by their order within it, so that a repeated update sends nothing twice.
-- state: 1 being sent (whether it arrived is not known until it turns to 2), 2 sent, 3 given up as uncertain.
CREATE TABLE telegram_effect (
	workspace_id BIGINT NOT NULL,
	connection_id BIGINT NOT NULL,
	update_id BIGINT NOT NULL,
	n BIGINT NOT NULL,
	state BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	message_id BIGINT NOT NULL DEFAULT 0,
	at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, connection_id, update_id, n)
);

CREATE INDEX telegram_effect_old ON telegram_effect (at);
