// @ts-check
import { ApiError, isAborted } from "../../lib/api.js";
import { el, fill, icon } from "../../lib/dom.js";
import { sentence } from "./say.js";

/**
 * Shows what the server says in root: a skeleton at first (seen only after 200 ms), the old picture dimmed when it
 * is asked again, and a sentence with Retry when it fails. A newer answer wins.
 * @template T
 * @param {HTMLElement} root
 * @param {{fetch:(signal:AbortSignal) => Promise<T>, draw:(data:T) => void, skeleton?:any}} o
 */
export function load(root, { fetch, draw, skeleton }) {
	let turn = 0;
	let drawn = false;
	/** @type {AbortController | undefined} */
	let controller;

	async function again() {
		controller?.abort();
		controller = new AbortController();
		const mine = ++turn;
		if (drawn) root.setAttribute("aria-busy", "true");
		else fill(root, skeleton ?? bones(4));
		try {
			const data = await fetch(controller.signal);
			if (mine !== turn) return;
			drawn = true;
			draw(data);
		} catch (err) {
			if (mine !== turn || isAborted(err)) return;
			drawn = false;
			fill(root, broken(err, again));
		}
		root.removeAttribute("aria-busy");
	}

	const ready = again();
	return {
		again,
		ready,
		stop() {
			turn = -1;
			controller?.abort();
		},
	};
}

/** bones are the grey lines of a view on its way. @param {number} lines @param {string} [kind] */
export function bones(lines, kind = "") {
	return el(
		"div",
		{ class: `bones ${kind}` },
		el("p", { class: "visually-hidden" }, "Loading"),
		Array.from({ length: lines }, () => el("div", { class: "skeleton" })),
	);
}

/**
 * broken says what failed, why, and offers to try again.
 * @param {unknown} err @param {() => void} retry
 */
export function broken(err, retry) {
	const known = err instanceof ApiError ? err : null;
	return el(
		"div",
		{ class: "empty", role: "alert" },
		icon("alert"),
		el("h2", {}, known?.status === 404 ? "This is not here" : "This could not be loaded"),
		el("p", {}, known ? known.message : sentence(err)),
		el("button", { type: "button", class: "button", onclick: retry }, "Try again"),
		known?.id && el("small", { class: "hint" }, `For support: ${known.id}`),
	);
}

/** empty says what goes here, with the one button that makes it. @param {{icon:string, title:string, text:string}} o @param {...any} actions */
export function empty({ icon: name, title, text }, ...actions) {
	return el("div", { class: "empty" }, icon(name), el("h2", {}, title), el("p", {}, text), actions.length > 0 && el("div", { class: "row" }, actions));
}
