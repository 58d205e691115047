// @ts-check
import { misfits } from "../../editor/fit.js";
import { familyOf } from "../../editor/font.js";
import { sanitize } from "../../editor/sanitize.js";
import { el, fill, set } from "../../lib/dom.js";
import { flip, numberField, section } from "./controls.js";

/**
 * How the code is set: the code to look at, font, largest size, outline, logo.
 * @param {import("./state.js").Document_} doc
 * @param {any} painter
 */
export function typeControls(doc, painter) {
	const { patch, seal, store } = doc;
	const code = el("input", { class: "input code", id: "preview-code", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 64, "aria-describedby": "preview-fit", oninput: typed });
	const fit = el("p", { class: "fitline", id: "preview-fit" });
	const fonts = el("div", { class: "fonts", role: "radiogroup", "aria-label": "Font" });
	const size = numberField({ label: "Largest size", unit: "px", step: 1, name: "maxFontPx", seal, parse: sized });
	const slider = el("input", { class: "range", type: "range", min: 12, max: 240, step: 1, "aria-label": "Largest size, slider", oninput: () => patch({ maxFontPx: Number(slider.value) }, "size"), onchange: seal });
	const stroke = flip({ label: "Outline", hint: "75 % black, 8 % of the size: keeps letters readable on a busy picture.", change: (on) => patch({ stroke: on }) });
	const logo = flip({ label: "Logo", hint: "The brand's logo in the top left corner.", change: (on) => patch({ logo: on }) });
	/** @type {HTMLInputElement[]} */
	let radios = [];

	function typed() {
		const tidy = sanitize(code.value, code.selectionStart ?? code.value.length);
		if (tidy.value !== code.value) {
			code.value = tidy.value;
			code.setSelectionRange(tidy.caret, tidy.caret);
		}
		store.set({ code: tidy.code });
	}

	/** @param {string} text */
	function sized(text) {
		const v = text.trim() === "" ? NaN : Math.round(Number(text));
		const good = v >= 12 && v <= 240;
		if (good) patch({ maxFontPx: v }, "size");
		return good;
	}

	async function offer() {
		try {
			const list = await painter.list();
			radios = list.map((/** @type {any} */ f) => el("input", { type: "radio", name: "font", value: f.id, onchange: () => patch({ font: f.id }) }));
			fill(fonts, list.map((/** @type {any} */ f, /** @type {number} */ i) => {
				const sample = el("span", { class: "sample", "aria-hidden": "true" }, "SAVE-30");
				painter.font(f.id).then(() => sample.style.setProperty("font-family", `"${familyOf(f)}"`), () => {});
				return el("label", { class: "fontcard" }, radios[i], sample, el("span", {}, f.name));
			}));
			mark();
		} catch {
			fill(fonts, el("p", { class: "error" }, "The fonts could not be loaded."), el("button", { type: "button", class: "button", onclick: offer }, "Try again"));
		}
	}
	const mark = () => radios.forEach((r) => set(r, { checked: r.value === (doc.here()?.font || "inter-700") }));
	offer();
	code.value = store.get().code;

	return {
		node: section("text", "Text", el("div", { class: "field" }, el("label", { for: "preview-code" }, "Code to look at"), code, fit), el("div", { class: "field" }, el("span", { class: "label", "aria-hidden": "true" }, "Font"), fonts), el("div", { class: "sizes" }, size.node, slider), stroke.node, logo.node),
		/** @param {any} v */
		set(v) {
			size.set(v.maxFontPx);
			set(slider, { value: String(v.maxFontPx) });
			stroke.set(v.stroke);
			logo.set(v.logo);
			mark();
		},
		/** say tells how the code was set. @param {any} f @param {any} v */
		say(f, v) {
			const bad = misfits(f);
			const whole = !bad && f.size >= v.maxFontPx;
			const text = bad ? f.sentence : whole ? "At its largest size" : "Shrunk to fit the box";
			fill(fit, el("span", { data: { tone: bad ? "bad" : whole ? "ok" : "info" } }, text), !bad && el("strong", {}, `${f.size} px`));
		},
	};
}
