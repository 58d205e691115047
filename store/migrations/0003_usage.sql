-- One row an attempt, and its roll-ups, written in the same transaction: dashboards read the roll-ups and stay
-- quick with ten million attempts. Hours are UTC, so that a day of any zone can be added up from them.
-- usage_hour answers how many of what. usage_code answers which codes, by how many people, who was first.
-- usage_member_hour answers how many people, and who came back. usage_member and usage_member_code are the totals
-- of a person: pictures made, different codes used.

-- +goose Up
CREATE TABLE usage (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	at BIGINT NOT NULL,
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	outcome TEXT NOT NULL,
	template TEXT NOT NULL,
	variant TEXT NOT NULL,
	code TEXT NOT NULL,
	member BIGINT NOT NULL,
	chat_kind TEXT NOT NULL,
	millis BIGINT NOT NULL
);

CREATE INDEX usage_at ON usage (workspace_id, at);
CREATE INDEX usage_by_member ON usage (workspace_id, member, at) WHERE member <> 0;
CREATE INDEX usage_failed ON usage (workspace_id, at) WHERE outcome <> 'made';

CREATE TABLE usage_hour (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	hour BIGINT NOT NULL,
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	outcome TEXT NOT NULL,
	template TEXT NOT NULL,
	variant TEXT NOT NULL,
	count BIGINT NOT NULL,
	millis BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, hour, source, kind, outcome, template, variant)
);

CREATE TABLE usage_code (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	hour BIGINT NOT NULL,
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	template TEXT NOT NULL,
	member BIGINT NOT NULL,
	count BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, hour, source, kind, outcome, code, template, member)
);

CREATE TABLE usage_member_hour (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	hour BIGINT NOT NULL,
	source TEXT NOT NULL,
	member BIGINT NOT NULL,
	made BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, hour, source, member)
);

CREATE INDEX usage_member_hours ON usage_member_hour (workspace_id, member, hour);

CREATE TABLE usage_member (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	member BIGINT NOT NULL,
	made BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	codes BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, member)
);

CREATE INDEX usage_member_made ON usage_member (workspace_id, made, last_at);

CREATE TABLE usage_member_code (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	member BIGINT NOT NULL,
	code TEXT NOT NULL,
	made BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, member, code)
);
