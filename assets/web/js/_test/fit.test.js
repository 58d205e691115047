import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { fitText, misfits, variantFit } from "../editor/fit.js";

const testdata = (name) => JSON.parse(readFileSync(new URL(`../../../../render/testdata/${name}`, import.meta.url), "utf8"));

// fonts.json is what the server gives; the Go side writes it beside the vectors and checks both.
const fonts = new Map(testdata("fonts.json").fonts.map((f) => [f.id, f]));

test("the browser fits as the server does, vector by vector", () => {
	const vectors = testdata("fit.json");
	assert.ok(vectors.length >= 500);
	for (const [i, v] of vectors.entries()) {
		const fit = variantFit(fonts.get(v.font), v, v.code);
		const { quarters, x, y, units, field, sentence } = v.want;
		const got = misfits(fit) ? fit : { quarters: fit.quarters, x: fit.x, y: fit.y, units: fit.units };
		assert.deepEqual(got, field ? { field, sentence } : { quarters, x, y, units }, `vector ${i}: ${v.code} in ${JSON.stringify(v.box)}`);
	}
});

test("numbers that JSON cannot carry are refused, not drawn", () => {
	const variant = { width: 1080, height: 1080, box: { leftPct: NaN, topPct: 0, widthPct: 10, heightPct: 10 } };
	assert.equal(variantFit(fonts.get("inter-700"), variant, "A").field, "box");
	assert.equal(variantFit(fonts.get("inter-700"), { ...variant, box: { ...variant.box, leftPct: Infinity } }, "A").field, "box");
	assert.equal(variantFit(fonts.get("inter-700"), { ...variant, box: {} }, "A").field, "box");
});

test("size is the quarters in pixels", () => {
	const fit = fitText(fonts.get("inter-700"), "A", { x: 0, y: 0, w: 500, h: 61 }, {});
	assert.equal(fit.size, fit.quarters / 4);
});
