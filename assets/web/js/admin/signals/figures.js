// @ts-check
import { el, fill, set } from "../../lib/dom.js";
import { count } from "../frame/format.js";
import { bones, empty, load } from "../frame/view.js";
import { curve } from "./curve.js";

const RANGES = /** @type {[number, string][]} */ ([[7, "7 days"], [30, "30 days"], [0, "Ever"]]);

/** @param {number | null | undefined} v @param {number} places @param {string} [unit] */
const figure = (v, places, unit = "") => (v === null || v === undefined ? "–" : `${v.toFixed(places).replace("-", "−")}${unit}`);

/**
 * The figures of a summary: the same definitions everywhere.
 * @param {any} s
 */
export function figuresOf(s) {
	const rows = [
		["Won / lost / expired", `${count(s.won)} / ${count(s.lost)} / ${count(s.expired)}`], ["Win rate", figure(s.win_rate, 1, " %"), "of won and lost"], ["Break-even rate", figure(s.break_even_rate, 1, " %")],
		["Pips", figure(s.total_pips, 1)], ["R", figure(s.total_r, 2)], ["Expectancy", figure(s.expectancy_r, 2, " R"), s.expectancy_r_low === null ? "" : `95 %: ${figure(s.expectancy_r_low, 2)} to ${figure(s.expectancy_r_high, 2)}`],
		["Profit factor", figure(s.profit_factor, 2)], ["Largest fall", figure(s.max_drawdown_r, 2, " R")],
	];
	return el("dl", { class: "facts" }, rows.map(([name, value, hint]) => el("div", {}, el("dt", {}, name), el("dd", {}, value, hint && el("small", { class: "hint" }, ` ${hint}`)))));
}

/**
 * Results of a span of days, with the running total.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountFigures(root, { server }) {
	let days = 30;
	const body = el("div", { class: "body stack" });
	const ranges = el("div", { class: "segmented push", role: "group", "aria-label": "Range of results" }, RANGES.map(([n, word]) => el("button", { type: "button", data: { n: String(n) }, "aria-pressed": String(n === days), onclick: () => choose(n) }, word)));
	fill(root, el("header", {}, el("h2", {}, "Results"), ranges), body);

	/** @param {number} n */
	function choose(n) {
		days = n;
		for (const b of ranges.children) set(b, { "aria-pressed": String(/** @type {HTMLElement} */ (b).dataset.n === String(n)) });
		view.again();
	}

	const view = load(body, {
		fetch: (signal) => server.get(`/api/panel/signals/figures?days=${days}`, { signal }),
		skeleton: bones(3),
		draw(data) {
			if (data.equity.length === 0) return fill(body, empty({ icon: "bars", title: "No results yet", text: "As soon as a signal ends, it is counted here." }));
			fill(body, figuresOf(data.summary), curve(data.equity));
		},
	});
	return view;
}
