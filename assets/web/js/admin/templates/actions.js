// @ts-check
import { plural } from "../frame/format.js";
import { takeBack } from "./pick.js";

/** @typedef {import("./pick.js").Row} Row */

const PLACES = /** @type {Record<string, string>} */ ({ web: "the web app", telegram: "Telegram" });

/** @param {Row[]} rows */
const named = (rows) => (rows.length === 1 ? `“${rows[0].name}”` : plural(rows.length, "template"));

/**
 * What can be done to templates from the list: at once, each with a way back.
 * @param {{server:any, say:any, changed:() => void}} deps changed is called when the list should be read again
 */
export function templateActions({ server, say, changed }) {
	/**
	 * Shows or hides templates. The caller has drawn the change already; what is thrown tells it to draw it back.
	 * @param {Row[]} rows as they were before
	 * @param {"web"|"telegram"} channel
	 * @param {boolean} on
	 */
	async function show(rows, channel, on) {
		await server.post("/api/panel/templates/switches", { slugs: rows.map((t) => t.slug), [channel]: on });
		say.done(`${named(rows)} ${on ? "shown in" : "hidden from"} ${PLACES[channel]}.`, {
			undone: "Visibility is as it was.",
			undo: async () => {
				for (const step of takeBack(rows, [channel])) await server.post("/api/panel/templates/switches", step);
				changed();
			},
		});
	}

	/**
	 * Deletes templates; they can be had back for 30 days. What was never published is only a draft, and is dropped.
	 * @param {Row[]} rows
	 */
	async function remove(rows) {
		const slugs = rows.filter((t) => t.version > 0).map((t) => t.slug);
		const sketches = rows.filter((t) => t.version === 0);
		try {
			const bodies = await Promise.all(sketches.map(async (t) => ({ slug: t.slug, ...(await server.get(`/api/panel/template/${t.slug}`)).draft.body })));
			for (const t of sketches) await server.del(`/api/panel/template/${t.slug}/draft`);
			if (slugs.length > 0) await server.post("/api/panel/templates/delete", { slugs });
			say.done(`Deleted ${named(rows)}.`, {
				undone: `${named(rows)} ${rows.length === 1 ? "is" : "are"} back.`,
				undo: async () => {
					if (slugs.length > 0) await server.post("/api/panel/templates/restore", { slugs });
					for (const body of bodies) await server.post("/api/panel/templates", body);
					changed();
				},
			});
		} catch (err) {
			say.bad(err);
		}
		changed();
	}

	/** @param {Row[]} rows */
	async function restore(rows) {
		const slugs = rows.map((t) => t.slug);
		try {
			await server.post("/api/panel/templates/restore", { slugs });
			say.done(`${named(rows)} ${rows.length === 1 ? "is" : "are"} back.`, {
				undone: "Deleted again.",
				undo: async () => {
					await server.post("/api/panel/templates/delete", { slugs });
					changed();
				},
			});
		} catch (err) {
			say.bad(err);
		}
		changed();
	}

	return { show, remove, restore };
}
