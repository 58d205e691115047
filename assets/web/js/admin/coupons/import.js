// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, icon, set } from "../../lib/dom.js";
import { openDialog } from "../frame/dialog.js";
import { count, plural } from "../frame/format.js";
import { sentence } from "../frame/say.js";

const WORDS = /** @type {Record<string, [string, string]>} */ ({ bad: ["bad", "wrong"], added: ["ok", "new"], changed: ["info", "changed"], same: ["", "as before"], removed: ["warn", "removed"] });

/**
 * Imports a CSV file: first a dry run with a report row by row, then, when every row is right, the import.
 * @param {{server:any, say:any, onchanged:() => void}} deps
 */
export function openImport({ server, say, onchanged }) {
	/** @type {File | null} */ let file = null;
	let turn = 0;
	const report = el("div", { class: "stack", role: "status" });
	const error = el("p", { class: "error", role: "alert" });
	const replace = el("input", { type: "checkbox", onchange: () => file && check() });
	const input = el("input", { type: "file", accept: ".csv,text/csv,text/plain", class: "visually-hidden", id: "csv-file", "aria-label": "Choose a CSV file", onchange: () => ((file = input.files?.[0] ?? null), file && check()) });
	const area = el("label", { class: "slot csv", for: "csv-file" }, el("div", { class: "face" }, icon("up"), el("strong", {}, "Choose a CSV file"), el("span", { class: "hint" }, "or drop it here")));
	const yes = el("button", { type: "button", class: "button primary", "aria-disabled": "true", onclick: () => send(false) }, "Import");
	area.addEventListener("dragover", (/** @type {DragEvent} */ e) => e.preventDefault());
	area.addEventListener("drop", (/** @type {DragEvent} */ e) => {
		e.preventDefault();
		file = e.dataTransfer?.files[0] ?? null;
		if (file) check();
	});

	const check = () => send(true);

	/** @param {boolean} dry */
	async function send(dry) {
		if (!file || (!dry && yes.getAttribute("aria-disabled") === "true")) return;
		const mine = ++turn;
		fill(error);
		set(yes, { "aria-disabled": "true", "aria-busy": dry ? null : "true" });
		fill(report, el("p", {}, el("span", { class: "spinner", "aria-hidden": "true" }), dry ? ` Reading ${file.name}` : " Importing"));
		const form = new FormData();
		form.append("dry", dry ? "1" : "0");
		form.append("replace", replace.checked ? "1" : "0");
		form.append("file", file, file.name);
		try {
			const r = await server.upload("/api/panel/coupons/import", form);
			if (mine !== turn) return;
			if (!dry) return done(r);
			draw(r);
		} catch (err) {
			if (mine !== turn) return;
			set(yes, { "aria-busy": null });
			fill(report);
			if (err instanceof ApiError && err.body?.report) draw(err.body);
			fill(error, sentence(err));
		}
	}

	/** @param {any} r */
	function done(r) {
		dialog.close();
		say.done(`Imported: ${count(r.added)} new, ${count(r.changed)} changed${r.removed ? `, ${count(r.removed)} removed` : ""}.`);
		onchanged();
	}

	/** @param {any} r */
	function draw(r) {
		const ready = r.bad === 0 && r.rows > 0;
		const work = r.added + r.changed + r.removed;
		fill(
			report,
			el("p", {}, el("strong", {}, `${plural(r.rows, "row")}: `), [`${count(r.added)} new`, `${count(r.changed)} changed`, `${count(r.same)} as before`, r.removed > 0 && `${count(r.removed)} removed`, r.bad > 0 && `${count(r.bad)} wrong`].filter(Boolean).join(", "), "."),
			r.bad > 0 && el("div", { class: "notice", data: { tone: "bad" } }, icon("alert"), el("p", {}, "Nothing is imported while a row is wrong. Mend the file, then choose it again.")),
			r.ignored.length > 0 && el("p", { class: "hint" }, "Columns not used: ", r.ignored.join(", "), "."),
			r.report.length > 0 && el(
				"div",
				{ class: "rowreport", tabindex: "0", role: "region", "aria-label": "Rows" },
				el("table", { class: "list" }, el("thead", {}, el("tr", {}, ["Row", "Code", "What"].map((h, i) => el("th", { scope: "col", class: i === 0 ? "num" : null }, h)))), el("tbody", {}, r.report.map((/** @type {any} */ row) => el("tr", {}, el("td", { class: "num" }, String(row.row)), el("td", {}, el("code", {}, row.code)), el("td", {}, el("span", { class: "badge", data: { tone: WORDS[row.outcome]?.[0] ?? "" } }, WORDS[row.outcome]?.[1] ?? row.outcome), row.error && el("span", { class: "error" }, ` ${row.field ? `${row.field}: ` : ""}${row.error}`)))))),
			),
			r.more > 0 && el("p", { class: "hint" }, `and ${plural(r.more, "row")} more.`),
		);
		set(yes, { "aria-disabled": ready && work > 0 ? null : "true", "aria-busy": null });
		fill(yes, ready && work > 0 ? `Import ${plural(work, "change")}` : "Import");
	}

	const dialog = openDialog({
		title: "Import codes",
		kind: "wide",
		body: [
			el("p", {}, "Columns: ", el("code", {}, "code"), ", and any of percent, amount, currency, starts, ends, max_uses, url, note. Comma, semicolon or tab."),
			input, area,
			el("label", { class: "tickline" }, replace, "Remove the codes that are not in the file"),
			error, report,
		],
		actions: [el("button", { type: "button", class: "button quiet", onclick: () => dialog.close() }, "Cancel"), yes],
	});
}
