-- The index of waiting updates follows their order again: the bot keeps their numbers by lane in memory, and an
-- index that only grows at its end makes taking an update cheaper, which is the hottest write there is.

-- +goose Up
DROP INDEX telegram_update_waiting;

CREATE INDEX telegram_update_waiting ON telegram_update (workspace_id, connection_id, seq) WHERE state = 0;
