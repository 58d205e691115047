// @ts-check
import { debounce, find, loadImage, perFrame, set } from "../lib/dom.js";
import { drawCoupon, showScaled } from "../editor/draw.js";
import { misfits } from "../editor/fit.js";
import { familyOf } from "../editor/font.js";
import { SAMPLE, SHAPES, SHAPE_NAMES, chosen, describe, ratios } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Shape} Shape */
/** @typedef {ReturnType<typeof import("../lib/store.js").createStore<State>>} Store */
/** @typedef {{shape: Shape, node: HTMLElement, view: HTMLCanvasElement, picture: HTMLCanvasElement, width: number, wanted: string, art: any, font: any, variant: any, logo: any}} Print
 *   width: device pixels that the view covers, 0 while it is not shown; wanted: what is being fetched */
/** @typedef {{store: Store, fonts: ReturnType<typeof import("../editor/font.js").openFonts>, root: any, paint: () => void}} Stage */

/**
 * The stage: both shapes drawn at their natural size from one state, then shown with as many pixels as the screen has.
 * @param {HTMLElement} root
 * @param {Pick<Stage, "store" | "fonts">} deps
 */
export function mountStage(root, { store, fonts }) {
	/** @type {Print[]} */
	const prints = SHAPES.map((shape) => {
		const node = find(`[data-variant="${shape}"]`, root);
		return { shape, node, view: find("canvas", node), picture: document.createElement("canvas"), width: 0, wanted: "", art: null, font: null, variant: null, logo: null };
	});
	const paint = perFrame(() => prints.forEach((p) => p.width && draw(stage, p)));
	/** @type {Stage} */
	const stage = { store, fonts, root, paint };
	const speak = debounce(() => set(find("#said"), { textContent: describe(store.get()) }), 700);

	watchSize(prints, paint);
	for (const p of prints) find(".paper-word", p.node).addEventListener("click", () => load(stage, p));
	store.watch((s, before) => {
		if (s.templates !== before.templates || s.slug !== before.slug || logoOf(s) !== logoOf(before)) prints.forEach((p) => load(stage, p));
		if (s.slug !== before.slug || s.code !== before.code || s.logo !== before.logo) {
			paint();
			speak();
		}
		set(root, { data: { show: s.shape } });
		measure(root, prints, s);
		for (const p of prints) caption(p, s);
	});

	return {
		/** The finished picture of a shape as a PNG file. @param {Shape} shape @returns {Promise<Blob>} */
		png(shape) {
			const p = prints[SHAPES.indexOf(shape)];
			draw(stage, p);
			return new Promise((done, fail) => p.picture.toBlob((blob) => (blob ? done(blob) : fail(new Error("The browser could not make the file."))), "image/png"));
		},
	};
}

/** The picture that is drawn on coupons that carry a logo; "" for none. @param {Readonly<State>} s */
const logoOf = (s) => s.brand.overlay?.url ?? "";

/** @param {Stage} stage @param {Print} p */
function draw({ store }, p) {
	const { code, logo } = store.get();
	if (!p.art || !p.variant) return;
	const fit = drawCoupon(p.picture, { image: p.art, variant: p.variant, code: code || SAMPLE, font: p.font, logo: logo ? p.logo : null });
	if (p.width) showScaled(p.view, p.picture, p.width, 1);
	change(store, p.shape, misfits(fit) ? { px: 0, error: fit.sentence } : { px: fit.size, error: "" });
}

/** Fetches what a print needs; the old picture stays until the new one is there. @param {Stage} stage @param {Print} p */
async function load({ store, fonts, root, paint }, p) {
	const template = chosen(store.get());
	const variant = template?.[p.shape] ?? null;
	if (p.variant && !template) return; // the template went: keep what is there
	const mark = logoOf(store.get());
	const wanted = (p.wanted = variant ? `${variant.url} ${variant.font} ${mark}` : "");
	if (!variant) {
		p.variant = null;
		return change(store, p.shape, { art: template ? "missing" : "loading", px: 0, error: "" });
	}
	change(store, p.shape, { art: "loading" });
	try {
		const [art, font, logo] = await Promise.all([loadImage(variant.url), fonts.font(variant.font), mark && variant.logo ? loadImage(mark) : null]);
		if (p.wanted !== wanted) return;
		Object.assign(p, { art, font, variant, logo });
		change(store, p.shape, { art: "ready" });
		light(find(".glow", root), art);
		document.documentElement.style.setProperty("--code-font", `"${familyOf(font)}"`); // and the field its type
		paint();
	} catch {
		if (p.wanted === wanted) change(store, p.shape, { art: "broken" });
	}
}

/** The room takes its light from the picture. @param {HTMLCanvasElement} glow @param {HTMLImageElement} art */
function light(glow, art) {
	const ctx = glow.getContext("2d");
	if (!ctx) return;
	ctx.filter = "blur(2px) saturate(1.4)"; // enlarging alone is soft enough where there is none
	ctx.drawImage(art, 0, 0, glow.width, glow.height);
}

/** @param {Store} store @param {Shape} shape @param {Partial<State["prints"]["square"]>} patch */
function change(store, shape, patch) {
	const now = store.get().prints[shape];
	const next = { ...now, ...patch };
	if (next.art === now.art && next.px === now.px && next.error === now.error) return;
	store.set({ prints: { ...store.get().prints, [shape]: next } });
}

/** Tells the style sheet how wide the prints are for their height. @param {any} root @param {Print[]} prints @param {Readonly<State>} s */
function measure(root, prints, s) {
	const wide = ratios(chosen(s));
	prints.forEach((p, i) => p.node.style.setProperty("--ratio", String(wide[i])));
	root.parentElement.style.setProperty("--ratios", String(wide[0] + wide[1]));
	root.parentElement.style.setProperty("--shown", String(wide[SHAPES.indexOf(s.shape)]));
}

/** Tells each print how many device pixels it covers, at every change of size, zoom or screen. @param {Print[]} prints @param {() => void} paint */
function watchSize(prints, paint) {
	const observer = new ResizeObserver((entries) => {
		for (const entry of entries) {
			const p = prints.find(({ view }) => view === entry.target);
			const about = entry.contentRect.width * devicePixelRatio;
			const exact = entry.devicePixelContentBoxSize?.[0]?.inlineSize ?? about;
			if (p) p.width = Math.round(Math.abs(exact - about) < 2 ? exact : about); // an emulated screen tells the real one's pixels
		}
		paint();
	});
	const observe = () => {
		for (const { view } of prints) {
			observer.unobserve(view);
			try {
				observer.observe(view, { box: "device-pixel-content-box" });
			} catch {
				observer.observe(view); // a browser that does not tell device pixels
			}
		}
		matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", observe, { once: true });
	};
	observe();
}

/** What stands under and in place of a print. @param {Print} p @param {Readonly<State>} s */
function caption(p, s) {
	const { art, px } = s.prints[p.shape];
	const template = chosen(s);
	const variant = template?.[p.shape];
	const name = SHAPE_NAMES[p.shape];
	const word = art === "missing" ? `“${template?.name}” has no ${name.toLowerCase()} picture.` : art === "broken" ? "The picture could not be loaded. Try again" : "";
	set(p.node, { data: { state: art } });
	set(find(".print-size", p.node), { textContent: variant ? `${variant.width} × ${variant.height}${px && s.code ? ` · code ${Math.round(px)} px` : ""}` : "" });
	set(find(".paper-word", p.node), { textContent: word, hidden: !word, disabled: art !== "broken" });
	set(p.view, { "aria-label": `${name} picture${template ? `, ${template.name}, ${s.code ? `code ${s.code}` : "sample code"}` : ", loading"}` });
}
