// @ts-check
import { showScaled } from "../../editor/draw.js";
import { boxPixels, misfits } from "../../editor/fit.js";
import { el, fill, perFrame, set } from "../../lib/dom.js";
import { sentence } from "../frame/say.js";
import { mountDrag } from "./drag.js";
import { boxOverlay } from "./overlay.js";

/**
 * The picture being worked on, as large as there is room, redrawn in the frame of each change.
 * @param {HTMLElement} root
 * @param {{doc:import("./state.js").Document_, painter:any, onfit:(fit:any) => void}} deps onfit hears how the code was set
 */
export function mountStage(root, { doc, painter, onfit }) {
	const { store, patch, seal, here } = doc;
	const full = document.createElement("canvas");
	const canvas = el("canvas", { role: "img", "aria-label": "Preview, on its way" });
	const failed = el("div", { class: "notice", data: { tone: "bad" }, role: "alert", hidden: true });
	/** @param {any} box @param {string} tag */
	const edit = (box, tag) => patch({ box }, tag);
	const overlay = boxOverlay({ edit, seal, box: () => here().box });
	const sheet = el("div", { class: "sheet" }, canvas, overlay.node);
	fill(root, sheet, failed);

	const drag = mountDrag(root, {
		sheet: () => sheet.getBoundingClientRect(),
		box: () => here().box,
		edit,
		guides: overlay.guides,
		onstart: () => overlay.hand(true),
		onend: () => (seal(), overlay.focus()),
	});

	/** fitted is the CSS size at which the picture fills the room it has. @param {any} v */
	function fitted(v) {
		const pad = parseFloat(getComputedStyle(root).paddingLeft) * 2;
		const scale = Math.min((root.clientWidth - pad) / v.width, (root.clientHeight - pad) / v.height);
		return { width: Math.max(1, Math.floor(v.width * scale)), height: Math.max(1, Math.floor(v.height * scale)) };
	}

	const draw = perFrame(() => {
		const v = here();
		if (!v || !root.isConnected) return;
		const { code, safe, variant } = store.get();
		const size = fitted(v);
		sheet.style.setProperty("width", `${size.width}px`);
		sheet.style.setProperty("height", `${size.height}px`);
		const px = boxPixels(v.box, v.width, v.height);
		const [w, h] = [(v.box.widthPct / 100) * size.width, (v.box.heightPct / 100) * size.height];
		overlay.set(v.box, "sentence" in px ? "" : `${px.w} × ${px.h} px`, { narrow: w < 96, low: h < 96 });
		overlay.zone(safe && variant === "story");
		const fit = painter.draw(full, v, code || "CODE");
		if (!fit) return void load(v);
		showScaled(canvas, full, size.width);
		set(canvas, { "aria-label": `Preview of the code ${code || "CODE"} on the picture` });
		onfit(fit);
	});

	/** @param {any} v */
	async function load(v) {
		try {
			await painter.parts(v);
			set(failed, { hidden: true });
			if (here() === v || here()?.url === v.url) draw();
		} catch (err) {
			fill(failed, el("p", {}, err instanceof Error ? err.message : sentence(err)), el("button", { type: "button", class: "button", onclick: () => load(v) }, "Try again"));
			set(failed, { hidden: false });
		}
	}

	const unwatch = store.watch(draw);
	const sizes = new ResizeObserver(draw);
	sizes.observe(root);
	return { draw, cancel: drag.cancel, focusBox: overlay.focus, misfits, stop: () => (unwatch(), sizes.disconnect()) };
}
