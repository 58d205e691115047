// @ts-check
import { el, fill } from "../lib/dom.js";
import { facts } from "./chain.js";
import { count, moment, words } from "./words.js";

const PAGE = 50;

/**
 * The entries, newest first, a page at a time: the page stays quick however long the record grows.
 * @param {HTMLElement} root
 * @param {{entries:any[], broken:number}} o oldest first; broken = the first entry that does not fit, 0 for none
 */
export function mountRecord(root, { entries, broken }) {
	const pages = Math.ceil(entries.length / PAGE);
	let page = broken > 0 ? Math.floor((entries.length - broken) / PAGE) : 0;

	/** @param {number} to */
	function go(to) {
		page = to;
		draw();
		root.focus();
	}

	function draw() {
		const end = entries.length - page * PAGE;
		const shown = entries.slice(Math.max(0, end - PAGE), end).reverse();
		fill(root,
			el("header", {}, el("h2", {}, "The record"), el("span", { class: "hint" }, `${count(shown[shown.length - 1].seq)}–${count(shown[0].seq)} of ${count(entries.length)}, newest first`)),
			el("ol", { class: "entries", reversed: true }, shown.map((e) => row(e, broken))),
			pages > 1 && el("nav", { class: "body row pages", "aria-label": "Pages of the record" },
				el("button", { type: "button", class: "button", disabled: page === 0, onclick: () => go(0) }, "Newest"),
				el("button", { type: "button", class: "button", disabled: page === 0, onclick: () => go(page - 1) }, "Newer"),
				el("span", { class: "hint" }, `Page ${count(page + 1)} of ${count(pages)}`),
				el("button", { type: "button", class: "button", disabled: page === pages - 1, onclick: () => go(page + 1) }, "Older"),
				el("button", { type: "button", class: "button", disabled: page === pages - 1, onclick: () => go(pages - 1) }, "Oldest")));
	}

	draw();
}

/** @param {any} e @param {number} broken */
function row(e, broken) {
	const w = words(facts(e));
	const bad = broken > 0 && e.seq >= broken;
	return el("li", { data: { seq: String(e.seq), ...(bad ? { tone: "bad" } : {}) }, class: bad ? "doubtful" : null },
		el("span", { class: "seq" }, count(e.seq)),
		el("div", { class: "entry" },
			el("p", {}, el("span", { class: "badge", data: { tone: w.tone } }, w.badge), " ", el("span", { class: "what" }, w.text)),
			e.seq === broken && el("p", { class: "error" }, "This entry does not fit its fingerprint."),
			el("details", {}, el("summary", {}, w.at ? moment(w.at) : "No date", el("span", { class: "visually-hidden" }, `, entry ${e.seq}: what was hashed`)), el("dl", {}, el("dt", {}, "Body"), el("dd", {}, el("code", {}, e.body)), el("dt", {}, "Fingerprint"), el("dd", {}, el("code", {}, e.hash))))));
}
