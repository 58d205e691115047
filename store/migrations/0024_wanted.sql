-- wanted: the template that a person came for by a link, until they have sent a code.

-- +goose Up
ALTER TABLE member ADD COLUMN wanted BIGINT NOT NULL DEFAULT 0;
