// @ts-check
import { boxPixels } from "../../editor/fit.js";
import { el, fill, set } from "../../lib/dom.js";
import { contrastOn, hexOf, verdict } from "./contrast.js";
import { section } from "./controls.js";

const SWATCHES = [["#FFFFFF", "White"], ["#0B0D12", "Black"], ["#F6B93B", "Amber"], ["#45D19A", "Green"], ["#FF273E", "Red"], ["#7AB8FF", "Blue"]];

/**
 * The colour of the code: picker, swatches, hex, and how it reads on the real picture.
 * @param {import("./state.js").Document_} doc
 * @param {any} painter
 */
export function colourControls(doc, painter) {
	const { patch, seal, here } = doc;
	const ground = document.createElement("canvas");
	const read = el("p", { class: "contrast", role: "status" });
	const native = el("input", { type: "color", class: "native", "aria-label": "Pick any colour", oninput: () => choose(native.value, "colour"), onchange: seal });
	const hex = el("input", { class: "input code", type: "text", id: "colour-hex", maxlength: 7, spellcheck: "false", autocomplete: "off", oninput: typed, onchange: () => ((hex.value = here().fontColor), set(hex, { "aria-invalid": null }), seal()) });
	const swatches = SWATCHES.map(([value, name]) => {
		const b = el("button", { type: "button", class: "swatch", "aria-label": name, "aria-pressed": "false", title: `${name} ${value}`, onclick: () => choose(value) });
		b.style.setProperty("--swatch", value);
		return b;
	});

	/** @param {string} value @param {string} [tag] */
	const choose = (value, tag) => patch({ fontColor: hexOf(value) }, tag);

	function typed() {
		const value = hexOf(hex.value);
		set(hex, { "aria-invalid": value ? null : "true" });
		if (value) choose(value, "colour");
	}

	/** Looks at the picture under the box, as the server's lint does. */
	async function measure() {
		const v = here();
		if (!v) return;
		try {
			const { image } = await painter.parts(v);
			if (here() !== v) return;
			const box = boxPixels(v.box, v.width, v.height);
			if ("sentence" in box || box.w <= 0 || box.h <= 0) return fill(read);
			[ground.width, ground.height] = [box.w, box.h];
			const ctx = ground.getContext("2d", { willReadFrequently: true });
			if (!ctx) return;
			ctx.fillStyle = "#fff"; // where the picture is transparent it counts as white
			ctx.fillRect(0, 0, box.w, box.h);
			ctx.drawImage(image, -box.x, -box.y, v.width, v.height);
			const r = contrastOn(ctx.getImageData(0, 0, box.w, box.h), v.fontColor, v.stroke);
			const { tone, word } = verdict(r);
			const words = `${word}: ${r.toFixed(1)} to 1 on the picture here`;
			if (read.dataset.said === words + v.stroke) return; // it is read aloud when it changes
			read.dataset.said = words + v.stroke;
			fill(read, el("span", { class: "lamp", data: { tone } }), el("span", {}, words), tone !== "ok" && !v.stroke && el("button", { type: "button", class: "button quiet", onclick: () => patch({ stroke: true }) }, "Add an outline"));
		} catch {
			fill(read);
		}
	}
	let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

	return {
		node: section("colour", "Colour", el("div", { class: "swatches" }, swatches, native), el("div", { class: "field hex" }, el("label", { for: "colour-hex" }, "Hex"), hex), read),
		/** @param {any} v */
		set(v) {
			if (document.activeElement !== hex) hex.value = v.fontColor;
			set(native, { value: v.fontColor.toLowerCase() });
			swatches.forEach((b, i) => set(b, { "aria-pressed": String(SWATCHES[i][0] === v.fontColor.toUpperCase()) }));
			clearTimeout(timer);
			timer = setTimeout(measure, 120);
		},
		stop: () => clearTimeout(timer),
	};
}
