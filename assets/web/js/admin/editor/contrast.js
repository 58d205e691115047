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

/** How finely the picture under the box is looked at, each way. */
const GRID = 48;

/**
 * contrastOn is how well a colour stands out from the pixels of a box: the contrast that nine tenths of it reach.
 * They are looked at in the middles of a grid of 48 x 48 cells; with the outline a point counts with the better of
 * two ratios, on the picture and on the picture under 75 % black.
 * @param {{data:ArrayLike<number>, width:number, height:number}} pixels RGBA, opaque: the whole box at natural size
 * @param {string} hex @param {boolean} stroke
 */
export function contrastOn({ data, width, height }, hex, stroke) {
	const rgb = parseHex(hex);
	if (!rgb || width <= 0 || height <= 0) return 1;
	const ink = luminance(rgb);
	const all = [];
	for (let i = 0; i < GRID; i++) {
		for (let k = 0; k < GRID; k++) {
			const x = Math.floor(((2 * k + 1) * width) / (2 * GRID));
			const y = Math.floor(((2 * i + 1) * height) / (2 * GRID));
			const at = 4 * (y * width + x);
			const plain = ratio(ink, luminance(data, at));
			const dark = stroke ? ratio(ink, luminance([data[at] >> 2, data[at + 1] >> 2, data[at + 2] >> 2])) : 0;
			all.push(Math.max(plain, dark));
		}
	}
	all.sort((a, b) => a - b);
	return all[Math.floor(all.length / 10)];
}

/**
 * verdict puts a contrast into words: 3 is good for large letters, below 1.5 nobody can read them (render/lint.go).
 * @param {number} r
 * @returns {{tone:"ok"|"warn"|"bad", word:string}}
 */
export function verdict(r) {
	if (r >= 3) return { tone: "ok", word: "Reads well" };
	if (r >= 1.5) return { tone: "warn", word: "Stands out too little" };
	return { tone: "bad", word: "Cannot be read" };
}
