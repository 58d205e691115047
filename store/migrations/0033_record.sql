-- The record of signals and outcomes is a chain: each entry's hash covers the one before, and the day's last hash is
-- posted where nobody can change it any more. Whoever altered a row afterwards would have to alter all that follow.

-- +goose Up
CREATE TABLE record (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	seq BIGINT NOT NULL,
	kind TEXT NOT NULL,
	signal_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	body TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (workspace_id, seq)
);

CREATE UNIQUE INDEX record_once ON record (workspace_id, signal_id, kind);
