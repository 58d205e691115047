-- Everything that belongs to somebody hangs on a workspace, from the first day, so that many customers can share
-- one installation later without moving a row. Workspace 0 is the house itself: settings of the installation.
-- templates_rev counts every change of any template: one row to read for caches and ETags.

-- +goose Up
CREATE TABLE workspace (
	id BIGINT PRIMARY KEY,
	name TEXT NOT NULL,
	templates_rev BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL DEFAULT 0
);

INSERT INTO workspace (id, name) VALUES (0, 'house'), (1, 'default');

CREATE TABLE setting (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, key)
);
