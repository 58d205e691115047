// @ts-check
import { el, fill, icon } from "../../lib/dom.js";
import { ago, day } from "../frame/format.js";
import { empty, load } from "../frame/view.js";
import { templateActions } from "./actions.js";
import { thumbs } from "./row.js";

const KEPT = 30 * 24 * 3600 * 1000;

/**
 * What was deleted in the last 30 days.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, { server, say, head, look }) {
	const actions = templateActions({ server, say, changed: () => (look(), view.again()) });
	head.set({ title: "Deleted templates", back: "#/templates" });

	/** @param {any} data */
	function draw({ templates }) {
		if (templates.length === 0) return fill(root, empty({ icon: "trash", title: "Nothing was deleted", text: "Deleted templates stay here for 30 days, then they go with their pictures." }));
		fill(
			root,
			el("div", { class: "card" }, el("ul", { class: "lines" }, templates.map((/** @type {any} */ t) => el("li", {}, thumbs(t), el("div", { class: "grow" }, el("strong", {}, t.name), el("small", {}, `Deleted ${ago(t.deleted_at)}. Gone on ${day(new Date(new Date(t.deleted_at).getTime() + KEPT))}.`)), el("button", { type: "button", class: "button", "aria-label": `Restore ${t.name}`, onclick: () => actions.restore([t]) }, icon("undo"), "Restore"))))),
		);
	}

	const view = load(root, { fetch: (signal) => server.get("/api/panel/templates?deleted=1", { signal }), draw });
	return { ready: view.ready, unmount: view.stop };
}
