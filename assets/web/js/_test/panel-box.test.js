import assert from "node:assert/strict";
import test from "node:test";
import { clampBox, drawBox, moveBox, nudgeBox, resizeBox, setSide, snapBox } from "../admin/editor/box.js";

const box = (leftPct, topPct, widthPct, heightPct) => ({ leftPct, topPct, widthPct, heightPct, hAlign: "left", vAlign: "top" });
const sides = (b) => [b.leftPct, b.topPct, b.widthPct, b.heightPct];

test("a box is drawn in any of the four directions and keeps its alignment", () => {
	const from = { x: 40, y: 60 };
	for (const to of [{ x: 10, y: 20 }, { x: 70, y: 20 }, { x: 10, y: 90 }, { x: 70, y: 90 }]) {
		const b = drawBox(box(0, 0, 1, 1), from, to);
		assert.deepEqual(sides(b), [Math.min(40, to.x), Math.min(60, to.y), 30, to.y === 20 ? 40 : 30]);
		assert.equal(b.hAlign, "left");
		assert.equal(b.vAlign, "top");
	}
});

test("drawing beyond the picture stops at its edge", () => {
	assert.deepEqual(sides(drawBox(box(0, 0, 1, 1), { x: -20, y: 90 }, { x: 30, y: 130 })), [0, 90, 30, 10]);
});

test("a click without a drag still gives the smallest box", () => {
	assert.deepEqual(sides(drawBox(box(0, 0, 1, 1), { x: 100, y: 100 }, { x: 100, y: 100 })), [99, 99, 1, 1]);
});

test("zero stays zero", () => {
	assert.deepEqual(sides(clampBox(box(0, 0, 30, 10))), [0, 0, 30, 10]);
	assert.deepEqual(sides(setSide(box(12, 70, 76, 14), "leftPct", "0")), [0, 70, 76, 14]);
	assert.deepEqual(sides(setSide(box(12, 70, 76, 14), "topPct", "0.0")), [12, 0, 76, 14]);
});

test("what is not a number changes nothing", () => {
	for (const typed of ["", "  ", "abc", "1e999", "--2"]) assert.equal(setSide(box(1, 2, 3, 4), "leftPct", typed), null);
});

test("a comma is a decimal point", () => {
	assert.equal(setSide(box(1, 2, 3, 4), "leftPct", "12,5").leftPct, 12.5);
});

test("a field beyond the range ends at the edge", () => {
	assert.deepEqual(sides(setSide(box(50, 50, 20, 20), "widthPct", "500")), [0, 50, 100, 20]);
	assert.deepEqual(sides(setSide(box(50, 50, 20, 20), "heightPct", "-4")), [50, 50, 20, 1]);
	assert.deepEqual(sides(setSide(box(50, 50, 20, 20), "leftPct", "99")), [80, 50, 20, 20]);
});

test("moving stops at the edges without changing the size", () => {
	assert.deepEqual(sides(moveBox(box(10, 10, 30, 20), -50, 500)), [0, 80, 30, 20]);
});

test("each handle moves its own edges only", () => {
	const want = {
		n: [20, 25, 40, 35], s: [20, 20, 40, 45], w: [25, 20, 35, 40], e: [20, 20, 45, 40],
		nw: [25, 25, 35, 35], ne: [20, 25, 45, 35], sw: [25, 20, 35, 45], se: [20, 20, 45, 45],
	};
	for (const [handle, sides4] of Object.entries(want)) {
		assert.deepEqual(sides(resizeBox(box(20, 20, 40, 40), handle, 5, 5)), sides4, handle);
	}
});

test("a handle cannot cross the opposite edge", () => {
	assert.deepEqual(sides(resizeBox(box(20, 20, 40, 40), "nw", 90, 90)), [59, 59, 1, 1]);
	assert.deepEqual(sides(resizeBox(box(20, 20, 40, 40), "se", -90, -90)), [20, 20, 1, 1]);
	assert.deepEqual(sides(resizeBox(box(20, 20, 40, 40), "se", 900, 900)), [20, 20, 80, 80]);
});

test("arrows move by half a percent, with Shift by five, with Alt they resize", () => {
	const b = box(12, 70, 40, 14);
	assert.equal(nudgeBox(b, { key: "ArrowRight" }).leftPct, 12.5);
	assert.equal(nudgeBox(b, { key: "ArrowUp", shiftKey: true }).topPct, 65);
	assert.deepEqual(sides(nudgeBox(b, { key: "ArrowRight", altKey: true })), [12, 70, 40.5, 14]);
	assert.deepEqual(sides(nudgeBox(b, { key: "ArrowUp", altKey: true, shiftKey: true })), [12, 70, 40, 9]);
	assert.equal(nudgeBox(b, { key: "a" }), null);
});

test("a moved box snaps with its middle and its edges, and says where", () => {
	const centre = snapBox(box(29.4, 10, 40, 10), "move", 1, 1);
	assert.equal(centre.box.leftPct, 30);
	assert.deepEqual(centre.guides.x, [50]);
	const edge = snapBox(box(33.9, 10, 40, 10), "move", 1, 1);
	assert.equal(edge.box.leftPct, 33.35);
	assert.deepEqual(edge.guides.x.map(Math.round), [33]);
});

test("a box away from every line stays and shows no guide", () => {
	const s = snapBox(box(5, 5, 10, 10), "move", 1, 1);
	assert.deepEqual(sides(s.box), [5, 5, 10, 10]);
	assert.deepEqual(s.guides, { x: [], y: [] });
});

test("a resized box snaps only with the edge in the hand", () => {
	const s = snapBox(box(10, 10, 39.6, 10), "e", 1, 1);
	assert.deepEqual(sides(s.box), [10, 10, 40, 10]);
	assert.deepEqual(s.guides.y, []);
});

test("whatever is done, the box stays inside the picture", () => {
	let seed = 7;
	const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
	let b = box(10, 10, 20, 20);
	const handles = ["n", "s", "e", "w", "nw", "ne", "sw", "se"];
	for (let i = 0; i < 5000; i++) {
		const [dx, dy] = [random() * 120 - 60, random() * 120 - 60];
		b = i % 3 ? resizeBox(b, handles[i % 8], dx, dy) : moveBox(b, dx, dy);
		b = snapBox(b, i % 3 ? handles[i % 8] : "move", 2, 2).box;
		assert.ok(b.leftPct >= 0 && b.topPct >= 0 && b.widthPct >= 1 && b.heightPct >= 1, `${i}: ${sides(b)}`);
		assert.ok(b.leftPct + b.widthPct <= 100.0001 && b.topPct + b.heightPct <= 100.0001, `${i}: ${sides(b)}`);
	}
});

test("what an imported box has behind the point stays, except on the side that is moved", () => {
	const b = box(13.89, 74.81, 72.22, 12.22);
	assert.deepEqual(sides(setSide(b, "topPct", "3")), [13.89, 3, 72.22, 12.22]);
	assert.deepEqual(sides(nudgeBox(b, { key: "ArrowDown" })), [13.89, 75.3, 72.22, 12.22]);
	assert.deepEqual(sides(resizeBox(b, "e", -2.22, 0)), [13.89, 74.81, 70.01, 12.22]);
	assert.deepEqual(sides(clampBox(b)), sides(b));
});
