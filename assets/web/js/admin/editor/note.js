// @ts-check
import { el, fill } from "../../lib/dom.js";
import { clock } from "../frame/format.js";

/**
 * The word on what became of the last change: "Saving", "Saved 12:04", "Not saved" with a way to try again.
 * @param {{retry:() => void, resolve:() => void}} deps
 */
export function saveNote({ retry, resolve }) {
	const node = el("div", { class: "savenote" });
	let drawn = "";

	/** @param {string} tone @param {any} words @param {any} [action] */
	const say = (tone, words, action) => fill(node, el("span", { class: "lamp", data: { tone } }), el("span", {}, words), action);

	return {
		node,
		/** @param {import("./state.js").State} s */
		set(s) {
			const key = `${s.save} ${s.savedAt} ${s.rev} ${s.base}`;
			if (key === drawn) return;
			drawn = key;
			if (s.save === "waiting" || s.save === "saving") say("info", "Saving");
			else if (s.save === "failed") say("bad", el("span", { title: s.why }, "Not saved"), el("button", { type: "button", class: "button", onclick: retry }, "Retry"));
			else if (s.save === "conflict") say("bad", "Not saved", el("button", { type: "button", class: "button", onclick: resolve }, "Compare"));
			else if (s.rev > 0) say("ok", s.savedAt ? `Saved ${clock(s.savedAt)}` : "Saved");
			else if (s.published) say("ok", `Version ${s.published.version}`);
			else fill(node);
		},
	};
}
