// @ts-check
import { el, fill, set } from "../../lib/dom.js";
import { link } from "../frame/router.js";
import { empty, load } from "../frame/view.js";
import { mountParked } from "./parked.js";
import { mountPeople } from "./people.js";
import { mountStatus } from "./status.js";
import { mountTest } from "./test.js";

const NAMES = /** @type {Record<string, string>} */ ({ promo: "Coupons", forex: "Signals" });

/**
 * The bots: how each is connected, what waits, who talks to it.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, ctx) {
	const { server, head, query, replace } = ctx;
	let chosen = query.get("bot") ?? "";
	/** @type {{stop:() => void}[]} */
	let parts = [];
	head.set({ title: "Bot" });

	/** @param {any[]} bots */
	function draw(bots) {
		parts.forEach((p) => p.stop());
		parts = [];
		if (bots.length === 0) {
			return fill(
				root,
				empty(
					{ icon: "plane", title: "No bot yet", text: "Ask @BotFather on Telegram for a bot, set its token as TELEGRAM_BOT_TOKEN, start again. Without a public address the bot works all the same, by long polling." },
					el("a", { class: "button", href: "https://core.telegram.org/bots#how-do-i-create-a-bot", target: "_blank", rel: "noopener noreferrer" }, "How to make a bot"),
				),
			);
		}
		const bot = bots.find((b) => b.product === chosen) ?? bots[0];
		const [status, trial, parked, people] = ["status", "trial", "parked", "people"].map((name) => el("section", { class: `card ${name}` }));
		fill(
			root,
			bots.length > 1 && el("div", { class: "segmented", role: "group", "aria-label": "Bot" }, bots.map((b) => el("button", { type: "button", "aria-pressed": String(b === bot), onclick: () => ((chosen = b.product), replace(link(["bot"], { bot: chosen })), draw(bots)) }, NAMES[b.product] ?? b.product, b.username && el("small", {}, `@${b.username}`)))),
			el("div", { class: "halves" }, status, trial),
			parked,
			people,
		);
		const deps = { ...ctx, bot: bot.product };
		const waiting = mountParked(parked, { ...deps, onretry: () => state.again() });
		const state = mountStatus(status, { ...deps, first: bot, onstatus: (/** @type {any} */ s) => (set(parked, { hidden: s.parked === 0 }), s.parked > 0 && waiting.expect(s.parked)) });
		parts = [state, waiting, mountTest(trial, deps), mountPeople(people, deps)];
	}

	const view = load(root, { fetch: (signal) => server.get("/api/panel/bots", { signal }), draw: ({ bots }) => draw(bots) });
	return { ready: view.ready, unmount: () => (view.stop(), parts.forEach((p) => p.stop())) };
}
