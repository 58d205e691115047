// @ts-check
// How well a colour reads on the real pixels of the picture. Pure, and the same sums as render/lint.go.

/** @param {string} hex "#RRGGBB" or "#RGB" @returns {[number, number, number] | null} */
export function parseHex(hex) {
	const m = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(hex.trim());
	if (!m) return null;
	const full = m[1].length === 3 ? [...m[1]].map((c) => c + c).join("") : m[1];
	return /** @type {[number, number, number]} */ ([0, 2, 4].map((i) => parseInt(full.slice(i, i + 2), 16)));
}

/** hexOf is the colour as the server keeps it, "" when it is none. @param {string} typed */
export function hexOf(typed) {
	const rgb = parseHex(typed);
	return rgb ? `#${rgb.map((c) => c.toString(16).padStart(2, "0")).join("").toUpperCase()}` : "";
}

/** @param {number} c 0–255 */
const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);

/** luminance is the relative luminance of WCAG 2. @param {ArrayLike<number>} rgb @param {number} [at] */
export const luminance = (rgb, at = 0) => 0.2126 * linear(rgb[at]) + 0.7152 * linear(rgb[at + 1]) + 0.0722 * linear(rgb[at + 2]);

/** ratio is the contrast of two luminances, 1 to 21. @param {number} a @param {number} b */
export const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/**
 * contrastOn is the contrast of a colour with the pixels under it: what the worst tenth of them still has.
 * @param {ArrayLike<number>} pixels RGBA
 * @param {string} hex
 */
export function contrastOn(pixels, hex) {
	const rgb = parseHex(hex);
	if (!rgb || pixels.length < 4) return NaN;
	const ink = luminance(rgb);
	const all = [];
	for (let i = 0; i + 3 < pixels.length; i += 4) all.push(ratio(ink, luminance(pixels, i)));
	all.sort((a, b) => a - b);
	return all[Math.floor(all.length / 10)];
}

/**
 * verdict puts a contrast into words. Codes are large text: 3 is the least, 4.5 is good.
 * @param {number} r
 * @returns {{tone:"ok"|"warn"|"bad", word:string}}
 */
export function verdict(r) {
	if (r >= 4.5) return { tone: "ok", word: "Reads well" };
	if (r >= 3) return { tone: "warn", word: "Just readable" };
	return { tone: "bad", word: "Hard to read" };
}
