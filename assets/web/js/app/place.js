// @ts-check
import { debounce, find, set } from "../lib/dom.js";
import { keep } from "../lib/store.js";
import { sanitize } from "../editor/sanitize.js";
import { chosen } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {ReturnType<typeof import("../lib/store.js").createStore<State>>} Store */
/** @typedef {Pick<State, "slug" | "code" | "shape" | "logo">} Place what is shown, and what an address says */

/**
 * Reads `?t=slug&c=CODE&v=story&logo=0`; what is missing has its default.
 * @param {string} search
 * @returns {Place}
 */
export function parse(search) {
	const query = new URLSearchParams(search);
	const slug = (query.get("t") ?? "").toLowerCase();
	return {
		slug: /^[a-z0-9-]{1,64}$/.test(slug) ? slug : "",
		code: sanitize(query.get("c") ?? "").code,
		shape: query.get("v") === "story" ? "story" : "square",
		logo: query.get("logo") !== "0",
	};
}

/** The query that parse reads back, "" for the plain page. @param {Readonly<Place>} place */
export function format({ slug, code, shape, logo }) {
	const query = new URLSearchParams();
	if (slug) query.set("t", slug);
	if (code) query.set("c", code);
	if (shape !== "square") query.set("v", shape);
	if (!logo) query.set("logo", "0");
	const text = query.toString();
	return text && `?${text}`;
}

/** @param {Readonly<Place>} s @returns {Place} */
const place = ({ slug, code, shape, logo }) => ({ slug, code, shape, logo });

/**
 * Keeps the address bar and the state in step: another template is a new entry of the history, all else replaces the
 * present one. Begins with the address, or, when it says nothing, with what this browser made last.
 * @param {Store} store
 */
export function mountPlace(store) {
	const last = keep("promostack.last");
	const linked = location.search !== "";
	let going = false; // the browser moves us: do not write the history
	store.set({ ...parse(linked ? location.search : lastSearch(last.read())), remembered: !linked });

	let written = 0;
	const put = () => {
		written = Date.now();
		history.replaceState(null, "", format(store.get()) || "/");
		last.write(format(store.get()));
	};
	const soon = debounce(put, 200);
	const write = () => (Date.now() - written > 500 ? soon.now() : soon()); // browsers allow some 100 changes in 30 s

	store.watch((now, before) => {
		if (going || format(place(now)) === format(place(before))) return;
		if (before.slug && now.slug !== before.slug) {
			history.pushState(null, "", format(now));
			last.write(format(now));
		}
		write();
	});
	addEventListener("popstate", () => {
		soon.stop();
		going = true;
		store.set(parse(location.search));
		going = false;
	});
	addEventListener("pagehide", () => soon.now());
	write();
}

/**
 * The two switches: which shape a narrow screen shows, and the logo, where the template carries one.
 * @param {Element} root
 * @param {{store: Store}} deps
 */
export function mountOptions(root, { store }) {
	/** @type {HTMLInputElement} */
	const logo = find("#logo", root);
	/** @type {NodeListOf<HTMLInputElement>} */
	const shapes = root.querySelectorAll('[name="shape"]');
	logo.addEventListener("change", () => store.set({ logo: logo.checked }));
	for (const radio of shapes) radio.addEventListener("change", () => store.set({ shape: radio.value === "story" ? "story" : "square" }));
	store.watch((s) => {
		const template = chosen(s);
		const carries = !template || Boolean(s.brand.overlay && (template.square?.logo || template.story?.logo));
		set(logo, { checked: s.logo && carries, disabled: !carries });
		set(find("#logo-why", root), { textContent: carries ? "" : "not on this one" });
		for (const radio of shapes) set(radio, { checked: radio.value === s.shape });
	});
}

/** @param {unknown} kept */
const lastSearch = (kept) => (typeof kept === "string" ? kept : "");
