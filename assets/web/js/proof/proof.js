// @ts-check
import { get } from "../lib/api.js";
import { el, fill, icon } from "../lib/dom.js";
import { tally, verify } from "./chain.js";
import { mountRecord } from "./record.js";
import { mountRoot } from "./root.js";
import { count } from "./words.js";

/**
 * Loads the record, checks it and says plainly what came out.
 * @param {{verdict:HTMLElement, record:HTMLElement}} parts
 */
export async function mountProof({ verdict, record }) {
	fill(verdict, el("div", { class: "body verdict-line" }, icon("clock"), el("p", {}, "Loading and checking the record …")));
	/** @type {any} */
	let data;
	try {
		data = await get("/proof/record.json", { timeout: 120_000 });
	} catch (err) {
		return fill(verdict, failed(err, () => mountProof({ verdict, record })));
	}
	const entries = data.entries;
	if (entries.length === 0) {
		fill(verdict, el("div", { class: "body verdict-line" }, icon("clock"), el("div", {}, el("h2", {}, "Nothing is recorded yet"), el("p", {}, "The first signal appears here four hours after it was decided, or as soon as it ends."))));
		return fill(record);
	}
	const began = performance.now();
	const broken = verify(entries);
	document.documentElement.dataset.checked = `${entries.length} entries, ${Math.round(performance.now() - began)} ms`;
	fill(verdict, said(entries, broken, data.root), broken === 0 && figures(entries), mountRoot(entries, broken));
	mountRecord(record, { entries, broken });
}

/** @param {any[]} entries @param {number} broken @param {string} root */
function said(entries, broken, root) {
	const whole = broken === 0 && root === entries[entries.length - 1].hash;
	const words = broken > 0
		? [el("h2", {}, `Entry ${count(broken)} does not fit: the record was altered there`), el("p", {}, broken === 1 ? "No entry can be trusted." : `The ${count(broken - 1)} before it fit. That one and what comes after it cannot be trusted.`)]
		: whole
			? [el("h2", {}, entries.length === 1 ? "The one entry fits" : `All ${count(entries.length)} entries fit`), el("p", {}, "Checked in this browser just now. Nothing in the chain was changed, taken out or put in between.")]
			: [el("h2", {}, "The last fingerprint is not the one that is claimed"), el("p", {}, "The entries fit each other, but some at the end are missing or were added.")];
	return el("div", { class: "body verdict-line", data: { tone: whole ? "ok" : "bad", testid: "verdict" } },
		icon(whole ? "check" : "alert"),
		el("div", {}, words, el("p", { class: "root" }, el("span", { class: "label" }, "Last fingerprint (root)"), el("code", { data: { testid: "root" } }, entries[entries.length - 1].hash))),
		el("a", { class: "button", href: "/proof/record.json?download", download: "signal-record.json" }, icon("down"), "Download the record"));
}

/** @param {any[]} entries */
function figures(entries) {
	const n = tally(entries);
	const points = `${n.points > 0 ? "+" : n.points < 0 ? "−" : ""}${Math.abs(n.points).toFixed(2)}`;
	const rows = [["Signals", count(n.signals)], ["Won", count(n.won)], ["Lost", count(n.lost)], ["Expired", count(n.expired)], ["Win rate", n.rate === null ? "–" : `${n.rate.toFixed(1)} %`, "won of won and lost; expired stand apart"], ["Points", points, "all results together, after the spread"]];
	return el("dl", { class: "figures" }, rows.map(([name, value, hint]) => el("div", {}, el("dt", {}, name), el("dd", {}, value, hint && el("small", {}, hint)))));
}

/** @param {any} err @param {() => void} again */
function failed(err, again) {
	return el("div", { class: "body verdict-line", data: { tone: "bad" }, role: "alert" }, icon("alert"),
		el("div", {}, el("h2", {}, "The record could not be loaded"), el("p", {}, err instanceof Error ? err.message : "Try again in a moment.")),
		el("button", { type: "button", class: "button", onclick: again }, "Try again"));
}
