// @ts-check
// Geometry of the text box, in percent of the picture. Pure: no DOM, no state.

/**
 * @typedef {{leftPct:number, topPct:number, widthPct:number, heightPct:number, hAlign?:string, vAlign?:string}} Box
 * @typedef {{box:Box, guides:{x:number[], y:number[]}}} Snapped
 */

/** The smallest side a box may have, in percent. */
export const MIN_SIDE = 1;
const GRID = 20; // twentieths of a percent: finer than a pixel of a 1080 px picture, and short to read
const TARGETS = [100 / 3, 50, 200 / 3];

/** @param {number} v */
export const tidy = (v) => Math.round(v * GRID) / GRID;

/** @param {number} v @param {number} low @param {number} high */
const between = (v, low, high) => Math.min(Math.max(v, low), high);

/** @param {number} v without the dust of floating point */
const clean = (v) => Math.round(v * 1e6) / 1e6;

/**
 * clampBox brings any four numbers back into the picture; alignment and other keys are kept, and so is what an
 * imported box has behind the point.
 * @param {Box} b
 * @returns {Box}
 */
export function clampBox(b) {
	const widthPct = clean(between(b.widthPct, MIN_SIDE, 100));
	const heightPct = clean(between(b.heightPct, MIN_SIDE, 100));
	return {
		...b,
		widthPct,
		heightPct,
		leftPct: clean(between(b.leftPct, 0, 100 - widthPct)),
		topPct: clean(between(b.topPct, 0, 100 - heightPct)),
	};
}

/**
 * drawBox spans a box between two corners, whichever way the hand moved.
 * @param {Box} b keeps its alignment
 * @param {{x:number, y:number}} from
 * @param {{x:number, y:number}} to
 */
export function drawBox(b, from, to) {
	const x = [from.x, to.x].map((v) => tidy(between(v, 0, 100))).sort((p, q) => p - q);
	const y = [from.y, to.y].map((v) => tidy(between(v, 0, 100))).sort((p, q) => p - q);
	return clampBox({ ...b, leftPct: x[0], topPct: y[0], widthPct: x[1] - x[0], heightPct: y[1] - y[0] });
}

/** moved is a number after a step, on the grid unless it stayed. @param {number} v @param {number} by */
const moved = (v, by) => (by === 0 ? v : tidy(v + by));

/** @param {Box} b @param {number} dx @param {number} dy */
export function moveBox(b, dx, dy) {
	return clampBox({ ...b, leftPct: moved(b.leftPct, dx), topPct: moved(b.topPct, dy) });
}

/**
 * resizeBox moves the edges that a handle names ("n", "se" …); the opposite edge stays where it is.
 * @param {Box} b @param {string} handle @param {number} dx @param {number} dy
 */
export function resizeBox(b, handle, dx, dy) {
	let [x0, y0] = [b.leftPct, b.topPct];
	let [x1, y1] = [x0 + b.widthPct, y0 + b.heightPct];
	if (handle.includes("w")) x0 = between(moved(x0, dx), 0, x1 - MIN_SIDE);
	if (handle.includes("e")) x1 = between(moved(x1, dx), x0 + MIN_SIDE, 100);
	if (handle.includes("n")) y0 = between(moved(y0, dy), 0, y1 - MIN_SIDE);
	if (handle.includes("s")) y1 = between(moved(y1, dy), y0 + MIN_SIDE, 100);
	return clampBox({ ...b, leftPct: x0, topPct: y0, widthPct: x1 - x0, heightPct: y1 - y0 });
}

/** Steps of the arrow keys. */
const ARROWS = /** @type {Record<string, [number, number]>} */ ({
	ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});

/**
 * nudgeBox answers an arrow key: half a percent, Shift ten times that, Alt moves the right and bottom edge instead.
 * @param {Box} b @param {{key:string, shiftKey?:boolean, altKey?:boolean}} e
 * @returns {Box | null} null when the key is not an arrow
 */
export function nudgeBox(b, e) {
	const way = ARROWS[e.key];
	if (!way) return null;
	const step = e.shiftKey ? 5 : 0.5;
	return e.altKey ? resizeBox(b, "se", way[0] * step, way[1] * step) : moveBox(b, way[0] * step, way[1] * step);
}

/**
 * pull finds the smallest shift that brings one of the edges onto a target.
 * @param {number[]} edges @param {number} reach
 */
function pull(edges, reach) {
	let best = { shift: 0, at: NaN };
	let least = reach;
	for (const at of TARGETS) {
		for (const edge of edges) {
			if (Math.abs(at - edge) <= least) {
				least = Math.abs(at - edge);
				best = { shift: at - edge, at };
			}
		}
	}
	return best;
}

/**
 * snapBox pulls a moved or resized box onto the centre and the thirds of the picture.
 * @param {Box} b
 * @param {string} mode "move" or the name of a handle
 * @param {number} reachX how near counts as near, in percent of the width
 * @param {number} reachY the same of the height
 * @returns {Snapped}
 */
export function snapBox(b, mode, reachX, reachY) {
	const [x0, x1] = [b.leftPct, b.leftPct + b.widthPct];
	const [y0, y1] = [b.topPct, b.topPct + b.heightPct];
	const move = mode === "move";
	const xs = move ? [(x0 + x1) / 2, x0, x1] : mode.includes("w") ? [x0] : mode.includes("e") ? [x1] : [];
	const ys = move ? [(y0 + y1) / 2, y0, y1] : mode.includes("n") ? [y0] : mode.includes("s") ? [y1] : [];
	const [px, py] = [pull(xs, reachX), pull(ys, reachY)];
	const box = move ? moveBox(b, px.shift, py.shift) : resizeBox(b, mode, px.shift, py.shift);
	return { box, guides: { x: Number.isNaN(px.at) ? [] : [px.at], y: Number.isNaN(py.at) ? [] : [py.at] } };
}

/**
 * setSide answers a numeric field. A zero stays zero; what is no number leaves the box as it is.
 * @param {Box} b @param {"leftPct"|"topPct"|"widthPct"|"heightPct"} side @param {string} typed
 * @returns {Box | null} null when what was typed is not a number
 */
export function setSide(b, side, typed) {
	const text = typed.trim().replace(",", ".");
	const v = text === "" ? NaN : Number(text);
	return Number.isFinite(v) ? clampBox({ ...b, [side]: tidy(v) }) : null;
}

/** sameBox tells whether two boxes cover the same part of the picture. @param {Box} a @param {Box} b */
export function sameBox(a, b) {
	return a.leftPct === b.leftPct && a.topPct === b.topPct && a.widthPct === b.widthPct && a.heightPct === b.heightPct;
}
