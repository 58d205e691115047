import assert from "node:assert/strict";
import test from "node:test";
import { makeAutosave } from "../admin/editor/autosave.js";

/** Timers that fire when told. */
function hand() {
	const waiting = new Map();
	let id = 0;
	return {
		timers: { set: (fn) => (waiting.set(++id, fn), id), clear: (n) => waiting.delete(n) },
		get count() { return waiting.size; },
		fire() {
			const all = [...waiting.values()];
			waiting.clear();
			all.forEach((fn) => fn());
		},
	};
}

/** A server that answers when told. */
function server() {
	const open = [];
	return {
		sent: [],
		send: function () { this.sent.push(1); return new Promise((ok, no) => open.push({ ok, no })); },
		answer: (err) => (err ? open.shift().no(err) : open.shift().ok()),
		get open() { return open.length; },
	};
}

function setUp() {
	const clock = hand();
	const s = server();
	const states = [];
	const save = makeAutosave({ send: () => s.send(), isConflict: (e) => e === "conflict", onstate: (st) => states.push(st), timers: clock.timers });
	return { clock, s, states, save };
}
const settle = () => new Promise((r) => setImmediate(r));

test("many changes in a row are one request, after a pause", async () => {
	const { clock, s, states, save } = setUp();
	for (let i = 0; i < 5; i++) save.change();
	assert.equal(clock.count, 1);
	assert.equal(s.sent.length, 0);
	clock.fire();
	await settle();
	assert.equal(s.sent.length, 1);
	s.answer();
	await settle();
	assert.deepEqual(states.slice(-2), ["saving", "saved"]);
	assert.equal(save.unsaved, false);
});

test("what changes while a request is under way is sent after it, never beside it", async () => {
	const { clock, s, save } = setUp();
	save.change();
	clock.fire();
	await settle();
	save.change();
	clock.fire();
	await settle();
	assert.equal(s.open, 1);
	s.answer();
	await settle();
	assert.equal(s.sent.length, 2);
	s.answer();
	await settle();
	assert.equal(save.unsaved, false);
});

test("a failure keeps the change, and retry sends it", async () => {
	const { clock, s, states, save } = setUp();
	save.change();
	clock.fire();
	await settle();
	s.answer("down");
	await settle();
	assert.equal(states.at(-1), "failed");
	assert.equal(save.unsaved, true);
	const again = save.retry();
	await settle();
	s.answer();
	assert.equal(await again, true);
	assert.equal(states.at(-1), "saved");
});

test("a conflict stops saving until somebody chose", async () => {
	const { clock, s, states, save } = setUp();
	save.change();
	clock.fire();
	await settle();
	s.answer("conflict");
	await settle();
	assert.equal(states.at(-1), "conflict");
	save.change();
	clock.fire();
	assert.equal(await save.flush(), false);
	assert.equal(s.sent.length, 1);
	const mine = save.resolve(true);
	await settle();
	s.answer();
	assert.equal(await mine, true);
	assert.equal(s.sent.length, 2);
});

test("taking theirs sends nothing", async () => {
	const { clock, s, save } = setUp();
	save.change();
	clock.fire();
	await settle();
	s.answer("conflict");
	await settle();
	await save.resolve(false);
	assert.equal(s.sent.length, 1);
	assert.equal(save.unsaved, false);
});

test("flush does not wait for the pause, and says yes when there is nothing to do", async () => {
	const { s, save } = setUp();
	assert.equal(await save.flush(), true);
	save.change();
	const done = save.flush();
	await settle();
	assert.equal(s.sent.length, 1);
	s.answer();
	assert.equal(await done, true);
});
