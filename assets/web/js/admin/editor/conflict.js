// @ts-check
import { el } from "../../lib/dom.js";
import { openDialog } from "../frame/dialog.js";
import { differences } from "./doc.js";

/**
 * Shows two states of a template beside one another and asks which one shall stand.
 * @param {{painter:any, mine:any, theirs:any, title:string, text:string, keep:string, take:string}} o theirs may be null
 * @returns {Promise<"mine"|"theirs"|"later">}
 */
export async function openConflict({ painter, mine, theirs, title, text, keep, take }) {
	/** @type {"mine"|"theirs"|"later"} */
	let choice = "later";
	const differ = theirs ? differences(mine, theirs) : [];
	/** @param {any} body @param {string} word */
	const side = (body, word) =>
		el(
			"figure",
			{},
			el("figcaption", {}, el("strong", {}, word), ` ${body.name}`),
			el("div", { class: "row" }, body.variants.map((/** @type {any} */ v) => {
				const canvas = el("canvas", { role: "img", "aria-label": `${word}: ${v.name}` });
				painter.show(canvas, v, "WELCOME-30", 160).catch(() => {});
				return canvas;
			})),
		);
	/** @param {"mine"|"theirs"} which @param {string} word @param {string} kind */
	const button = (which, word, kind) => el("button", { type: "button", class: `button ${kind}`, onclick: () => ((choice = which), dialog.close()) }, word);
	const dialog = openDialog({
		title,
		kind: "wide",
		body: [
			el("p", {}, text),
			el("div", { class: "sides" }, side(mine, "Yours"), theirs && side(theirs, "Theirs")),
			differ.length > 0 && el("p", { class: "hint" }, `Different: ${differ.join(", ")}.`),
		],
		actions: [el("button", { type: "button", class: "button quiet", onclick: () => dialog.close() }, "Decide later"), theirs && button("theirs", take, ""), button("mine", keep, "primary")],
	});
	await dialog.closed;
	return choice;
}
