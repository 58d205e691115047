// @ts-check
import { el, fill, set } from "../../lib/dom.js";
import { nudgeBox } from "./box.js";

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

/**
 * What lies over the picture: the box with its handles, the guides, the safe zones. Outlines only, so that the
 * colours stay true.
 * @param {{edit:(box:any, tag:string) => void, seal:() => void, box:() => any}} deps
 */
export function boxOverlay({ edit, seal, box: current }) {
	let pause = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
	const label = el("span", { class: "tag", "aria-hidden": "true" });
	const box = el(
		"div",
		{ class: "textbox", tabindex: "0", role: "application", "aria-roledescription": "place for the code", data: { box: "" }, onkeydown: nudge },
		label,
		HANDLES.map((h) => el("i", { class: `handle ${h}`, data: { handle: h } })),
	);
	const lines = el("div", { class: "guides", "aria-hidden": "true" });
	const zone = el("div", { class: "safezone", hidden: true, "aria-hidden": "true" }, el("span", {}, "Covered by the app"), el("span", {}, "Covered by the app"));
	const node = el("div", { class: "overlay" }, zone, lines, box);

	/** @param {KeyboardEvent} e */
	function nudge(e) {
		set(node, { "data-hand": null });
		if (e.ctrlKey || e.metaKey) return;
		const next = nudgeBox(current(), e);
		if (!next) return;
		e.preventDefault();
		edit(next, "nudge");
		clearTimeout(pause);
		pause = setTimeout(seal, 800);
	}

	/** @param {HTMLElement} target @param {Record<string, string>} style */
	function place(target, style) {
		for (const [name, value] of Object.entries(style)) target.style.setProperty(name, value);
	}

	return {
		node,
		focus: () => box.focus({ preventScroll: true }),
		/** @param {any} b @param {string} text @param {{narrow:boolean, low:boolean}} room where the handles of the sides have none */
		set(b, text, { narrow, low }) {
			place(box, { left: `${b.leftPct}%`, top: `${b.topPct}%`, width: `${b.widthPct}%`, height: `${b.heightPct}%` });
			set(box, {
				"aria-label": `Place for the code: ${b.leftPct} percent from the left, ${b.topPct} from the top, ${b.widthPct} wide, ${b.heightPct} high. Arrows move it, Alt and arrows resize it.`,
				"data-narrow": narrow ? "" : null, "data-low": low ? "" : null, "data-high": b.topPct < 6 ? "" : null,
			});
			if (label.textContent !== text) fill(label, text);
		},
		/** @param {{x:number[], y:number[]}} guides */
		guides({ x, y }) {
			fill(lines, x.map((at) => guide("v", "left", at)), y.map((at) => guide("h", "top", at)));
		},
		/** @param {boolean} on */
		zone: (on) => set(zone, { hidden: !on }),
		/** hand: the box is held by a pointer, so the ring of the keyboard is not shown. @param {boolean} on */
		hand: (on) => set(node, { "data-hand": on ? "" : null }),
	};

	/** @param {string} kind @param {string} side @param {number} at */
	function guide(kind, side, at) {
		const line = el("i", { class: `guide ${kind}` });
		place(line, { [side]: `${at}%` });
		return line;
	}
}
