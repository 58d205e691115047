// @ts-check

/** @typedef {{url: string, thumb?: string, width: number, height: number, box: object, maxFontPx: number, fontColor: string, font: string, stroke?: boolean, padPct?: number, logo?: boolean}} Variant */
/** @typedef {{slug: string, name: string, version: number, square?: Variant, story?: Variant}} Template */
/** @typedef {"square" | "story"} Shape */

/**
 * What is known about the code in the field.
 * @typedef {object} Verdict
 * @property {"none" | "checking" | "valid" | "invalid" | "expired" | "exhausted" | "unknown"} status
 * @property {boolean} passed a picture may be made
 * @property {string} message the server's sentence
 * @property {string} discount "30 %" or ""
 * @property {string} ends RFC 3339 or ""
 * @property {string} ticket for counting; "" when there is none
 * @property {number} at ms since the epoch
 */

/**
 * @typedef {object} Print what the stage knows about one shape
 * @property {"loading" | "ready" | "broken" | "missing"} art
 * @property {number} px size of the code as drawn, 0 when it is not drawn
 * @property {string} error why the code cannot be drawn
 */

/** @type {Shape[]} */
export const SHAPES = ["square", "story"];

/** What a person calls a shape. @type {Record<Shape, string>} */
export const SHAPE_NAMES = { square: "Square", story: "Portrait" };

/** What stands in the pictures until there is a code. */
export const SAMPLE = "SAMPLE";

/** @type {Verdict} */
export const NO_VERDICT = Object.freeze({ status: "none", passed: false, message: "", discount: "", ends: "", ticket: "", at: 0 });

/** @type {Print} */
const NO_PRINT = Object.freeze({ art: "loading", px: 0, error: "" });

/** The page before anything is known. */
export const initial = {
	/** @type {"loading" | "ready" | "error"} */
	list: "loading",
	/** why the list could not be had, or "" */
	listError: "",
	/** @type {Template[]} */
	templates: [],
	/** @type {{name?: string, accent?: string, overlay?: {url: string} | null}} */
	brand: {},
	/** slug of what is offered when the chosen template is gone */
	offer: "",
	slug: "",
	/** the slug is what this browser made last, not what somebody linked to or chose */
	remembered: false,
	code: "",
	/** @type {Shape} */
	shape: "square",
	logo: true,
	verdict: NO_VERDICT,
	/** @type {Record<Shape, Print>} */
	prints: { square: NO_PRINT, story: NO_PRINT },
};

/** @typedef {typeof initial} State */

/** @param {Readonly<State>} s @returns {Template | null} the chosen template, if it is offered */
export const chosen = (s) => s.templates.find((t) => t.slug === s.slug) ?? null;

/** True when the chosen template is not offered (any more). @param {Readonly<State>} s */
export const isGone = (s) => s.list === "ready" && s.templates.length > 0 && s.slug !== "" && !chosen(s);

/** The template to offer in place of one that went: what came after it, or the first. @param {Template[]} before @param {Template[]} now @param {string} slug */
export function nextAfter(before, now, slug) {
	const later = before.slice(before.findIndex((t) => t.slug === slug) + 1);
	return now.find((t) => later.some((l) => l.slug === t.slug)) ?? now[0] ?? null;
}

/**
 * Why a shape cannot be taken away now: a sentence, or "" when it can.
 * @param {Readonly<State>} s
 * @param {Shape} shape
 */
export function blocker(s, shape) {
	const template = chosen(s);
	if (s.list === "loading") return "The templates are loading.";
	if (!template) return s.templates.length ? "Pick a template first." : "There is no template to print on.";
	if (!template[shape]) return `“${template.name}” has no ${SHAPE_NAMES[shape].toLowerCase()} picture. Pick another template for it.`;
	if (!s.code) return "Type your code first.";
	const print = s.prints[shape];
	if (print.error) return print.error;
	if (!s.verdict.passed) return REASONS[s.verdict.status] ?? "Type your code first.";
	if (print.art === "broken") return "The picture could not be loaded.";
	if (print.art !== "ready") return "The picture is loading.";
	return "";
}

/**
 * What to know of a picture that can be taken away, but perhaps should not: a code too small to be read on a phone.
 * @param {Readonly<State>} s
 * @param {Shape} shape
 */
export function caution(s, shape) {
	const width = chosen(s)?.[shape]?.width ?? 0;
	const { px } = s.prints[shape];
	if (!s.code || !px || (px * 1080) / width >= SMALL) return "";
	return `At ${Math.round(px)} px the code will be hard to read. A shorter code prints larger.`;
}

const SMALL = 28; // px on a picture 1080 wide

/** @type {Partial<Record<Verdict["status"], string>>} */
const REASONS = {
	checking: "Checking the code…",
	invalid: "This code is not valid.",
	expired: "This code has expired.",
	exhausted: "This code is used up.",
	unknown: "This code could not be checked yet.",
};

/** The name of a downloaded file. @param {string} code @param {Shape} shape */
export const fileName = (code, shape) => `${code}-${shape}.png`;

/** What a shape measures when a template lacks it. @type {Record<Shape, {width: number, height: number}>} */
const USUAL = { square: { width: 1, height: 1 }, story: { width: 9, height: 16 } };

/** Width by height of each shape of a template. @param {Template | null} template */
export const ratios = (template) => SHAPES.map((shape) => template?.[shape] ?? USUAL[shape]).map(({ width, height }) => width / height);

/** The preview in words, for those who cannot see it. @param {Readonly<State>} s */
export function describe(s) {
	const template = chosen(s);
	if (!template) return "";
	const wrong = SHAPES.map((shape) => s.prints[shape].error).find(Boolean);
	return wrong ?? `Preview: ${template.name} with ${s.code ? `the code ${s.code}` : "a sample code"}.`;
}
