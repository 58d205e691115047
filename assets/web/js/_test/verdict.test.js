import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../lib/api.js";
import { atOnce, fromAnswer, fromError } from "../app/verdict.js";

test("an answer becomes a verdict; a zero time is no end", () => {
	const v = fromAnswer({ valid: true, status: "valid", message: "Yes.", discount: "10 %", ends: "2026-12-01T00:00:00Z", ticket: "t" }, 5);
	assert.deepEqual(v, { status: "valid", passed: true, message: "Yes.", discount: "10 %", ends: "2026-12-01T00:00:00Z", ticket: "t", at: 5 });
	assert.equal(fromAnswer({ valid: false, status: "expired", ends: "0001-01-01T00:00:00Z" }, 0).ends, "");
	assert.equal(fromAnswer({ valid: false, status: "invalid", ends: null }, 0).passed, false);
});

test("an answer that nobody understands is never called valid or invalid", () => {
	for (const odd of [null, {}, { status: "maybe" }, { valid: "yes" }, []]) {
		const v = fromAnswer(odd, 0);
		assert.equal(v.status, "unknown");
		assert.equal(v.passed, false);
	}
});

test("an outage is unknown, only a refusal of the code itself is invalid", () => {
	const of = (status, body) => fromError(new ApiError("Why.", { status, body }), 0);
	for (const status of [0, 429, 500, 503]) assert.equal(of(status).status, "unknown");
	for (const status of [400, 422]) assert.equal(of(status).status, "invalid");
	assert.equal(of(400).message, "Why.");
	assert.equal(of(503, { status: "unknown", message: "Later.", valid: false }).message, "Later.");
	assert.equal(fromError(new TypeError("x"), 0).status, "unknown");
});

test("no code and a code that is too long are known without asking", () => {
	assert.equal(atOnce("").status, "none");
	assert.equal(atOnce("A".repeat(64)).status, "checking");
	assert.deepEqual([atOnce("A".repeat(65)).status, atOnce("A".repeat(65)).message], ["invalid", "A code has 64 characters at most; this one has 65."]);
});
