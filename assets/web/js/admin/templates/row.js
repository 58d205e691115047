// @ts-check
import { el, icon } from "../../lib/dom.js";
import { ago, moment } from "../frame/format.js";
import { link } from "../frame/router.js";
import { changedAt, shapeName } from "./pick.js";

/** @typedef {import("./pick.js").Row} Row */

/**
 * thumbs are the small pictures of a template's shapes, side by side.
 * @param {Row} t
 */
export function thumbs(t) {
	return el(
		"span",
		{ class: "thumbs" },
		t.variants.map((v) => el("img", { src: v.thumb, alt: "", loading: "lazy", decoding: "async", width: v.width, height: v.height, class: v.height > v.width * 1.2 ? "tall" : null })),
	);
}

/** badges say what is to be known about a template. @param {Row} t */
export function badges(t) {
	return [
		t.version === 0 && el("span", { class: "badge", data: { tone: "info" } }, "Not published"),
		t.version > 0 && t.draft && el("span", { class: "badge", data: { tone: "info" } }, "Draft changes"),
		t.warnings > 0 && el("span", { class: "badge", data: { tone: "warn" } }, t.warnings === 1 ? "1 warning" : `${t.warnings} warnings`),
	];
}

/**
 * A line of the list.
 * @param {Row} t
 * @param {{selected:boolean, select:(on:boolean, range:boolean) => void, show:(channel:"web"|"telegram", on:boolean) => Promise<void>, remove:() => void}} o
 */
export function templateRow(t, { selected, select, show, remove }) {
	const address = link(["templates", t.slug]);
	return el(
		"tr",
		{ "aria-selected": String(selected), data: { slug: t.slug } },
		el("td", { class: "pick" }, el("label", { class: "tick" }, el("input", { type: "checkbox", checked: selected, "aria-label": `Select ${t.name}`, onclick: (/** @type {MouseEvent} */ e) => select(/** @type {HTMLInputElement} */ (e.target).checked, e.shiftKey) }))),
		el("td", { class: "picture" }, el("a", { href: address, tabindex: "-1", "aria-hidden": "true" }, thumbs(t))),
		el("th", { scope: "row" }, el("a", { class: "name", href: address }, t.name), el("small", {}, t.variants.map((v) => shapeName(v.name)).join(", "), el("code", {}, t.slug))),
		el("td", { class: "state" }, badges(t)),
		el("td", { class: "when" }, el("time", { datetime: changedAt(t), title: moment(changedAt(t)) }, ago(changedAt(t)))),
		el("td", { class: "flip" }, flip(t, "web", "Web", show)),
		el("td", { class: "flip" }, flip(t, "telegram", "Telegram", show)),
		el("td", { class: "act" }, el("button", { type: "button", class: "button quiet icon-only", "aria-label": `Delete ${t.name}`, onclick: remove }, icon("trash"))),
	);
}

/**
 * @param {Row} t @param {"web"|"telegram"} channel @param {string} word
 * @param {(channel:"web"|"telegram", on:boolean) => Promise<void>} show
 */
function flip(t, channel, word, show) {
	const input = el("input", {
		type: "checkbox", role: "switch", checked: t[channel], disabled: t.version === 0, "aria-label": `${t.name}: ${word}`, data: { channel },
		onchange: async () => {
			try {
				await show(channel, input.checked);
			} catch {
				input.checked = t[channel]; // the one who throws has said why
			}
		},
	});
	return el("label", { class: "switch", title: t.version === 0 ? "Publish it first" : null }, input, el("span", { "aria-hidden": "true" }, word));
}
