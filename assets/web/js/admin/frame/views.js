// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill } from "../../lib/dom.js";
import { match, parse } from "./router.js";
import { bones, broken, empty } from "./view.js";

/**
 * Shows the view of the address. A view's module exports mount(root, ctx) and may answer {unmount(), query(params)}:
 * query takes a change of the question alone (a filter, a tab), so that the view is not built anew.
 * @param {HTMLElement} root
 * @param {any} deps server, say, keys, head, page, rooms, state, look, onroom
 */
export function mountStage(root, deps) {
	/** @type {{room:string, path:string, part:any, keys:(() => void)[]} | null} */
	let here = null;
	let turn = 0;
	/** @type {{files?:File[] | null, brand?:any}} */
	const carry = {}; // what one view hands to the next
	/** @type {Map<string, number>} */
	const scrolls = new Map();
	let fresh = true; // false: back or forward, which give the place on the page back

	/** @param {string} hash */
	function go(hash) {
		if (location.hash === hash) return show();
		fresh = true;
		location.hash = hash;
	}

	/** replace changes the address without a new step in the history. @param {string} hash */
	function replace(hash) {
		history.replaceState(history.state, "", hash);
	}

	async function show() {
		const mine = ++turn;
		const place = parse(location.hash);
		/** @type {any[]} */
		const routes = deps.rooms.flatMap((/** @type {any} */ room) => room.routes.map((/** @type {any} */ r) => ({ ...r, room: room.id })));
		const found = match(routes, place);
		if (here && found && here.path === place.path && here.part?.query) return here.part.query(place.query);
		const first = !here;
		leave();
		const room = deps.rooms.find((/** @type {any} */ r) => r.id === found?.route.room);
		deps.onroom(room?.id ?? "");
		root.dataset.room = room?.id ?? "";
		deps.head.set({ title: room?.name ?? "Not here", back: "", note: [], actions: [] });
		if (!found) return lost();
		fill(root, bones(4));
		try {
			const module = await found.route.load().catch(unreached);
			if (mine !== turn) return;
			const keys = /** @type {(() => void)[]} */ ([]);
			here = { room: found.route.room, path: place.path, part: null, keys };
			const view = el("div", { class: "part" });
			fill(root, view);
			const ctx = { ...deps, carry, go, replace, params: found.params, query: place.query, keys: { add: (/** @type {any} */ list) => keys.push(deps.keys.add(list)) } };
			here.part = module.mount(view, ctx) ?? {};
		} catch (err) {
			if (mine === turn) fill(root, broken(err, show));
			return;
		}
		if (!first) deps.head.focus();
		const y = fresh ? 0 : (scrolls.get(location.hash) ?? 0);
		fresh = false;
		await here.part?.ready;
		if (mine === turn) window.scrollTo(0, y);
	}

	/** Loads the other rooms while nothing else happens, so that they open at once, and also without a network. */
	function prefetch() {
		const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ fn) => setTimeout(fn, 500));
		const all = deps.rooms.flatMap((/** @type {any} */ room) => room.routes);
		const next = () => all.shift()?.load().then(() => idle(next), () => {});
		idle(next);
	}

	function leave() {
		here?.part?.unmount?.();
		here?.keys.forEach((off) => off());
		here = null;
	}

	function lost() {
		fill(root, empty({ icon: "search", title: "There is no such page", text: "The address may be old or mistyped." }, el("a", { class: "button", href: "#/overview" }, "Go to the overview")));
	}

	return {
		go,
		room: () => here?.room ?? "",
		start() {
			let y = 0;
			window.addEventListener("scroll", () => (y = window.scrollY), { passive: true });
			document.addEventListener("click", (e) => {
				if (e.target instanceof Element && e.target.closest("a[href^='#']")) fresh = true;
			});
			window.addEventListener("hashchange", (e) => {
				scrolls.set(new URL(e.oldURL).hash, y);
				show();
			});
			show().then(prefetch);
		},
	};
}

/** A room that did not come is told like any other answer that did not. @returns {never} */
function unreached() {
	throw new ApiError("This room could not be loaded. Check your connection, then try again.");
}
