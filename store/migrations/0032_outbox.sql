-- What is to be posted is written down in the transaction that decided it, and sent afterwards. The key names the
-- thing that is posted, so that it can be written down once only.

-- +goose Up
CREATE TABLE outbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	kind TEXT NOT NULL,
	post_key TEXT NOT NULL,
	subject_id BIGINT NOT NULL DEFAULT 0,
	body TEXT NOT NULL,
	state TEXT NOT NULL,
	fresh_until BIGINT NOT NULL DEFAULT 0,
	attempts BIGINT NOT NULL DEFAULT 0,
	chat_id BIGINT NOT NULL DEFAULT 0,
	message_id BIGINT NOT NULL DEFAULT 0,
	reason TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	UNIQUE (workspace_id, post_key)
);

CREATE INDEX outbox_by_state ON outbox (workspace_id, state, id);
