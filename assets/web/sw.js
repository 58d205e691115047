// The service worker: the page opens without a network, with the templates that were seen last. Codes are never kept,
// so nothing can be downloaded that was not checked just now. Requests that change something, the panel and every
// other part of the API go straight to the server.

const SHELL = "shell-__HASH__"; // pages, scripts, styles of this build
const LASTING = "lasting-1"; // fonts and pictures: their address changes with their content
const LIST = "/api/templates";
const PICTURES = 120; // kept at most; the oldest go first

self.addEventListener("install", (event) => {
	event.waitUntil(install().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
	event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== "GET" || url.origin !== location.origin) return;
	const answer = plan(request, url);
	if (answer) event.respondWith(answer);
});

self.addEventListener("message", (event) => {
	const names = Array.isArray(event.data?.keep) ? event.data.keep : [];
	event.waitUntil(Promise.all(names.map((name) => hold(String(name)).catch(() => {}))));
});

/** Keeps what a page loaded before this worker was there; it is still in the browser's own cache. */
async function hold(name) {
	const url = new URL(name, location.origin);
	if (url.origin !== location.origin) return;
	await plan(new Request(url), url);
}

/** Who answers; nothing for what is none of our business. */
function plan(request, url) {
	if (request.mode === "navigate") return url.pathname === "/" || url.pathname === "/help" ? page(url.pathname) : undefined;
	if (url.pathname === LIST) return list(request);
	if (url.pathname.startsWith("/assets/f/") || url.pathname.startsWith("/assets/p/") || url.pathname.startsWith("/media/")) return kept(LASTING, request);
	if (url.pathname.startsWith("/assets/")) return kept(SHELL, request);
	return undefined;
}

/** The newest page when the server answers, else the last one that it gave. */
async function page(path) {
	const cache = await caches.open(SHELL);
	try {
		const response = await fetch(path, { signal: AbortSignal.timeout(5000) });
		if (response.ok) await cache.put(path, response.clone());
		return response.status >= 500 ? ((await cache.match(path)) ?? response) : response;
	} catch {
		return (await cache.match(path)) ?? Response.error();
	}
}

/** Addresses that never change their content: from the cache, else from the server and kept. */
async function kept(name, request) {
	const cache = await caches.open(name);
	const there = await cache.match(request.url);
	if (there) return there;
	const response = await fetch(request);
	if (response.ok && response.status === 200) await cache.put(request.url, response.clone());
	return response;
}

/**
 * The list of templates: the server's, since a template that was hidden must not come back; without an answer in
 * time the one that was seen last, marked as kept, so that the page can say so.
 */
async function list(request) {
	const cache = await caches.open(LASTING);
	try {
		const response = await fetch(request, { signal: AbortSignal.timeout(4000) });
		if (response.ok) await cache.put(LIST, response.clone());
		if (response.status < 500) return response;
		throw new Error(`status ${response.status}`);
	} catch {
		const there = await cache.match(LIST);
		if (!there) return fetch(request);
		return Response.json({ ...(await there.json()), kept: true });
	}
}

/** The first visit fills the shell from what the page itself names, without a list to keep in step. */
async function install() {
	const cache = await caches.open(SHELL);
	const response = await fetch("/", { cache: "no-cache" });
	if (!response.ok) return;
	await cache.put("/", response.clone());
	const html = await response.text();
	const named = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((m) => m[1]);
	await Promise.all([...new Set(named)].map((name) => hold(name).catch(() => {})));
}

async function tidy() {
	for (const name of await caches.keys()) {
		if (name !== SHELL && name !== LASTING) await caches.delete(name);
	}
	const cache = await caches.open(LASTING);
	const media = (await cache.keys()).filter((r) => new URL(r.url).pathname.startsWith("/media/"));
	await Promise.all(media.slice(0, Math.max(0, media.length - PICTURES)).map((r) => cache.delete(r)));
}
