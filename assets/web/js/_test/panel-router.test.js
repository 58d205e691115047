import assert from "node:assert/strict";
import test from "node:test";
import { link, match, parse } from "../admin/frame/router.js";

const routes = [{ pattern: "/templates" }, { pattern: "/templates/new" }, { pattern: "/templates/:slug" }, { pattern: "/templates/:slug/versions" }];

test("an address is read with its parts and its question", () => {
	const p = parse("#/templates/10k-giveaway-?variant=story");
	assert.deepEqual(p.parts, ["templates", "10k-giveaway-"]);
	assert.equal(p.query.get("variant"), "story");
});

test("nothing, or something strange, is the start", () => {
	for (const hash of ["", "#", "#/", "#section", "#?x=1"]) assert.equal(parse(hash).path, "/overview");
});

test("a broken escape does not break the page", () => {
	assert.deepEqual(parse("#/templates/%E0%A4%A").parts, ["templates", "%E0%A4%A"]);
});

test("the first route that fits wins, names are given out", () => {
	assert.equal(match(routes, parse("#/templates/new")).route.pattern, "/templates/new");
	assert.deepEqual(match(routes, parse("#/templates/promo-3")).params, { slug: "promo-3" });
	assert.equal(match(routes, parse("#/templates/a/versions")).route.pattern, "/templates/:slug/versions");
	assert.equal(match(routes, parse("#/nowhere")), null);
	assert.equal(match(routes, parse("#/templates/a/b/c")), null);
});

test("an address that was written can be read", () => {
	const hash = link(["templates", "a b/c"], { q: "x&y", page: 0, none: "" });
	const p = parse(hash);
	assert.deepEqual(p.parts, ["templates", "a b/c"]);
	assert.equal(p.query.get("q"), "x&y");
	assert.equal(p.query.get("page"), "0");
	assert.ok(!p.query.has("none"));
});
