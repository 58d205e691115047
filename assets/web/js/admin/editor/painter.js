// @ts-check
import { drawCoupon, showScaled } from "../../editor/draw.js";
import { openFonts } from "../../editor/font.js";

/** @typedef {{image:HTMLImageElement, font:import("../../editor/fit.js").Font, logo:HTMLImageElement | null}} Parts what a variant is drawn with */

/**
 * The panel's painter: the code of the public page, with its pictures and fonts at hand.
 * @param {{fonts:string, logo:string}} o addresses of the table of fonts and of the brand's logo
 */
export function makePainter({ fonts: table, logo }) {
	const fonts = openFonts(table);
	/** @type {Map<string, Promise<HTMLImageElement>>} */
	const images = new Map();
	/** @type {Map<string, Parts>} */
	const ready = new Map();

	/** @param {string} url */
	function image(url) {
		let found = images.get(url);
		if (!found) {
			const img = new Image();
			img.src = url;
			found = img.decode().then(
				() => img,
				() => {
					images.delete(url);
					throw new Error("The picture could not be loaded. Check your connection, then try again.");
				},
			);
			images.set(url, found);
		}
		return found;
	}

	/** @param {any} v */
	const key = (v) => `${v.url} ${v.font}`;

	/** parts loads what a variant needs. @param {any} v @returns {Promise<Parts>} */
	async function parts(v) {
		const [picture, font, mark] = await Promise.all([image(v.url), fonts.font(v.font), image(logo).catch(() => null)]);
		const all = { image: picture, font, logo: mark };
		ready.set(key(v), all);
		return all;
	}

	/**
	 * draw paints a code on a variant at its natural size; null when its parts are still on their way.
	 * @param {HTMLCanvasElement} canvas @param {any} v @param {string} code
	 */
	function draw(canvas, v, code) {
		const have = ready.get(key(v));
		return have ? drawCoupon(canvas, { ...have, variant: v, code }) : null;
	}

	/**
	 * show paints a whole variant into a canvas on the page, once, at this CSS width.
	 * @param {HTMLCanvasElement} canvas @param {any} v @param {string} code @param {number} width
	 */
	async function show(canvas, v, code, width) {
		canvas.style.setProperty("inline-size", `${width}px`);
		canvas.style.setProperty("aspect-ratio", `${v.width} / ${v.height}`);
		await parts(v);
		const full = document.createElement("canvas");
		draw(full, v, code);
		showScaled(canvas, full, width);
	}

	return { parts, draw, show, list: fonts.list, font: fonts.font };
}
