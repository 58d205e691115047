-- Waiting updates are read by lane: a person with many does not fill the memory, and does not hold up others.

-- +goose Up
DROP INDEX telegram_update_waiting;

CREATE INDEX telegram_update_waiting ON telegram_update (workspace_id, connection_id, lane, seq) WHERE state = 0;
