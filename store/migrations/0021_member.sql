-- People who talk to our bots, one row for each bot; id is Telegram's. started_at: they wrote in private, so the bot
-- may write to them; blocked_at: it may not any more. member_event keeps what happened, for honest statistics.

-- +goose Up
CREATE TABLE member (
	workspace_id BIGINT NOT NULL,
	connection_id BIGINT NOT NULL,
	id BIGINT NOT NULL,
	username TEXT NOT NULL DEFAULT '',
	first_name TEXT NOT NULL DEFAULT '',
	last_name TEXT NOT NULL DEFAULT '',
	language TEXT NOT NULL DEFAULT '',
	search TEXT NOT NULL DEFAULT '',
	first_seen BIGINT NOT NULL,
	last_seen BIGINT NOT NULL,
	started_at BIGINT NOT NULL DEFAULT 0,
	blocked_at BIGINT NOT NULL DEFAULT 0,
	blocked_why TEXT NOT NULL DEFAULT '',
	last_code TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (workspace_id, connection_id, id)
);

CREATE INDEX member_seen ON member (workspace_id, connection_id, last_seen);

CREATE TABLE member_event (
	workspace_id BIGINT NOT NULL,
	connection_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL
);

CREATE INDEX member_event_member ON member_event (workspace_id, connection_id, member_id, at);

-- Groups and channels that a bot is in, or was. moved_to: the supergroup that a group became.
CREATE TABLE telegram_chat (
	workspace_id BIGINT NOT NULL,
	connection_id BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL DEFAULT '',
	title TEXT NOT NULL DEFAULT '',
	status TEXT NOT NULL DEFAULT '',
	moved_to BIGINT NOT NULL DEFAULT 0,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, connection_id, id)
);

-- Telegram's handles of pictures that were sent before: sending one again needs no bytes.
CREATE TABLE telegram_file (
	workspace_id BIGINT NOT NULL,
	connection_id BIGINT NOT NULL,
	key TEXT NOT NULL,
	file_id TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, connection_id, key)
);

-- Short numbers of coupon codes, because a button holds 64 bytes.
CREATE TABLE code_number (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	workspace_id BIGINT NOT NULL,
	code TEXT NOT NULL,
	UNIQUE (workspace_id, code)
);
