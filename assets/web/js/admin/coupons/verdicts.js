// @ts-check
import { el, fill, icon } from "../../lib/dom.js";
import { ago, moment } from "../frame/format.js";
import { bones, empty, load } from "../frame/view.js";
import { statusBadge } from "./try.js";

/**
 * What was said about codes lately.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountVerdicts(root, { server }) {
	const body = el("div");
	const view = load(body, {
		fetch: (signal) => server.get("/api/panel/coupons/verdicts?limit=20", { signal }),
		skeleton: bones(2, "body"),
		draw({ verdicts }) {
			if (verdicts.length === 0) return fill(body, empty({ icon: "clock", title: "No verdicts yet", text: "Here stands what was asked and answered lately." }));
			fill(
				body,
				el(
					"table",
					{ class: "list verdictlist" },
					el("thead", {}, el("tr", {}, ["Code", "Verdict", "Asked by", "Took", "When"].map((h, i) => el("th", { scope: "col", class: i === 3 ? "num" : null }, h)))),
					el("tbody", {}, verdicts.map((/** @type {any} */ v) => el("tr", {}, el("th", { scope: "row" }, el("code", {}, v.code)), el("td", { title: v.message || null }, statusBadge(v.status)), el("td", { class: "when" }, v.source), el("td", { class: "num when" }, v.millis >= 0 ? `${v.millis} ms` : ""), el("td", { class: "when" }, el("time", { datetime: v.at, title: moment(v.at) }, ago(v.at)))))),
				),
			);
		},
	});
	fill(root, el("header", {}, el("h2", {}, "Recent verdicts"), el("button", { type: "button", class: "button quiet push", onclick: () => view.again() }, icon("redo"), "Look again")), body);
	return view;
}
