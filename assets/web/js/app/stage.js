// @ts-check
import { debounce, find, perFrame, set } from "../lib/dom.js";
import { drawCoupon, showScaled } from "../editor/draw.js";
import { misfits } from "../editor/fit.js";
import { familyOf } from "../editor/font.js";
import { SAMPLE, SHAPES, SHAPE_NAMES, chosen } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Shape} Shape */
/** @typedef {ReturnType<typeof import("../lib/store.js").createStore<State>>} Store */
/** @typedef {{shape: Shape, node: HTMLElement, view: HTMLCanvasElement, picture: HTMLCanvasElement, width: number, url: string, art: any, font: any, variant: any}} Print */

/**
 * The stage: both shapes drawn at their natural size from one state, then shown with as many pixels as the screen has.
 * @param {Element} root
 * @param {{store: Store, fonts: ReturnType<typeof import("../editor/font.js").openFonts>}} deps
 */
export function mountStage(root, { store, fonts }) {
	/** @type {Print[]} */
	const prints = SHAPES.map((shape) => {
		const node = find(`[data-variant="${shape}"]`, root);
		return { shape, node, view: find("canvas", node), picture: document.createElement("canvas"), width: 0, url: "", art: null, font: null, variant: null };
	});
	/** @type {{url: string, art: HTMLImageElement | null}} */
	const overlay = { url: "", art: null };
	const paint = perFrame(() => prints.forEach((p) => p.width && draw(p)));
	const speak = debounce(() => set(find("#said"), { textContent: describe(store.get()) }), 700);

	/** @param {Print} p */
	function draw(p) {
		const s = store.get();
		if (!p.art || !p.variant) return;
		const logo = s.logo ? overlay.art : null;
		const fit = drawCoupon(p.picture, { image: p.art, variant: p.variant, code: s.code || SAMPLE, font: p.font, logo });
		if (p.width) showScaled(p.view, p.picture, p.width, 1);
		const error = misfits(fit) ? fit.sentence : "";
		change(store, p.shape, { px: misfits(fit) ? 0 : fit.size, error });
	}

	/** Fetches what a print needs; the old picture stays until the new one is there. @param {Print} p @param {Readonly<State>} s */
	async function load(p, s) {
		const variant = chosen(s)?.[p.shape] ?? null;
		if (!variant && p.variant && !chosen(s)) return; // the list is on its way, or the template went: keep what is there
		p.variant = variant;
		const wanted = (p.url = variant ? `${variant.url} ${variant.font}` : "");
		if (!variant) return change(store, p.shape, { art: chosen(s) ? "missing" : "loading", px: 0, error: "" });
		change(store, p.shape, { art: "loading" });
		try {
			const [art, font] = await Promise.all([picture(variant.url), fonts.font(variant.font)]);
			if (p.url !== wanted) return;
			Object.assign(p, { art, font });
			change(store, p.shape, { art: "ready" });
			light(root, art, font);
			paint();
		} catch {
			if (p.url === wanted) change(store, p.shape, { art: "broken" });
		}
	}

	/** @param {Readonly<State>} s */
	async function brand(s) {
		const url = s.brand.overlay?.url ?? "";
		if (overlay.url === url) return;
		Object.assign(overlay, { url, art: null });
		const art = url ? await picture(url).catch(() => null) : null;
		if (overlay.url === url) overlay.art = art;
		paint();
	}

	watchSize(prints, paint);
	for (const p of prints) find(".paper-word", p.node).addEventListener("click", () => load(p, store.get()));
	store.watch((s, before) => {
		if (s.templates !== before.templates || s.slug !== before.slug) prints.forEach((p) => load(p, s));
		if (s.brand !== before.brand) brand(s);
		if (s.slug !== before.slug || s.code !== before.code || s.logo !== before.logo) {
			paint();
			speak();
		}
		set(root, { data: { show: s.shape } });
		shape(root, prints, s);
		for (const p of prints) caption(p, s);
	});

	return {
		/** The finished picture of a shape as a PNG file. @param {Shape} shape @returns {Promise<Blob>} */
		png(shape) {
			const p = prints[SHAPES.indexOf(shape)];
			draw(p);
			return new Promise((done, fail) => p.picture.toBlob((blob) => (blob ? done(blob) : fail(new Error("The browser could not make the file."))), "image/png"));
		},
	};
}

/** Tells the style sheet how wide the prints are for their height. @param {any} root @param {Print[]} prints @param {Readonly<State>} s */
function shape(root, prints, s) {
	const template = chosen(s);
	if (!template) return;
	const ratios = prints.map((p) => {
		const { width, height } = template[p.shape] ?? (p.shape === "story" ? { width: 9, height: 16 } : { width: 1, height: 1 });
		p.node.style.setProperty("--ratio", String(width / height));
		return width / height;
	});
	const studio = root.parentElement;
	studio.style.setProperty("--ratios", String(ratios[0] + ratios[1]));
	studio.style.setProperty("--shown", String(ratios[SHAPES.indexOf(s.shape)]));
}

/** @param {Store} store @param {Shape} shape @param {Partial<State["prints"]["square"]>} patch */
function change(store, shape, patch) {
	const now = store.get().prints[shape];
	const next = { ...now, ...patch };
	if (next.art === now.art && next.px === now.px && next.error === now.error) return;
	store.set({ prints: { ...store.get().prints, [shape]: next } });
}

/** @param {string} url */
async function picture(url) {
	const image = new Image();
	image.src = url;
	await image.decode();
	return image;
}

/** The room takes its light from the picture, the code field its type. @param {Element} root @param {HTMLImageElement} art @param {any} font */
function light(root, art, font) {
	document.documentElement.style.setProperty("--code-font", `"${familyOf(font)}"`);
	/** @type {HTMLCanvasElement} */
	const glow = find(".glow", root);
	glow.getContext("2d")?.drawImage(art, 0, 0, glow.width, glow.height);
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
	const word = { loading: "", ready: "", missing: `“${template?.name}” has no ${SHAPE_NAMES[p.shape].toLowerCase()} picture.`, broken: "The picture could not be loaded. Try again" }[art];
	set(p.node, { data: { state: art } });
	set(find(".print-size", p.node), { textContent: variant ? `${variant.width} × ${variant.height}${px && s.code ? ` · code ${Math.round(px)} px` : ""}` : "" });
	set(find(".paper-word", p.node), { textContent: word, hidden: !word, disabled: art !== "broken" });
	set(p.view, { "aria-label": `${SHAPE_NAMES[p.shape]} picture${template ? `, ${template.name}, ${s.code ? `code ${s.code}` : "sample code"}` : ", loading"}` });
}

/** The preview in words, for those who cannot see it. @param {Readonly<State>} s */
function describe(s) {
	const template = chosen(s);
	if (!template) return "";
	const wrong = SHAPES.map((shape) => s.prints[shape].error).find(Boolean);
	return wrong ?? `Preview: ${template.name} with ${s.code ? `the code ${s.code}` : "a sample code"}.`;
}
