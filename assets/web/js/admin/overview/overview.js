// @ts-check
import { el, fill, set } from "../../lib/dom.js";
import { ago, count } from "../frame/format.js";
import { link } from "../frame/router.js";
import { bones, empty, load } from "../frame/view.js";
import { bars, seriesTable } from "./chart.js";

const RANGES = /** @type {[number, string][]} */ ([[1, "Today"], [7, "7 days"], [30, "30 days"]]);
const SOURCES = /** @type {Record<string, string>} */ ({ web: "Web app", bot: "Bot", image: "Image links", bulk: "Bulk", panel: "Panel" });

/**
 * What was made, for whom it did not work, and where.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, { server, head, query, replace }) {
	let days = Number(query.get("days")) || 7;
	let asTable = false;
	const body = el("div", { class: "part" });
	const ranges = el("div", { class: "segmented", role: "group", "aria-label": "Range" }, RANGES.map(([n, word]) => el("button", { type: "button", data: { n: String(n) }, onclick: () => choose(n) }, word)));
	const against = el("p", { class: "hint push" });
	head.set({ title: "Overview", actions: [el("a", { class: "button primary", href: "#/templates/new" }, "New template")] });
	fill(root, el("div", { class: "row" }, ranges, against), body);

	/** @param {number} n */
	function choose(n) {
		days = n;
		replace(link(["overview"], { days: n === 7 ? "" : n }));
		mark();
		view.again();
	}

	function mark() {
		for (const b of ranges.children) set(b, { "aria-pressed": String(/** @type {HTMLElement} */ (b).dataset.n === String(days)) });
		fill(against, days === 1 ? "Compared with yesterday, whole day" : `Compared with the ${days} days before`);
	}

	/** @param {any} d */
	function draw(d) {
		const nothing = d.made + d.rejected + d.failed === 0;
		const chart = el("div", { class: "body" }, asTable ? seriesTable(d.series) : [el("p", { class: "keys", "aria-hidden": "true" }, el("span", { class: "key" }, "made"), el("span", { class: "key rejected" }, "rejected")), bars(d.series, body.clientWidth - 34)]);
		const flip = el("button", { type: "button", class: "button quiet push", "aria-pressed": String(asTable), onclick: () => ((asTable = !asTable), draw(d)) }, asTable ? "Show as chart" : "Show as table");
		fill(
			body,
			!nothing && el("dl", { class: "card kpis" },
				kpi("Pictures made", d.made, d.before.made, true), kpi("Downloads", d.downloads, d.before.downloads, true), kpi("Shares", d.shares, d.before.shares, true),
				kpi("Rejected codes", d.rejected, d.before.rejected, false), d.failed > 0 && kpi("Failed", d.failed, d.before.failed, false)),
			el("section", { class: "card", "aria-label": "Pictures over time" },
				el("header", {}, el("h2", {}, days === 1 ? "Pictures per hour" : "Pictures per day"), !nothing && flip),
				nothing ? empty({ icon: "bars", title: "Nothing yet", text: "As soon as somebody makes a picture in the web app or the bot, it is counted here." }, el("a", { class: "button", href: "/", target: "_blank", rel: "noopener" }, "Open the web app")) : chart),
			!nothing && el("div", { class: "thirds" }, ranking("Templates", d.templates.map((/** @type {any} */ t) => [el("a", { href: link(["templates", t.slug]) }, t.name), t.count])), ranking("Codes", d.codes.map((/** @type {any} */ c) => [el("code", {}, c.code), c.count])), rejected(d.rejected_codes)),
			!nothing && d.sources.length > 1 && ranking("Where", d.sources.map((/** @type {any} */ s) => [SOURCES[s.source] ?? s.source, s.count])),
		);
	}

	mark();
	const view = load(body, { fetch: (signal) => server.get(`/api/panel/overview?days=${days}`, { signal }), skeleton: bones(3, "tall"), draw });
	return { ready: view.ready, unmount: view.stop };
}

/** @param {string} label @param {number} now @param {number} before @param {boolean} good more is better */
function kpi(label, now, before, good) {
	const diff = now - before;
	const share = before > 0 ? `${Math.abs(Math.round((diff / before) * 1000) / 10)} %` : count(Math.abs(diff));
	const tone = diff === 0 ? "" : diff > 0 === good ? "ok" : "warn";
	return el("div", {}, el("dt", {}, label), el("dd", {}, el("strong", {}, count(now)), el("span", { class: "trend", data: { tone } }, diff === 0 ? "as before" : `${diff > 0 ? "▲" : "▼"} ${share}`, el("span", { class: "visually-hidden" }, diff === 0 ? "" : diff > 0 ? " more than before" : " less than before"))));
}

/** @param {string} title @param {[any, number][]} rows */
function ranking(title, rows) {
	const most = Math.max(...rows.map(([, n]) => n), 1);
	return el(
		"section",
		{ class: "card", "aria-label": title },
		el("header", {}, el("h2", {}, title)),
		rows.length === 0 ? el("p", { class: "hint body" }, "None yet.") : el("ol", { class: "ranking" }, rows.map(([name, n]) => {
			const bar = el("i", { class: "share" });
			bar.style.setProperty("--share", String(n / most));
			return el("li", {}, el("span", { class: "what" }, name), bar, el("span", { class: "num" }, count(n)));
		})),
	);
}

/** @param {any[]} codes */
const rejected = (codes) =>
	el(
		"section",
		{ class: "card", "aria-label": "Rejected codes" },
		el("header", {}, el("h2", {}, "Rejected codes")),
		codes.length === 0 ? el("p", { class: "hint body" }, "None. Every code was good.") : el("ol", { class: "ranking" }, codes.map((c) => el("li", {}, el("span", { class: "what" }, el("a", { href: link(["coupons"], { try: c.code }) }, el("code", {}, c.code)), el("small", {}, `${c.status}, ${ago(c.last)}`)), el("span", { class: "num" }, count(c.count))))),
	);
