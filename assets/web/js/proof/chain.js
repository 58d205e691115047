// @ts-check
import { sha256 } from "../lib/sha256.js";

/** @typedef {{seq:number, body:string, hash:string}} Entry what the server sends; kind, signal and at stand in body too */

/**
 * The hash of an entry: SHA-256 of the hash before, a line feed and the body.
 * @param {string} before @param {string} body
 */
export const entryHash = (before, body) => sha256(`${before}\n${body}`);

/**
 * The number of the first entry that does not fit, 0 when all do.
 * @param {Entry[]} entries oldest first
 */
export function verify(entries) {
	let before = "";
	for (const [i, e] of entries.entries()) {
		if (e.seq !== i + 1 || entryHash(before, e.body) !== e.hash) return i + 1;
		before = e.hash;
	}
	return 0;
}

/**
 * The entry that ended with a root posted earlier, 0 when none did. A root may be given by its first 8 digits or more.
 * @param {Entry[]} entries @param {string} root
 */
export function findRoot(entries, root) {
	const start = root.trim().toLowerCase();
	if (!/^[0-9a-f]{8,64}$/.test(start)) return -1;
	return entries.find((e) => e.hash.startsWith(start))?.seq ?? 0;
}

/**
 * The facts that were hashed; null when they cannot be read, so that nothing but them is ever shown.
 * @param {Entry} entry
 * @returns {any}
 */
export function facts(entry) {
	try {
		const said = JSON.parse(entry.body);
		return said && typeof said === "object" ? said : null;
	} catch {
		return null;
	}
}

/**
 * Counts outcomes as the channel and the panel do: win rate = won / (won + lost).
 * @param {Entry[]} entries
 */
export function tally(entries) {
	const n = { signals: 0, missed: 0, won: 0, lost: 0, expired: 0, points: 0 };
	for (const said of entries.map(facts)) {
		if (said?.kind === "signal") n[said.status === "missed" ? "missed" : "signals"]++;
		if (said?.kind !== "outcome" || !(said.status in n)) continue;
		n[/** @type {"won"} */ (said.status)]++;
		n.points += Number(said.points);
	}
	const decided = n.won + n.lost;
	return { ...n, rate: decided === 0 ? null : (100 * n.won) / decided };
}
