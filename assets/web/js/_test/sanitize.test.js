import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { sanitize } from "../editor/sanitize.js";

test("what is typed becomes what may stand in the field", () => {
	for (const [typed, value, code = value] of [
		["welcome 30%", "WELCOME-30"],
		["a  b", "A-B"],
		["a \t\u00a0\u0085 b", "A-B"],
		["  save20", "SAVE20"],
		["save20 ", "SAVE20 ", "SAVE20"],
		["save20  \n", "SAVE20 ", "SAVE20"],
		["save20 5", "SAVE20-5"],
		["s\u200ba\ufeffv\u00ade", "SAVE"],
		["e\u0301clair", "CLAIR"],
		["ıſ", ""],
		["<b>hi</b>", "BHIB"],
		["😀ok😀", "OK"],
		["عرض 20", "20"],
		["a % b", "A-B"],
		["-_-", "-_-"],
		["", ""],
	]) {
		const got = sanitize(typed);
		assert.equal(got.value, value, JSON.stringify(typed));
		assert.equal(got.code, code, JSON.stringify(typed));
		assert.equal(sanitize(got.value).value, got.value, "cleaning twice changes nothing");
	}
});

test("the caret stays at its letter", () => {
	for (const [typed, caret, want] of [
		["save20", 3, 3],
		["sa%ve", 3, 2],
		["sa ve", 3, 3],
		["sa  ve", 4, 3],
		["  save", 4, 2],
		["save ", 5, 5],
		["", 0, 0],
	]) {
		assert.equal(sanitize(typed, caret).caret, want, `${JSON.stringify(typed)} at ${caret}`);
	}
});

test("the field agrees with the server on every shared vector", () => {
	const { vectors } = JSON.parse(readFileSync(new URL("../../../../render/coupon/testdata/canonical.json", import.meta.url), "utf8"));
	assert.ok(vectors.length > 30);
	for (const v of vectors) {
		assert.equal(sanitize(v.raw).code, v.field, JSON.stringify(v.raw));
		if (v.canonical) assert.equal(sanitize(v.raw).code, v.canonical);
	}
});
