import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, get, isAborted, post } from "../lib/api.js";
import { html } from "../lib/html.js";
import { createStore, keep } from "../lib/store.js";

test("a store tells each change once, with the state before, and not what changes nothing", () => {
	const store = createStore({ a: 1, b: "x" });
	const seen = [];
	const stop = store.watch((now, before) => seen.push([now.a, before.a]));
	store.set({ a: 2 });
	store.set({ a: 2 });
	store.set((s) => ({ a: s.a + 1 }));
	stop();
	store.set({ a: 9 });
	assert.deepEqual(seen, [[1, 1], [2, 1], [3, 2]]);
	assert.throws(() => (store.get().a = 5));
});

test("a reader may change the state: the others end with the newest", () => {
	const store = createStore({ a: 0, b: 0 });
	let last;
	store.watch((s) => store.set({ b: s.a * 2 }));
	store.watch((s) => (last = s));
	store.set({ a: 4 });
	assert.deepEqual(last, { a: 4, b: 8 });
});

test("a browser that keeps nothing is borne", () => {
	const box = keep("x");
	box.write({ a: 1 });
	assert.equal(box.read(), null);
});

test("markup escapes every value and joins lists", () => {
	const nasty = `<img src=x onerror="alert('1')">&`;
	assert.equal(String(html`<p title="${nasty}">${nasty}</p>`), `<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</p>`);
	assert.equal(String(html`<ul>${["<a>", html`<b>${0}</b>`, null, false, undefined]}</ul>`), "<ul>&lt;a&gt;<b>0</b></ul>");
});

/** Puts an answer in place of the network for one call. */
async function answering(response, run) {
	const real = globalThis.fetch;
	const calls = [];
	globalThis.fetch = async (...args) => {
		calls.push(args);
		if (response instanceof Error) throw response;
		return response;
	};
	try {
		return { value: await run().catch((err) => err), calls };
	} finally {
		globalThis.fetch = real;
	}
}

const json = (status, body, headers = {}) => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

test("a request sends JSON and answers JSON", async () => {
	const { value, calls } = await answering(json(200, { ok: 1 }), () => post("/x", { a: 1 }));
	assert.deepEqual(value, { ok: 1 });
	assert.equal(calls[0][1].method, "POST");
	assert.equal(calls[0][1].body, '{"a":1}');
	assert.equal(calls[0][1].headers["Content-Type"], "application/json");
});

test("a form goes as it is, without a type of ours", async () => {
	const { calls } = await answering(json(200, {}), () => post("/x", new FormData()));
	assert.equal(calls[0][1].headers["Content-Type"], undefined);
	assert.ok(calls[0][1].body instanceof FormData);
});

test("a failure carries the server's sentence, field, id and wait; without one it gets a sentence by its status", async () => {
	const said = await answering(json(429, { error: "Wait.", id: "r1", field: "code" }, { "Retry-After": "7" }), () => get("/x"));
	assert.ok(said.value instanceof ApiError);
	assert.deepEqual([said.value.message, said.value.id, said.value.field, said.value.retryAfter, said.value.status], ["Wait.", "r1", "code", 7, 429]);
	for (const status of [401, 403, 404, 409, 413, 429, 500, 503]) {
		const { value } = await answering(json(status, "<h1>no</h1>"), () => get("/x"));
		assert.match(value.message, /^[A-Z].*\.$/);
		assert.doesNotMatch(value.message, /<|undefined/);
	}
});

test("no answer, and an answer that is no JSON, are one sentence each", async () => {
	assert.match((await answering(new TypeError("Failed to fetch"), () => get("/x"))).value.message, /did not answer/);
	const odd = (await answering(json(200, "<html>"), () => get("/x"))).value;
	assert.ok(odd instanceof ApiError);
	assert.equal(odd.status, 200);
});

test("an abort is an AbortError, never a failure to tell", async () => {
	const gone = new AbortController();
	gone.abort();
	const { value } = await answering(new TypeError("aborted"), () => get("/x", { signal: gone.signal }));
	assert.ok(isAborted(value));
});
