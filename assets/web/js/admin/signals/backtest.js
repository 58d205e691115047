// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill } from "../../lib/dom.js";
import { count, day } from "../frame/format.js";
import { sentence } from "../frame/say.js";
import { bones, load } from "../frame/view.js";
import { curve } from "./curve.js";
import { figuresOf } from "./figures.js";

/**
 * Runs the numbers of the form beside it over the stored candles, before they are saved.
 * @param {HTMLElement} root
 * @param {any} deps numbers: what the form holds
 */
export function mountBacktest(root, { server, numbers }) {
	const body = el("div", { class: "body stack" });
	const error = el("p", { class: "error", role: "alert" });
	const start = el("button", { type: "button", class: "button primary push", data: { start: "" }, onclick: run }, "Run a backtest");
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	fill(root, el("header", {}, el("h2", {}, "Backtest"), start), el("div", { class: "body" }, el("p", { class: "hint" }, "Tries the numbers of the form, saved or not, on the stored candles."), error), body);

	async function run() {
		fill(error);
		try {
			draw(await server.post("/api/panel/signals/backtest", { config: numbers() }));
		} catch (err) {
			fill(error, err instanceof ApiError && err.field ? `${err.field.replace(/^config\./, "")}: ${sentence(err)}` : sentence(err));
		}
	}

	async function cancel() {
		await server.post("/api/panel/signals/backtest/cancel").catch(() => {});
		view.again();
	}

	/** @param {any} t */
	function draw(t) {
		clearTimeout(timer);
		if (t.state === "none") return fill(body, el("p", {}, "None was run since the start."));
		if (t.state === "running") {
			timer = setTimeout(() => view.again(), 400);
			return fill(body, el("progress", { class: "progress", max: Math.max(1, t.candles), value: t.done, "aria-label": "Candles done" }), el("div", { class: "row" }, el("p", { role: "status" }, `${count(t.done)} of ${count(t.candles)} candles`), el("button", { type: "button", class: "button", onclick: cancel }, "Cancel")));
		}
		if (t.state === "cancelled") return fill(body, el("p", { role: "status" }, "It was cancelled."));
		if (t.state === "failed") return fill(body, el("p", { class: "error", role: "status" }, t.error));
		const r = t.result;
		fill(body,
			el("p", { role: "status", data: { testid: "backtest" } }, `${count(r.summary.signals)} signals on ${count(t.candles)} candles from ${day(r.from)} to ${day(r.to)}. `, t.source === "synthetic" ? "Too few candles are stored, so a made-up year was used: it shows how the rule behaves, not how gold did." : "Stored candles of the market."),
			figuresOf(r.summary), r.equity.length > 0 && curve(r.equity));
	}

	const view = load(body, { fetch: (signal) => server.get("/api/panel/signals/backtest", { signal }), skeleton: bones(2), draw });
	return { ...view, stop: () => (clearTimeout(timer), view.stop()) };
}
