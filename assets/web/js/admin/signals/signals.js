// @ts-check
import { el, fill } from "../../lib/dom.js";
import { mountBacktest } from "./backtest.js";
import { mountChart } from "./chart.js";
import { mountFigures } from "./figures.js";
import { mountList } from "./list.js";
import { mountOutbox } from "./outbox.js";
import { mountPosting } from "./posting.js";
import { mountStatus } from "./status.js";
import { mountStrategy } from "./strategy.js";

/**
 * What the engine does, what came of its signals, and the numbers it goes by.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, ctx) {
	const [status, chart, figures, list, outbox, strategy, trial, posting] = ["status", "chart", "figures", "list", "outbox", "strategy", "backtest", "posting"].map((name) => el("section", { class: `card sig-${name}` }));
	fill(root, status, chart, figures, list, outbox, el("div", { class: "halves" }, strategy, trial), posting);
	ctx.head.set({ title: "Signals", actions: [el("a", { class: "button", href: "/proof", target: "_blank", rel: "noopener" }, "Public record")] });
	const rules = mountStrategy(strategy, ctx);
	const parts = [mountStatus(status, ctx), mountChart(chart, ctx), mountFigures(figures, ctx), mountList(list, ctx), mountOutbox(outbox, ctx), rules, mountBacktest(trial, { ...ctx, numbers: rules.numbers }), mountPosting(posting, ctx)];
	return { ready: parts[0].ready, unmount: () => parts.forEach((p) => p.stop()) };
}
