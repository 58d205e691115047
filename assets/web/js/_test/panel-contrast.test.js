import assert from "node:assert/strict";
import test from "node:test";
import { contrastOn, hexOf, luminance, parseHex, ratio, verdict } from "../admin/editor/contrast.js";

const picture = (width, height, colour) => {
	const data = new Uint8ClampedArray(width * height * 4);
	for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([...colour(x, y), 255], 4 * (y * width + x));
	return { data, width, height };
};

test("the ratios are those of WCAG", () => {
	const [white, black] = [luminance([255, 255, 255]), luminance([0, 0, 0])];
	assert.equal(ratio(white, black), 21);
	assert.equal(ratio(white, white), 1);
	assert.ok(Math.abs(ratio(luminance(parseHex("#767676")), white) - 4.54) < 0.01);
	assert.ok(Math.abs(ratio(luminance(parseHex("#667eea")), white) - 3.66) < 0.02);
});

test("a tenth of the box may be worse than the answer", () => {
	const mostly = picture(480, 48, (x) => (x < 30 ? [255, 255, 255] : [0, 0, 0]));
	assert.equal(contrastOn(mostly, "#FFFFFF", false), 21);
	const split = picture(480, 48, (x) => (x < 90 ? [255, 255, 255] : [0, 0, 0]));
	assert.equal(contrastOn(split, "#FFFFFF", false), 1);
});

test("the outline saves white letters on a light picture, and takes nothing from dark ones", () => {
	const light = picture(100, 60, () => [230, 230, 230]);
	assert.ok(contrastOn(light, "#FFFFFF", false) < 1.5);
	assert.ok(contrastOn(light, "#FFFFFF", true) > 10);
	assert.ok(contrastOn(light, "#000000", true) >= contrastOn(light, "#000000", false));
});

test("colours are read in short and long form, nothing else", () => {
	assert.equal(hexOf("fff"), "#FFFFFF");
	assert.equal(hexOf(" #f6b93b "), "#F6B93B");
	for (const bad of ["", "#12", "#12345", "red", "#12345g", "rgb(0,0,0)"]) assert.equal(hexOf(bad), "");
});

test("a verdict has its words", () => {
	assert.equal(verdict(3).tone, "ok");
	assert.equal(verdict(2.99).tone, "warn");
	assert.equal(verdict(1.49).tone, "bad");
});
