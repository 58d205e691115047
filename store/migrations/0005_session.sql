-- A session is a row, so that signing out really ends it: a cookie that was copied is worth nothing afterwards.
-- The epoch of a session must be the present one (a setting): raising it ends every session at once. The audit
-- trail says who changed what; nothing is ever changed in it.

-- +goose Up
CREATE TABLE session (
	id TEXT PRIMARY KEY,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	revoked_at BIGINT NOT NULL DEFAULT 0,
	epoch BIGINT NOT NULL,
	address TEXT NOT NULL,
	agent TEXT NOT NULL
);

CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE audit (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	details TEXT NOT NULL
);

CREATE INDEX audit_latest ON audit (workspace_id, id);
