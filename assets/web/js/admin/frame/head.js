// @ts-check
import { el, fill, icon } from "../../lib/dom.js";

/**
 * The head of a view: way back, title, a word on its state, actions. Setting it again redraws only what is given.
 * @param {HTMLElement} bar
 * @param {DOMStringMap} page
 */
export function mountHead(bar, page) {
	const back = el("span", { class: "back" });
	const title = el("h1", { tabindex: "-1" });
	const note = el("div", { class: "note" });
	const actions = el("div", { class: "actions" });
	fill(bar, back, title, note, actions);

	return {
		/** @param {{title?:string, back?:string, note?:any, actions?:any[]}} o */
		set(o) {
			if (o.title !== undefined) {
				fill(title, o.title);
				document.title = `${o.title} · ${page.product} admin`;
			}
			if (o.back !== undefined) fill(back, o.back && el("a", { class: "button quiet icon-only", href: o.back, "aria-label": "Back" }, icon("back")));
			if (o.note !== undefined) fill(note, o.note);
			if (o.actions !== undefined) fill(actions, o.actions);
		},
		/** focus moves the reader to the title of a view that was just opened. */
		focus: () => title.focus({ preventScroll: true }),
	};
}
