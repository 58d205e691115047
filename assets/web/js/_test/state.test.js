import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_VERDICT, blocker, caution, describe, fileName, initial, isGone, nextAfter, ratios } from "../app/state.js";
import { words } from "../app/verdict.js";

const variant = { url: "/media/a.png", width: 1080, height: 1080, box: {}, maxFontPx: 0, fontColor: "#ffffff", font: "inter-700" };
const gold = { slug: "gold", name: "Gold", version: 1, square: variant };
const ready = { art: "ready", px: 80, error: "" };
const state = (patch = {}) => ({
	...initial,
	list: "ready",
	templates: [gold],
	slug: "gold",
	code: "SAVE20",
	verdict: { ...NO_VERDICT, status: "valid", passed: true },
	prints: { square: ready, story: ready },
	...patch,
});

test("a picture can be taken away only with a template, a code that fits and a verdict that lets it pass", () => {
	assert.equal(blocker(state(), "square"), "");
	const cases = [
		[{ list: "loading", templates: [] }, "square", /loading/],
		[{ templates: [] }, "square", /no template/],
		[{ slug: "gone" }, "square", /Pick a template/],
		[{}, "story", /“Gold” has no portrait picture/],
		[{ code: "" }, "square", /Type your code/],
		[{ prints: { square: { ...ready, error: "Too long." }, story: ready } }, "square", /Too long/],
		[{ prints: { square: { ...ready, art: "loading" }, story: ready } }, "square", /loading/],
		[{ prints: { square: { ...ready, art: "broken" }, story: ready } }, "square", /could not be loaded/],
		...["checking", "invalid", "expired", "exhausted", "unknown", "none"].map((status) => [{ verdict: { ...NO_VERDICT, status } }, "square", /./]),
	];
	for (const [patch, shape, sentence] of cases) assert.match(blocker(state(patch), shape), sentence, JSON.stringify(patch));
});

test("an outage that the policy lets pass does not block", () => {
	assert.equal(blocker(state({ verdict: { ...NO_VERDICT, status: "unknown", passed: true } }), "square"), "");
});

test("a code that would be too small to read is taken away with a caution, in the measure of the picture", () => {
	assert.equal(caution(state(), "square"), "");
	const small = { square: { ...ready, px: 27.75 }, story: ready };
	assert.match(caution(state({ prints: small }), "square"), /28 px/);
	assert.equal(caution(state({ prints: small, code: "" }), "square"), "");
	const half = { ...gold, square: { ...variant, width: 540 } };
	assert.equal(caution(state({ templates: [half], prints: { square: { ...ready, px: 14 }, story: ready } }), "square"), "");
});

test("a verdict is a word and a sentence; a valid one tells discount and end when they are known", () => {
	const date = () => "30 Nov";
	const v = { ...NO_VERDICT, status: "valid", passed: true };
	assert.deepEqual(words({ ...v, discount: "30 %", ends: "2026-11-30T00:00:00Z" }, date), { tone: "ok", word: "Valid", text: "30 % off · until 30 Nov" });
	assert.equal(words({ ...v, message: "Taken." }, date).text, "Taken.");
	assert.equal(words({ ...NO_VERDICT, status: "expired", ends: "x" }, date).text, "It ended 30 Nov. Use another code.");
	assert.equal(words({ ...NO_VERDICT, status: "unknown" }).tone, "warn");
	assert.equal(words({ ...NO_VERDICT, status: "invalid", message: "No such code." }).text, "No such code.");
	assert.equal(words({ ...v, ends: "not a date" }).text, "until not a date");
});

test("when a template goes, the one after it is offered, else the first", () => {
	const [a, b, c] = ["a", "b", "c"].map((slug) => ({ ...gold, slug }));
	assert.equal(nextAfter([a, b, c], [a, c], "b")?.slug, "c");
	assert.equal(nextAfter([a, b, c], [a, b], "c")?.slug, "a");
	assert.equal(nextAfter([], [a, b], "unknown")?.slug, "a");
	assert.equal(nextAfter([a], [], "a"), null);
});

test("gone is said only of a slug that a loaded list does not hold", () => {
	assert.equal(isGone(state()), false);
	assert.equal(isGone(state({ slug: "x" })), true);
	assert.equal(isGone(state({ slug: "x", list: "loading" })), false);
	assert.equal(isGone(state({ slug: "x", templates: [] })), false);
	assert.equal(isGone(state({ slug: "" })), false);
});

test("a file is named after its code and shape", () => {
	assert.equal(fileName("SAVE-20", "story"), "SAVE-20-story.png");
});

test("a missing shape takes its usual room", () => {
	assert.deepEqual(ratios({ ...gold, story: { ...variant, width: 1080, height: 1350 } }), [1, 0.8]);
	assert.deepEqual(ratios(gold), [1, 0.5625]);
});

test("the preview is told in words: what it shows, or what is wrong with it", () => {
	assert.equal(describe(state()), "Preview: Gold with the code SAVE20.");
	assert.equal(describe(state({ code: "" })), "Preview: Gold with a sample code.");
	assert.equal(describe(state({ prints: { square: ready, story: { ...ready, error: "Too long." } } })), "Too long.");
	assert.equal(describe(state({ slug: "x" })), "");
});
