// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, set } from "../../lib/dom.js";
import { selectField, textField } from "../frame/field.js";
import { moment } from "../frame/format.js";
import { sentence } from "../frame/say.js";
import { bones, load } from "../frame/view.js";

const NUMBERS = /** @type {[string, string, string][]} */ ([
	["rsi_low", "Buy below RSI", ""], ["rsi_high", "Sell above RSI", ""], ["atr_tp", "Take profit, in ATR", ""], ["atr_sl", "Stop loss, in ATR", ""], ["from_hour", "From hour, UTC", ""], ["to_hour", "To hour, UTC", "not included; the same hour twice = all day"],
	["hold", "Hold at most, hours", ""], ["cooldown", "Candles between signals", ""], ["warmup", "Candles to see first", ""], ["spread", "Spread, in price", "taken off every result"], ["pip", "Size of a pip, in price", ""],
]);
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/**
 * The numbers of the strategy; saving them starts a new version, and each signal keeps the version that made it.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountStrategy(root, { server, say }) {
	const body = el("div", { class: "body" });
	fill(root, el("header", {}, el("h2", {}, "Strategy")), body);
	/** @type {() => any} */
	let numbers = () => ({});

	/** @param {any} data */
	function draw(data) {
		const c = data.config;
		const rule = selectField({ label: "Rule", value: c.strategy, options: data.rules.map((/** @type {any} */ r) => [r.name, r.title]) });
		const fields = Object.fromEntries(NUMBERS.map(([key, label, hint]) => [key, textField({ label, value: String(c[key]), inputmode: "decimal", hint, max: 12 })]));
		const days = DAYS.map((name, i) => el("label", { class: "tickline" }, el("input", { type: "checkbox", checked: c.weekdays.includes(i), value: String(i) }), name));
		const one = el("input", { type: "checkbox", role: "switch", checked: c.one_open });
		const error = el("p", { class: "error", role: "alert" });
		const submit = el("button", { class: "button primary" }, "Save as a new version");
		numbers = () => ({ ...Object.fromEntries(NUMBERS.map(([key]) => [key, number(fields[key].value())])), strategy: rule.value(), weekdays: days.flatMap((d) => (d.querySelector("input").checked ? [Number(d.querySelector("input").value)] : [])), one_open: one.checked });

		/** @param {SubmitEvent} e */
		async function save(e) {
			e.preventDefault();
			fill(error);
			const wrong = NUMBERS.find(([key]) => number(fields[key].value()) === null);
			if (wrong) return fields[wrong[0]].wrong("Type a number.");
			set(submit, { "aria-busy": "true" });
			try {
				const now = await server.put("/api/panel/signals/strategy", { version: data.version, config: numbers() });
				say.done(`Version ${now.version} is in force for the next signal.`);
				view.again();
			} catch (err) {
				const field = err instanceof ApiError ? err.field.replace(/^config\./, "") : "";
				if (fields[field]) fields[field].wrong(sentence(err));
				else fill(error, sentence(err));
			}
			set(submit, { "aria-busy": null });
		}

		fill(body,
			el("form", { class: "stack", onsubmit: save, novalidate: true }, rule.node, el("div", { class: "pairs" }, NUMBERS.map(([key]) => fields[key].node)),
				el("fieldset", { class: "field" }, el("legend", {}, "Days"), el("div", { class: "row" }, days)),
				el("label", { class: "switch" }, one, "No new signal while one is open"), error, el("div", { class: "row" }, submit, el("span", { class: "hint", data: { testid: "version" } }, `Version ${data.version} is in force`))),
			el("details", {}, el("summary", {}, "Versions"), el("ul", { class: "lines" }, data.versions.map((/** @type {any} */ v, /** @type {number} */ i) => el("li", {}, el("div", { class: "grow" }, el("strong", {}, `Version ${v.version}`), el("small", {}, `${moment(v.at)}, ${v.actor}. ${changes(v.config, data.versions[i + 1]?.config)}`)))))));
	}

	const view = load(body, { fetch: (signal) => server.get("/api/panel/signals/strategy", { signal }), skeleton: bones(5), draw });
	return { ...view, numbers: () => numbers() };
}

/** @param {string} text @returns {number | null} */
function number(text) {
	const n = Number(text.replace(",", "."));
	return text === "" || Number.isNaN(n) ? null : n;
}

/** What a version changed. @param {any} now @param {any} before */
export function changes(now, before) {
	if (!before) return "The first numbers.";
	const changed = Object.keys(now).filter((k) => JSON.stringify(now[k]) !== JSON.stringify(before[k]));
	return changed.length === 0 ? "The same numbers." : changed.map((k) => `${k}: ${before[k]} → ${now[k]}`).join("; ");
}
