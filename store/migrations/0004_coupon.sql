-- The workspace's own list of codes, for installations that have no other system to ask. Discounts are whole
-- numbers: thousandths of a percent, or the minor unit of a currency. coupon_valid keeps when a code was last known
-- to be valid, whoever said so: COUPON_OUTAGE=recent lets such a code pass while nobody can be asked.

-- +goose Up
CREATE TABLE coupon (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	code TEXT NOT NULL,
	percent_milli BIGINT NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	starts_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	max_uses BIGINT NOT NULL,
	uses BIGINT NOT NULL DEFAULT 0,
	url TEXT NOT NULL,
	note TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, code)
);

CREATE TABLE coupon_valid (
	workspace_id BIGINT NOT NULL REFERENCES workspace (id),
	code TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (workspace_id, code)
);
