// @ts-check
// Where a code goes on a picture: the same integer arithmetic as render/fit.go, on the same table of metrics.
// Every product stays far below 2^52, so Math.floor(a / b) is the exact quotient. Pure: no DOM, no state.

/**
 * @typedef {{id: string, name: string, file: string, url: string, upem: number, cap: number,
 *   adv: Record<string, number>, kern: Record<string, number>}} Font metrics in font units, made by the server
 * @typedef {{leftPct: number, topPct: number, widthPct: number, heightPct: number, hAlign?: string, vAlign?: string}} Box
 * @typedef {{width: number, height: number, box: Box, maxFontPx?: number, fontColor?: string, font?: string,
 *   stroke?: boolean, padPct?: number, logo?: boolean}} Variant
 * @typedef {{x: number, y: number, w: number, h: number}} PixelBox whole pixels of the natural picture
 * @typedef {{maxPx?: number, padPx?: number, hAlign?: string, vAlign?: string}} Rule
 * @typedef {{quarters: number, size: number, x: number, y: number, units: number}} Fit quarters: size in quarter
 *   pixels; x, y: left end of the baseline, whole pixels
 * @typedef {{field: string, sentence: string}} Misfit what a person has to know when it does not fit
 */

/** The smallest and the largest size of a code, px. */
export const MIN_PX = 12;
export const MAX_PX = 240;

/** True when it is a sentence instead of a place. @param {Fit | Misfit} fit @returns {fit is Misfit} */
export const misfits = (fit) => "sentence" in fit;

/**
 * fitText finds the largest size at which the text stands inside the box.
 * @param {Font} font @param {string} text @param {PixelBox} box @param {Rule} rule
 * @returns {Fit | Misfit}
 */
export function fitText(font, text, box, rule) {
	const units = textUnits(font, text);
	if (typeof units !== "number") return units;
	const pad = rule.padPx ?? 0;
	const { x, y, w, h } = { ...box, x: box.x + pad, w: box.w - 2 * pad };
	if (w <= 0 || h <= 0) {
		return { field: "box", sentence: "The box for the code has no room in it: make it larger or its padding smaller." };
	}
	const wanted = rule.maxPx ?? 0;
	const largest = wanted <= 0 || wanted > MAX_PX ? MAX_PX : wanted;
	const byWidth = Math.floor((4 * w * font.upem) / units);
	const byHeight = Math.floor((4 * h * font.upem) / font.cap);
	const quarters = Math.min(byWidth, byHeight, 4 * Math.max(largest, MIN_PX));
	if (quarters < 4 * MIN_PX) return tooLong(text, byHeight);
	const em = 4 * font.upem; // a pixel in the units of the products below
	const free = w * em - quarters * units;
	const rise = quarters * font.cap;
	return { quarters, size: quarters / 4, units, x: x + across(rule.hAlign, free, em), y: y + down(rule.vAlign, h, rise, em) };
}

/** @param {string | undefined} align @param {number} free @param {number} em */
function across(align, free, em) {
	if (align === "left") return 0;
	return Math.floor(((align === "right" ? 2 * free : free) + em) / (2 * em));
}

/** @param {string | undefined} align @param {number} h @param {number} rise @param {number} em */
function down(align, h, rise, em) {
	if (align === "bottom") return h;
	return Math.floor((align === "top" ? 2 * rise + em : h * em + rise + em) / (2 * em));
}

/** @param {string} text @param {number} byHeight @returns {Misfit} */
function tooLong(text, byHeight) {
	if (byHeight < 4 * MIN_PX) {
		return { field: "box", sentence: "The box for the code is too low for a readable text: make it higher." };
	}
	return {
		field: "coupon_code",
		sentence: `The code ${text} is too long for this template: at the smallest readable size it does not fit its box.`,
	};
}

/**
 * textUnits is the advance width of the text in font units, kerning included.
 * @param {Font} font @param {string} text
 * @returns {number | Misfit}
 */
export function textUnits(font, text) {
	let units = 0;
	let before = "";
	for (const c of text) {
		const advance = Object.hasOwn(font.adv, c) ? font.adv[c] : undefined;
		if (advance === undefined) {
			return { field: "coupon_code", sentence: `The font ${font.name} has no character “${c}” for this code.` };
		}
		units += advance + (font.kern[before + c] ?? 0);
		before = c;
	}
	if (units <= 0) return { field: "coupon_code", sentence: "Type a coupon code." };
	return units;
}

/**
 * variantFit is fitText for a code on a variant.
 * @param {Font} font the variant's font @param {Variant} variant @param {string} code
 * @returns {Fit | Misfit}
 */
export function variantFit(font, variant, code) {
	const box = boxPixels(variant.box, variant.width, variant.height);
	if ("sentence" in box) return box;
	const { hAlign, vAlign } = variant.box;
	return fitText(font, code, box, { maxPx: variant.maxFontPx, padPx: padPixels(box.w, variant.padPct ?? 0), hAlign, vAlign });
}

/**
 * boxPixels is a percent box in pixels: each of its four numbers rounded half up, then cut to the picture.
 * @param {Box} box @param {number} width @param {number} height
 * @returns {PixelBox | Misfit}
 */
export function boxPixels(box, width, height) {
	for (const pct of [box.leftPct, box.topPct, box.widthPct, box.heightPct]) {
		if (!(Math.abs(pct) <= 1000)) {
			return { field: "box", sentence: "The box for the code needs numbers from 0 to 100 percent." };
		}
	}
	const [x, w] = span(percent(width, box.leftPct), percent(width, box.widthPct), width);
	const [y, h] = span(percent(height, box.topPct), percent(height, box.heightPct), height);
	return { x, y, w, h };
}

/** @param {number} whole @param {number} pct */
const percent = (whole, pct) => Math.floor((whole * pct) / 100 + 0.5);

/** padPixels is the padding of one side, rounded down. @param {number} boxWidth @param {number} pct */
export const padPixels = (boxWidth, pct) => (pct > 0 && pct <= 100 ? Math.floor((boxWidth * pct) / 100) : 0);

/** Cuts the stretch of size from start to what lies between 0 and whole. @param {number} start @param {number} size @param {number} whole */
function span(start, size, whole) {
	const end = Math.min(start + size, whole);
	const from = Math.max(start, 0);
	return [from, Math.max(end - from, 0)];
}
