// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, icon, set } from "../../lib/dom.js";
import { moment } from "../frame/format.js";
import { sentence } from "../frame/say.js";
import { textField } from "../frame/field.js";

/** How a status is shown. @type {Record<string, [string, string]>} */
export const STATUSES = { valid: ["ok", "Valid"], invalid: ["bad", "Not valid"], expired: ["warn", "Expired"], exhausted: ["warn", "Used up"], unknown: ["info", "Cannot be told now"] };

/** statusBadge is a status as a word with its colour. @param {string} status */
export const statusBadge = (status) => el("span", { class: "badge", data: { tone: STATUSES[status]?.[0] ?? "" } }, STATUSES[status]?.[1] ?? status);

/**
 * Tries a code as a visitor would.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountTry(root, { server, query, ontried }) {
	const field = textField({ label: "Code", max: 80, mono: true });
	const submit = el("button", { class: "button" }, "Try");
	const answer = el("div", { role: "status" });
	let turn = 0;

	/** @param {string} code */
	async function run(code) {
		field.input.value = code;
		field.wrong("");
		if (!code.trim()) return field.wrong("Type a code.");
		const mine = ++turn;
		set(submit, { "aria-busy": "true" });
		try {
			const v = await server.post("/api/panel/coupons/try", { code });
			if (mine !== turn) return;
			fill(
				answer,
				el(
					"div",
					{ class: "notice", data: { tone: STATUSES[v.status]?.[0] ?? "" } },
					icon(v.passed ? "check" : "alert"),
					el("p", {}, el("strong", {}, v.canonical), " ", v.message, v.passed && v.status === "unknown" && " It is let through all the same."),
				),
				el("p", { class: "hint" }, [v.discount && `Discount ${v.discount}`, v.ends && `ends ${moment(v.ends)}`, `by ${v.source}`, v.cached ? "from memory" : `${v.millis} ms`].filter(Boolean).join(" · ")),
			);
			ontried();
		} catch (err) {
			if (mine !== turn) return;
			fill(answer);
			if (err instanceof ApiError && err.field) field.wrong(sentence(err));
			else fill(answer, el("p", { class: "error" }, sentence(err)));
		} finally {
			set(submit, { "aria-busy": null });
		}
	}

	fill(
		root,
		el("header", {}, el("h2", {}, "Try a code")),
		el("form", { class: "body stack", novalidate: true, onsubmit: (/** @type {Event} */ e) => (e.preventDefault(), run(field.input.value)) }, el("div", { class: "withbutton" }, field.node, submit), answer),
	);
	if (query.get("try")) run(query.get("try"));
	return { run };
}
