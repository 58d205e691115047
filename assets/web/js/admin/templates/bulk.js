// @ts-check
import { el, fill, icon } from "../../lib/dom.js";
import { plural } from "../frame/format.js";

/**
 * The bar that appears while templates are selected.
 * @param {{show:(channel:"web"|"telegram", on:boolean) => void, remove:() => void, clear:() => void}} deps
 */
export function bulkBar({ show, remove, clear }) {
	const count = el("strong", { role: "status" });
	/** @param {"web"|"telegram"} channel @param {string} word */
	const pair = (channel, word) =>
		el(
			"div",
			{ class: "pair", role: "group", "aria-label": `${word} visibility` },
			el("span", {}, word),
			el("button", { type: "button", class: "button", onclick: () => show(channel, true) }, "Show"),
			el("button", { type: "button", class: "button", onclick: () => show(channel, false) }, "Hide"),
		);
	const node = el(
		"div",
		{ class: "bulk", role: "region", "aria-label": "Selected templates", hidden: true },
		count,
		pair("web", "Web"),
		pair("telegram", "Telegram"),
		el("button", { type: "button", class: "button danger", onclick: remove }, icon("trash"), "Delete"),
		el("button", { type: "button", class: "button quiet icon-only", "aria-label": "Clear the selection", onclick: clear }, icon("close")),
	);
	return {
		node,
		/** @param {number} n */
		set(n) {
			node.hidden = n === 0;
			fill(count, plural(n, "selected", "selected"));
		},
	};
}
