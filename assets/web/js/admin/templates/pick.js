// @ts-check
// Which templates are listed, and in which order. Pure.

/** @typedef {{slug:string, name:string, version:number, web:boolean, telegram:boolean, position:number, updated_at:string, draft:any, warnings:number, variants:any[], deleted_at?:string}} Row */

export const SORTS = /** @type {Record<string, string>} */ ({ changed: "Last change", name: "Name", gallery: "Gallery order" });
export const SHOWS = /** @type {Record<string, string>} */ ({ all: "All", draft: "With a draft", hidden: "Hidden", warnings: "With warnings" });

/** changedAt is when a template or its draft was last touched. @param {Row} t */
export const changedAt = (t) => (t.draft && t.draft.updated_at > t.updated_at ? t.draft.updated_at : t.updated_at);

const WANTED = /** @type {Record<string, (t: Row) => boolean>} */ ({
	draft: (t) => t.draft !== null,
	hidden: (t) => t.version > 0 && !(t.web && t.telegram),
	warnings: (t) => t.warnings > 0,
});

const ORDERS = /** @type {Record<string, (a: Row, b: Row) => number>} */ ({
	changed: (a, b) => changedAt(b).localeCompare(changedAt(a)),
	name: (a, b) => a.name.localeCompare(b.name, "en", { numeric: true, sensitivity: "base" }),
	gallery: (a, b) => a.position - b.position || a.name.localeCompare(b.name),
});

/**
 * @param {Row[]} rows
 * @param {{q?:string, sort?:string, show?:string}} o
 */
export function pick(rows, { q = "", sort = "changed", show = "all" }) {
	const words = q.toLowerCase().split(/\s+/).filter(Boolean);
	const wanted = WANTED[show] ?? (() => true);
	return rows
		.filter((t) => wanted(t) && words.every((w) => `${t.name} ${t.slug}`.toLowerCase().includes(w)))
		.sort(ORDERS[sort] ?? ORDERS.changed);
}

/** shapeName is what people call a variant. @param {string} name */
export const shapeName = (name) => ({ square: "Square", story: "Portrait" })[name] ?? name.charAt(0).toUpperCase() + name.slice(1);

/** slugOf makes an address of a name, as the server would. @param {string} name */
export const slugOf = (name) =>
	name
		.normalize("NFKD")
		.replace(/\p{M}/gu, "")
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-+|-+$/g, "")
		.slice(0, 64)
		.replace(/-+$/, "");

/**
 * takeBack groups what must be said to the server to give every template its old switches again.
 * @param {Row[]} before
 * @param {string[]} channels "web", "telegram"
 */
export function takeBack(before, channels) {
	return channels.flatMap((channel) =>
		[true, false].map((on) => ({ slugs: before.filter((t) => /** @type {any} */ (t)[channel] === on).map((t) => t.slug), [channel]: on })).filter((c) => c.slugs.length > 0),
	);
}
