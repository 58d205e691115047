import assert from "node:assert/strict";
import { test } from "node:test";
import { format, parse } from "../app/place.js";

test("an address reads back as what was written", () => {
	const places = [
		{ slug: "gold-rush", code: "SAVE20", shape: "story", logo: false },
		{ slug: "a", code: "WELCOME-30", shape: "square", logo: true },
		{ slug: "", code: "", shape: "square", logo: true },
		{ slug: "x", code: "A_B-C", shape: "square", logo: false },
	];
	for (const place of places) assert.deepEqual(parse(format(place)), place);
	assert.equal(format(places[2]), "");
	assert.equal(format(places[1]), "?t=a&c=WELCOME-30");
});

test("a hostile or broken address gives only clean values", () => {
	const plain = { slug: "", code: "", shape: "square", logo: true };
	assert.deepEqual(parse(""), plain);
	assert.deepEqual(parse("?t=../../etc/passwd&c=&v=circle&logo=maybe"), plain);
	assert.deepEqual(parse("?t=%00&c=%F0%9F%92%A5"), plain);
	assert.equal(parse("?c=<script>alert(1)</script>").code, "SCRIPTALERT1SCRIPT");
	assert.equal(parse("?c=welcome%2030").code, "WELCOME-30");
	assert.equal(parse("?t=Gold-Rush").slug, "gold-rush");
	assert.equal(parse(`?t=${"a".repeat(65)}`).slug, "");
});
