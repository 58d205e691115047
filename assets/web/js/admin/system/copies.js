// @ts-check
import { el, fill } from "../../lib/dom.js";
import { ago, moment, plural, size } from "../frame/format.js";

const TONE = /** @type {Record<string, string>} */ ({ ok: "ok", off: "info", FAIL: "bad" });

/** badge is a word in a colour. @param {string} tone @param {string} text */
const badge = (tone, text) => el("span", { class: "badge", data: { tone } }, text);

/**
 * rows is what is said about the copies: title, state and sentence of each.
 * @param {any} d the answer of GET /api/panel/replica
 * @returns {{title:string, tone:string, state:string, text:string}[]}
 */
export function rows(d) {
	const { replica, files, drill } = d;
	const list = [];
	if (!replica.on) list.push({ title: "Database replica", tone: "warn", state: "Off", text: `Not replicated: ${replica.why}.` });
	else {
		const last = replica.last_sync ? `complete ${ago(replica.last_sync)}` : "not complete since the start";
		list.push({ title: "Database replica", tone: replica.late ? "bad" : "ok", state: replica.late ? `${Math.round(replica.lag_seconds)} s behind` : "Up to date", text: `${replica.where}, ${last}.` });
	}
	const waiting = files.waiting === 0 ? "" : ` ${plural(files.waiting, "file")} not replicated yet; sent by itself.`;
	if (!files.on) list.push({ title: "Files", tone: "info", state: "On this disk", text: `Kept as ${files.where}.` });
	else list.push({ title: "Files", tone: files.up ? "ok" : "bad", state: files.up ? "In the bucket" : "Storage does not answer", text: `Kept in ${files.where}.${waiting}` });
	if (drill) list.push({ title: "Restore drill", tone: drill.ok ? "ok" : "bad", state: drill.ok ? "Passed" : "Failed", text: `${drill.sentence} ${moment(drill.at)}${drill.ok ? `, ${size(drill.bytes)} in ${(drill.millis / 1000).toFixed(1)} s` : ""}.` });
	else if (replica.on) list.push({ title: "Restore drill", tone: "info", state: "None yet", text: "Every night the replica is restored into a file that is thrown away." });
	return list;
}

/**
 * draw shows the copies, and the way to download one.
 * @param {HTMLElement} body @param {any} d
 */
export function draw(body, d) {
	const lines = rows(d).map((r) => el("li", {}, el("div", { class: "grow" }, el("strong", {}, r.title, badge(r.tone, r.state)), el("small", {}, r.text))));
	const download = el(
		"form",
		{ method: "post", action: "/api/panel/backup", enctype: "multipart/form-data", class: "body" },
		el("button", { type: "submit", class: "button" }, "Download backup"),
		el("p", { class: "hint" }, "A checked copy of the whole database. Keep it where strangers cannot read it."),
	);
	fill(body, el("ul", { class: "lines" }, lines), d.backup && download);
}

/**
 * doctor is the list of checks; each can be done again alone.
 * @param {HTMLElement} body
 * @param {any} server
 */
export function doctor(body, server) {
	/** @type {any[]} */
	let checks = [];
	let busy = "";

	/** look checks one part, or all. @param {string} part */
	async function look(part) {
		busy = part || "all";
		show();
		try {
			const answer = await server.post("/api/panel/doctor", { part });
			checks = part ? checks.map((c) => answer.checks.find((/** @type {any} */ a) => a.part === c.part) ?? c) : answer.checks;
			busy = "";
			show();
			const again = /** @type {HTMLElement | null} */ (body.querySelector(`[data-part="${CSS.escape(part)}"]`));
			again?.focus();
		} catch (err) {
			busy = "";
			show(err instanceof Error ? err.message : String(err));
		}
	}

	/** @param {string} [trouble] */
	function show(trouble) {
		const lines = checks.map((c) =>
			el(
				"li",
				{},
				el("div", { class: "grow" }, el("strong", {}, c.part, badge(TONE[c.status] ?? "info", c.status === "FAIL" ? "Failed" : c.status === "ok" ? "OK" : "Off")), el("small", {}, c.do ? `${c.why} ${c.do}` : c.why)),
				el("button", { type: "button", class: "button", data: { part: c.part }, disabled: busy !== "", "aria-label": `Test: ${c.part}`, onclick: () => look(c.part) }, busy === c.part ? "Testing…" : "Test"),
			),
		);
		fill(
			body,
			trouble && el("p", { class: "body", role: "alert" }, trouble),
			checks.length > 0 ? el("ul", { class: "lines", "aria-live": "polite" }, lines) : el("p", { class: "hint body" }, "Looks at every part: disk, database, bucket, replica, bots, coupons, clock."),
			el("p", { class: "body" }, el("button", { type: "button", class: "button", data: { part: "" }, disabled: busy !== "", onclick: () => look("") }, busy === "all" ? "Testing…" : "Test everything")),
		);
	}
	show();
}
