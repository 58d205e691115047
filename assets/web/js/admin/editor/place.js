// @ts-check
import { el, icon } from "../../lib/dom.js";
import { nudgeBox, setSide } from "./box.js";
import { choice, numberField, section } from "./controls.js";

const SIDES = /** @type {["leftPct"|"topPct"|"widthPct"|"heightPct", string][]} */ ([["leftPct", "X"], ["topPct", "Y"], ["widthPct", "W"], ["heightPct", "H"]]);

/**
 * Where the code goes: four numbers, a nudge pad, alignment both ways, padding.
 * @param {import("./state.js").Document_} doc
 */
export function placeControls(doc) {
	const { patch, seal, here } = doc;
	const fields = SIDES.map(([side, label]) =>
		numberField({
			label, unit: "%", name: side, seal,
			parse(typed) {
				const box = setSide(here().box, side, typed);
				if (box) patch({ box }, `side ${side}`);
				return box !== null;
			},
		}),
	);
	const padding = numberField({
		label: "Padding", unit: "% of the box", name: "padPct", seal,
		parse(typed) {
			const v = typed.trim() === "" ? NaN : Number(typed.replace(",", "."));
			const good = v >= 0 && v <= 25;
			if (good) patch({ padPct: v }, "padding");
			return good;
		},
	});
	const hAlign = choice({
		label: "Across", change: (v) => patch({ box: { ...here().box, hAlign: v } }),
		options: [{ value: "left", word: "Left", icon: "left" }, { value: "center", word: "Centre", icon: "center" }, { value: "right", word: "Right", icon: "right" }],
	});
	const vAlign = choice({
		label: "Down", change: (v) => patch({ box: { ...here().box, vAlign: v } }),
		options: [{ value: "top", word: "Top", icon: "top" }, { value: "middle", word: "Middle", icon: "middle" }, { value: "bottom", word: "Bottom", icon: "bottom" }],
	});
	const pad = el("div", { class: "nudge", role: "group", "aria-label": "Nudge by half a percent" }, [["ArrowUp", "up"], ["ArrowLeft", "left"], ["ArrowRight", "right"], ["ArrowDown", "down"]].map(([key, word]) =>
		el("button", { type: "button", class: `button icon-only ${word}`, "aria-label": `Nudge ${word}`, onclick: () => (patch({ box: nudgeBox(here().box, { key }) }, "nudge pad")) }, icon("back"))));

	return {
		node: section("place", "Place, % of the picture", el("div", { class: "quad" }, fields.map((f) => f.node)), el("div", { class: "split" }, el("div", { class: "stack" }, hAlign.node, vAlign.node), pad), padding.node),
		/** @param {any} v */
		set(v) {
			SIDES.forEach(([side], i) => fields[i].set(v.box[side]));
			padding.set(v.padPct);
			hAlign.set(v.box.hAlign);
			vAlign.set(v.box.vAlign);
		},
	};
}
