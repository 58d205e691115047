import assert from "node:assert/strict";
import test from "node:test";
import { makeHistory } from "../admin/editor/history.js";

test("undo and redo walk the steps", () => {
	const h = makeHistory(1);
	h.push(2);
	h.push(3);
	assert.ok(h.undo());
	assert.equal(h.now, 2);
	assert.ok(h.undo());
	assert.ok(!h.undo());
	assert.equal(h.now, 1);
	assert.ok(h.redo());
	assert.ok(h.redo());
	assert.ok(!h.redo());
	assert.equal(h.now, 3);
});

test("changes with one tag are one step, until sealed", () => {
	const h = makeHistory(0);
	for (const v of [1, 2, 3]) h.push(v, "drag");
	h.seal();
	for (const v of [4, 5]) h.push(v, "drag");
	h.undo();
	assert.equal(h.now, 3);
	h.undo();
	assert.equal(h.now, 0);
});

test("a new change forgets what was undone", () => {
	const h = makeHistory("a");
	h.push("b");
	h.undo();
	h.push("c");
	assert.ok(!h.canRedo);
	assert.equal(h.now, "c");
});

test("an undone drag can begin again under its old tag", () => {
	const h = makeHistory(0);
	h.push(1, "drag");
	h.undo();
	h.push(2, "drag");
	h.undo();
	assert.equal(h.now, 0);
});

test("the same state is no step, and the past is bounded", () => {
	const h = makeHistory(0, 3);
	h.push(0);
	assert.ok(!h.canUndo);
	for (let i = 1; i < 10; i++) h.push(i);
	let steps = 0;
	while (h.undo()) steps++;
	assert.equal(steps, 3);
	assert.equal(h.now, 6);
});
