import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import { sha256 } from "../lib/sha256.js";
import { facts, findRoot, tally, verify } from "../proof/chain.js";
import { price, words } from "../proof/words.js";

// chain.json is written and checked by the Go side, too.
const chain = JSON.parse(readFileSync(new URL("../../../../signals/testdata/chain.json", import.meta.url), "utf8"));

test("SHA-256 gives the digests of the standard", () => {
	assert.equal(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert.equal(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert.equal(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	assert.equal(sha256("a".repeat(1_000_000)), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
});

test("SHA-256 gives what another implementation gives, at every length around a block, and beyond ASCII", () => {
	for (let n = 0; n < 200; n++) {
		const text = "x".repeat(n);
		assert.equal(sha256(text), createHash("sha256").update(text).digest("hex"), `${n} bytes`);
	}
	for (const text of ["é", "日本語", "🎉 gold", "\u2028\n\u0000"]) assert.equal(sha256(text), createHash("sha256").update(text).digest("hex"));
});

test("a chain that Go made fits", () => {
	assert.ok(chain.length >= 8);
	assert.equal(verify(chain), 0);
});

test("every altered entry is named", () => {
	for (const i of chain.keys()) {
		const altered = chain.map((e) => ({ ...e }));
		altered[i].body += " ";
		assert.equal(verify(altered), i + 1);
	}
	const gap = chain.filter((e) => e.seq !== 3);
	assert.equal(verify(gap), 3);
	assert.equal(verify([]), 0);
});

test("a fingerprint is found by its beginning", () => {
	assert.equal(findRoot(chain, ` ${chain[4].hash.slice(0, 12).toUpperCase()} `), 5);
	assert.equal(findRoot(chain, chain[0].hash), 1);
	assert.equal(findRoot(chain, "0".repeat(64)), 0);
	assert.equal(findRoot(chain, "abc"), -1);
});

test("outcomes are counted as everywhere: expired ones stand apart, missed ones are no signals", () => {
	const entry = (said) => ({ seq: 1, hash: "", body: JSON.stringify(said) });
	const n = tally([
		entry({ kind: "signal", status: "open" }), entry({ kind: "signal", status: "open" }), entry({ kind: "signal", status: "missed" }),
		entry({ kind: "outcome", status: "won", points: "12.50000" }), entry({ kind: "outcome", status: "lost", points: "-6.25000" }), entry({ kind: "outcome", status: "expired", points: "0.00000" }),
		{ seq: 1, hash: "", body: "not JSON" },
	]);
	assert.deepEqual(n, { signals: 2, missed: 1, won: 1, lost: 1, expired: 1, points: 6.25, rate: 50 });
	assert.equal(tally([]).rate, null);
});

test("what cannot be read is said to be unreadable", () => {
	for (const body of ["", "1", "null", "{", '{"kind":"other"}']) assert.equal(words(facts({ seq: 1, hash: "", body })).badge, "Unreadable");
	assert.equal(price("2650.12000"), "2650.12");
	assert.equal(price("2650.00000"), "2650.00");
	assert.equal(price("2650.12345"), "2650.12345");
	assert.equal(price("0.12300"), "0.123");
});
