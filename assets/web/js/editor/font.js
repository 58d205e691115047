// @ts-check
import { get } from "../lib/api.js";

/** @typedef {import("./fit.js").Font} Font */

/** The font of a variant that names none. */
export const DEFAULT_FONT = "inter-700";

/** The CSS family under which a shipped font is loaded: a name that no system has. @param {Font} font */
export const familyOf = (font) => `promo-${font.id}`;

/**
 * openFonts reads the table of metrics once and loads each font file once, when it is first needed.
 * @param {string} url of fonts.json
 */
export function openFonts(url) {
	/** @type {Promise<Map<string, Font>> | null} */
	let table = null;
	/** @type {Map<string, Promise<Font>>} */
	const loaded = new Map();

	function read() {
		table ??= get(url).then(
			(doc) => new Map(doc.fonts.map((/** @type {Font} */ f) => [f.id, f])),
			(err) => {
				table = null; // the next one asks again
				throw err;
			},
		);
		return table;
	}

	/** @param {string} id @returns {Promise<Font>} */
	async function load(id) {
		const font = (await read()).get(id);
		if (!font) throw new Error(`This template uses a font that is not here (${id}).`);
		const face = new FontFace(familyOf(font), `url("${font.url}")`, { style: "normal", weight: "400" });
		document.fonts.add(await face.load());
		return font;
	}

	return {
		/** All fonts, in the order they are offered. @returns {Promise<Font[]>} */
		list: async () => [...(await read()).values()],

		/**
		 * The metrics of a font whose file is loaded, ready to draw with; a failed load may be tried again.
		 * @param {string} [id] @returns {Promise<Font>}
		 */
		font(id) {
			const key = id || DEFAULT_FONT;
			let font = loaded.get(key);
			if (!font) {
				font = load(key);
				font.catch(() => loaded.delete(key));
				loaded.set(key, font);
			}
			return font;
		},
	};
}
