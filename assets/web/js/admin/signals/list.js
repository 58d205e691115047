// @ts-check
import { el, fill, icon, set } from "../../lib/dom.js";
import { count, moment, plural } from "../frame/format.js";
import { bones, empty, load } from "../frame/view.js";

const PAGE = 25;
export const STATUS = /** @type {Record<string, [string, string]>} */ ({ open: ["info", "Open"], won: ["ok", "▲ Won"], lost: ["bad", "▼ Lost"], expired: ["", "Expired"], missed: ["warn", "Missed"] });

/**
 * Every signal, newest first; the server pages, so that many stay quick.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountList(root, { server }) {
	const filter = { status: "all", side: "", from: "", to: "", offset: 0 };
	const body = el("div");
	const total = el("span", { class: "hint" });
	const file = el("a", { class: "button push", download: true }, icon("down"), "Export CSV");
	/** @param {string} label @param {string} key @param {[string, string][]} options */
	const chooser = (label, key, options) => el("div", { class: "chooser" }, el("select", { class: "input", name: key, "aria-label": label, onchange: (/** @type {any} */ e) => narrow({ [key]: e.target.value, offset: 0 }) }, options.map(([v, word]) => el("option", { value: v }, word))));
	/** @param {string} label @param {string} key */
	const date = (label, key) => el("div", { class: "chooser" }, el("input", { class: "input", type: "date", name: key, "aria-label": label, onchange: (/** @type {any} */ e) => narrow({ [key]: e.target.value, offset: 0 }) }));

	fill(root, el("header", {}, el("h2", {}, "Signals"), total, file),
		el("div", { class: "body tools" }, chooser("Status", "status", [["all", "All"], ["open", "Open"], ["won", "Won"], ["lost", "Lost"], ["expired", "Expired"], ["missed", "Missed"]]), chooser("Side", "side", [["", "Buy and sell"], ["BUY", "Buy"], ["SELL", "Sell"]]), date("From day", "from"), date("To day", "to")),
		body);

	const asked = () => `status=${filter.status}&side=${filter.side}&from=${filter.from}&to=${filter.to}`;

	/** @param {Partial<typeof filter>} patch */
	function narrow(patch) {
		Object.assign(filter, patch);
		view.again();
	}

	/** @param {any} data */
	function draw(data) {
		fill(total, plural(data.total, "signal"));
		set(file, { href: `/api/panel/signals.csv?${asked()}` });
		if (data.total === 0) return fill(body, empty({ icon: "candles", title: "No signals here", text: "None fits these filters, or none was decided yet." }));
		fill(body, el("table", { class: "list siglist" },
			el("thead", {}, el("tr", {}, ["Signal", "Decided", "Entry", "Take profit", "Stop loss", "Outcome", "Pips", "R"].map((h, i) => el("th", { scope: "col", class: (i > 1 && i < 5) || i > 5 ? "num" : null }, h)))),
			el("tbody", {}, data.signals.map(row))), data.total > PAGE && pager(data.total));
	}

	/** @param {any} s */
	const row = (s) =>
		el("tr", { data: { id: String(s.id) } },
			el("th", { scope: "row" }, `#${s.id} ${s.side === "BUY" ? "Buy" : "Sell"}`),
			el("td", { class: "when" }, moment(s.decided_at)), el("td", { class: "num", data: { name: "entry" } }, s.entry.toFixed(2)), el("td", { class: "num", data: { name: "TP" } }, s.take_profit.toFixed(2)), el("td", { class: "num", data: { name: "SL" } }, s.stop_loss.toFixed(2)),
			el("td", { class: "state" }, el("span", { class: "badge", data: { tone: STATUS[s.status]?.[0] ?? "" }, title: s.ambiguous ? "Stop and profit lay in one candle; the stop was counted." : null }, STATUS[s.status]?.[1] ?? s.status)),
			el("td", { class: "num", data: { name: "pips" } }, s.pips === null ? "–" : s.pips.toFixed(1).replace("-", "−")), el("td", { class: "num", data: { name: "R" } }, s.r === null ? "–" : s.r.toFixed(2).replace("-", "−")));

	/** @param {number} n */
	const pager = (n) =>
		el("nav", { class: "body row", "aria-label": "Pages of signals" },
			el("button", { type: "button", class: "button", disabled: filter.offset === 0, onclick: () => narrow({ offset: Math.max(0, filter.offset - PAGE) }) }, "Newer"),
			el("span", { class: "hint" }, `${count(filter.offset + 1)}–${count(Math.min(n, filter.offset + PAGE))} of ${count(n)}`),
			el("button", { type: "button", class: "button", disabled: filter.offset + PAGE >= n, onclick: () => narrow({ offset: filter.offset + PAGE }) }, "Older"));

	const view = load(body, { fetch: (signal) => server.get(`/api/panel/signals?${asked()}&limit=${PAGE}&offset=${filter.offset}`, { signal }), skeleton: bones(5, "body"), draw });
	return view;
}
