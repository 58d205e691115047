// @ts-check

/** The shapes that a template may have today; the server takes any other name too. */
export const SHAPES = ["square", "story"];

const BOXES = /** @type {Record<string, any>} */ ({
	square: { leftPct: 12, topPct: 72, widthPct: 76, heightPct: 14 },
	story: { leftPct: 12, topPct: 66, widthPct: 76, heightPct: 9 },
});

/**
 * freshVariant is a variant just after its picture came: a wide box in the lower part, white letters.
 * @param {string} name @param {{art:string, url:string, thumb:string, width:number, height:number}} picture
 */
export function freshVariant(name, { art, url, thumb, width, height }) {
	return {
		name, art, url, thumb, width, height,
		box: { ...(BOXES[name] ?? BOXES.square), hAlign: "center", vAlign: "middle" },
		maxFontPx: 120, fontColor: "#FFFFFF", font: "inter-700", stroke: false, padPct: 2, logo: true,
	};
}
