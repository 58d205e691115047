// @ts-check
import { el, fill, icon } from "../../lib/dom.js";
import { ago, clock, count, moment, plural } from "../frame/format.js";
import { bones, load } from "../frame/view.js";

const STATES = /** @type {Record<string, [string, string]>} */ ({ running: ["ok", "Running"], paused: ["warn", "Paused"], closed: ["info", "Market closed"], stale: ["warn", "Stale data"], failing: ["bad", "Failing"], waiting: ["info", "Waiting"], off: ["", "No market data"] });

/**
 * The status line, with pause and resume.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountStatus(root, { server, say }) {
	const body = el("div", { class: "body stack" });
	fill(root, el("h2", { class: "visually-hidden" }, "Status"), body);

	/** @param {boolean} paused */
	const turn = (paused) => server.post(`/api/forex/${paused ? "pause" : "resume"}`);

	/** @param {boolean} paused */
	async function pause(paused) {
		try {
			await turn(paused);
			say.done(paused ? "Paused: no new signals. Open ones are watched to their end." : "New signals are decided again.", { undo: async () => (await turn(!paused), view.again()) });
		} catch (err) {
			say.bad(err);
		}
		view.again();
	}

	/** @param {any} s */
	function draw(s) {
		const [tone, word] = STATES[s.state] ?? ["", s.state];
		const facts = [
			["Data calls today", `${count(s.budget.used)} of ${count(s.budget.of)}`],
			["Newest candle", s.newest_candle ? moment(s.newest_candle) : "none yet"],
			["Market", s.market_open ? "open" : "closed"],
			["Next look", s.next_step ? clock(s.next_step) : "–"],
			["Waiting to be posted", count(s.outbox.pending)],
		];
		fill(body,
			el("div", { class: "row" },
				el("span", { class: "badge", data: { tone, testid: "state" } }, el("span", { class: "lamp" }), word),
				el("p", { class: "grow" }, s.sentence),
				el("button", { type: "button", class: "button", data: { pause: "" }, onclick: () => pause(!s.paused) }, s.paused ? "Resume" : "Pause")),
			s.budget.until && el("p", { class: "hint" }, `The budget of data calls is used up until ${clock(s.budget.until)}.`),
			el("dl", { class: "facts" }, facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
			s.faults.length > 0 && el("div", { class: "notice", data: { tone: "warn" } }, icon("alert"), el("p", {}, `${plural(s.faults.length, "row")} of the provider refused: ${s.faults[0]}`)),
			s.held.length > 0 && el("details", {}, el("summary", {}, `${plural(s.held.length, "idea")} held back`), el("ul", {}, s.held.map((/** @type {any} */ h) => el("li", {}, `${ago(h.at)}: ${h.side}, ${h.reason}`)))));
	}

	const view = load(body, { fetch: (signal) => server.get("/api/panel/signals/status", { signal }), skeleton: bones(2), draw });
	const timer = setInterval(() => document.visibilityState === "visible" && !root.contains(document.activeElement) && view.again(), 30_000);
	return { ...view, stop: () => (clearInterval(timer), view.stop()) };
}
