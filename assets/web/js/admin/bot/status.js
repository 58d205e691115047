// @ts-check
import { isAborted } from "../../lib/api.js";
import { el, fill, icon, set } from "../../lib/dom.js";
import { ago, clock, count } from "../frame/format.js";

const EVERY = 5000; // ms between two looks, while the page is seen

/**
 * How the bot is, kept up to date.
 * @param {HTMLElement} root
 * @param {any} deps bot, first: its state, onstatus
 */
export function mountStatus(root, { server, say, bot, first, onstatus }) {
	const body = el("div", { class: "body stack" });
	const check = el("button", { type: "button", class: "button push", onclick: ask }, icon("redo"), "Check now");
	/** @type {AbortController | undefined} */
	let looking;
	fill(root, el("header", {}, el("h2", {}, "Connection"), check), body);

	/** @param {any} s */
	function draw(s) {
		const [tone, word] = health(s);
		fill(
			body,
			el("p", { class: "row" }, el("span", { class: "lamp", data: { tone } }), el("strong", {}, word), s.username && el("a", { href: `https://t.me/${s.username}`, target: "_blank", rel: "noopener noreferrer" }, `@${s.username}`)),
			s.last_error?.text && el("div", { class: "notice", data: { tone: s.stopped ? "bad" : "warn" } }, icon("alert"), el("p", {}, s.last_error.text, s.last_error.at && el("span", { class: "hint" }, ` ${ago(s.last_error.at)}`))),
			s.webhook.last_error && el("div", { class: "notice", data: { tone: "warn" } }, icon("alert"), el("p", {}, `Telegram could not deliver: ${s.webhook.last_error}`, s.webhook.last_error_at && el("span", { class: "hint" }, ` ${ago(s.webhook.last_error_at)}`))),
			el("dl", { class: "facts" }, facts(s).map(([k, v]) => el("div", {}, el("dt", {}, k), el("dd", {}, v)))),
		);
		onstatus(s);
	}

	async function ask() {
		set(check, { "aria-busy": "true" });
		try {
			draw(await server.post(`/api/panel/bot/${bot}/check`));
		} catch (err) {
			say.bad(err);
		}
		set(check, { "aria-busy": null });
	}

	async function again() {
		looking?.abort();
		looking = new AbortController();
		try {
			const { bots } = await server.get("/api/panel/bots", { signal: looking.signal });
			const mine = bots.find((/** @type {any} */ b) => b.product === bot);
			if (mine) draw(mine);
		} catch (err) {
			if (!isAborted(err)) return; // the next look says how it is
		}
	}

	draw(first);
	const timer = setInterval(() => document.visibilityState === "visible" && again(), EVERY);
	return {
		again,
		stop() {
			clearInterval(timer);
			looking?.abort();
		},
	};
}

/** health is the state of a bot in one word. @param {any} s @returns {[string, string]} */
export function health(s) {
	if (s.stopped) return ["bad", "Telegram refuses the token"];
	if (!s.connected) return ["info", "Connecting"];
	if (!s.leading) return ["info", "Run by another process"];
	if (s.halted_until) return ["warn", "Waiting: Telegram asked for a pause"];
	return ["ok", "Connected"];
}

/** @param {any} s @returns {[string, any][]} */
function facts(s) {
	const waits = s.queued.interactive + s.queued.signal + s.queued.broadcast;
	const way = s.mode === "webhook" ? "Webhook" : s.mode === "polling" ? "Long polling" : "Starting";
	/** @type {[string, any][]} */
	const all = [
		["Gets messages by", s.mode === "polling" && s.polled_at ? `${way}, last asked ${ago(s.polled_at)}` : way],
		["Sends now", `${Math.round(s.rate * 10) / 10} messages a second at most`],
		["Waiting to be sent", waits === 0 ? "nothing" : `${count(s.queued.interactive)} replies, ${count(s.queued.signal)} signals, ${count(s.queued.broadcast)} broadcasts`],
		["Being answered", s.people === 0 ? "nobody" : `${count(s.people)} people, ${count(s.waiting)} messages waiting`],
		["Sent since the start", count(s.sent)],
		["Parked", s.parked === 0 ? "none" : count(s.parked)],
	];
	if (s.halted_until) all.splice(2, 0, ["Pause until", clock(s.halted_until)]);
	if (s.mode === "webhook") all.splice(1, 0, ["Webhook", s.webhook.found === s.webhook.url ? `${s.webhook.url} (${count(s.webhook.pending)} pending)` : `should be ${s.webhook.url}, is ${s.webhook.found || "not set"}`]);
	return all;
}
