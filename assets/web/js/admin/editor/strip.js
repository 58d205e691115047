// @ts-check
import { misfits } from "../../editor/fit.js";
import { el, fill, perFrame, set } from "../../lib/dom.js";

const USUAL = "WELCOME-BONUS-30";

/** The lengths that a place must bear: the shortest, and those that render/lint.go tries. */
export const EXTREMES = [
	{ code: "A", word: "1 character" },
	{ code: USUAL, word: "16 characters" },
	{ code: USUAL.repeat(4), word: "64 characters" },
];

const ROOM = 0.18; // how much of the picture is shown around the box, in parts of the box

/**
 * The same place with the shortest and the longest code at once, cut out around the box.
 * @param {HTMLElement} root
 * @param {{doc:import("./state.js").Document_, painter:any}} deps
 */
export function mountStrip(root, { doc, painter }) {
	const { store, here } = doc;
	const full = document.createElement("canvas");
	const cells = EXTREMES.map(({ code, word }) => {
		const canvas = el("canvas", { role: "img", "aria-label": word });
		const note = el("span", { class: "hint" });
		return { code, word, canvas, note, node: el("figure", {}, canvas, el("figcaption", {}, el("span", {}, word), note)) };
	});
	fill(root, cells.map((c) => c.node));

	const draw = perFrame(() => {
		const v = here();
		if (!v || !root.isConnected || root.clientWidth === 0) return;
		for (const cell of cells) {
			const fit = painter.draw(full, v, cell.code);
			if (!fit) return void painter.parts(v).then(draw, () => {});
			const bad = misfits(fit);
			crop(cell.canvas, v);
			set(cell.node, { "data-bad": bad ? "" : null });
			fill(cell.note, bad ? "does not fit" : `${fit.size} px`);
			set(cell.canvas, { "aria-label": bad ? `${cell.word}: ${fit.sentence}` : `${cell.word} at ${fit.size} pixels` });
		}
	});

	/** @param {HTMLCanvasElement} canvas @param {any} v */
	function crop(canvas, v) {
		const [bw, bh] = [(v.box.widthPct / 100) * v.width, (v.box.heightPct / 100) * v.height];
		const w = Math.min(v.width, bw * (1 + 2 * ROOM));
		const h = Math.min(v.height, Math.max(bh * (1 + 2 * ROOM), w * 0.28));
		const x = Math.max(0, Math.min(v.width - w, (v.box.leftPct / 100) * v.width + bw / 2 - w / 2));
		const y = Math.max(0, Math.min(v.height - h, (v.box.topPct / 100) * v.height + bh / 2 - h / 2));
		const width = Math.round(canvas.clientWidth * (devicePixelRatio || 1)) || 300;
		const height = Math.max(1, Math.round((width * h) / w));
		if (canvas.width !== width) canvas.width = width;
		if (canvas.height !== height) canvas.height = height;
		const ctx = canvas.getContext("2d");
		if (ctx) ctx.imageSmoothingQuality = "high";
		ctx?.drawImage(full, x, y, w, h, 0, 0, width, height);
	}

	let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
	const unwatch = store.watch((s, before) => {
		if (s !== before && s.doc === before.doc && s.variant === before.variant && s.tab === before.tab) return;
		clearTimeout(timer);
		timer = setTimeout(draw, 60); // the large picture comes first
	});
	const sizes = new ResizeObserver(draw);
	sizes.observe(root);
	return { stop: () => (unwatch(), sizes.disconnect(), clearTimeout(timer)) };
}
