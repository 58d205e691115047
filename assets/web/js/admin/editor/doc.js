// @ts-check
// The document of the editor: {name, variants, web, telegram}. Pure functions; nothing is changed in place.

/** @typedef {{name:string, variants:any[], web?:boolean, telegram?:boolean}} Doc */

/** What may be copied from one shape to another: everything but the picture. */
const LOOK = ["box", "maxFontPx", "fontColor", "font", "stroke", "padPct", "logo"];
const WORDS = /** @type {Record<string, string>} */ ({ box: "place", maxFontPx: "largest size", fontColor: "colour", font: "font", stroke: "outline", padPct: "padding", logo: "logo", art: "picture" });

/** docOf is the document of a published template. @param {any} t @returns {Doc} */
export const docOf = (t) => ({ name: t.name, variants: t.variants, web: t.web, telegram: t.telegram });

/** @param {Doc} doc @param {string} name */
export const variantOf = (doc, name) => doc.variants.find((v) => v.name === name);

/**
 * @param {Doc} doc @param {string} name @param {Record<string, any>} patch
 * @returns {Doc}
 */
export const editVariant = (doc, name, patch) => ({ ...doc, variants: doc.variants.map((v) => (v.name === name ? { ...v, ...patch } : v)) });

/** putVariant adds a shape or replaces it. @param {Doc} doc @param {any} variant @returns {Doc} */
export const putVariant = (doc, variant) =>
	variantOf(doc, variant.name) ? editVariant(doc, variant.name, variant) : { ...doc, variants: [...doc.variants, variant] };

/** @param {Doc} doc @param {string} name @returns {Doc} */
export const dropVariant = (doc, name) => ({ ...doc, variants: doc.variants.filter((v) => v.name !== name) });

/** copyLook gives a shape the settings of another one. @param {Doc} doc @param {string} from @param {string} to */
export function copyLook(doc, from, to) {
	const source = variantOf(doc, from);
	return source ? editVariant(doc, to, Object.fromEntries(LOOK.map((k) => [k, source[k]]))) : doc;
}

/** @param {unknown} a @param {unknown} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * differences names what two documents do not have in common, in words.
 * @param {Doc} a @param {Doc} b
 * @returns {string[]}
 */
export function differences(a, b) {
	const found = a.name === b.name ? [] : ["name"];
	for (const name of new Set([...a.variants, ...b.variants].map((v) => v.name))) {
		const [x, y] = [variantOf(a, name), variantOf(b, name)];
		if (!x || !y) found.push(`${name}: only on one side`);
		else found.push(...["art", ...LOOK].filter((k) => !same(tidyBox(x[k]), tidyBox(y[k]))).map((k) => `${name}: ${WORDS[k]}`));
	}
	return found;
}

/** Boxes are compared by their values, in whichever order they came. @param {any} v */
const tidyBox = (v) => (v && typeof v === "object" ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a.localeCompare(b))) : v);

/** sameDoc tells whether publishing would change nothing. @param {Doc} a @param {Doc} b */
export const sameDoc = (a, b) => differences(a, b).length === 0;
