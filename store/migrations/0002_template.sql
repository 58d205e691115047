-- A template is a row that points at its current version; versions never change, so that a rollback is a new
-- version with old content and an old button still finds what it showed. The switches stand on the row: turning a
-- template off must not wait for, or undo, a publish. variants and extra are JSON: a third shape needs no new
-- column, and keys of an imported meta.json that we do not know are kept. A deleted slug may be taken again.
-- A draft is unpublished work, one a slug; rev guards it against a second editor.

-- +goose Up
CREATE TABLE template (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	slug TEXT NOT NULL,
	version BIGINT NOT NULL,
	web BOOLEAN NOT NULL,
	telegram BOOLEAN NOT NULL,
	position BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX template_slug ON template (workspace_id, slug) WHERE deleted_at = 0;
CREATE INDEX template_deleted ON template (workspace_id, deleted_at);

CREATE TABLE template_version (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	template_id BIGINT NOT NULL REFERENCES template (id) ON DELETE CASCADE,
	version BIGINT NOT NULL,
	name TEXT NOT NULL,
	variants TEXT NOT NULL,
	extra TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (template_id, version)
);

CREATE TABLE template_draft (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	slug TEXT NOT NULL,
	base BIGINT NOT NULL,
	rev BIGINT NOT NULL,
	body TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, slug)
);
