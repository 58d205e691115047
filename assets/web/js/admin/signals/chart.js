// @ts-check
import { el, fill } from "../../lib/dom.js";
import { plural } from "../frame/format.js";
import { bones, empty, load } from "../frame/view.js";

/** @param {string} name a token of the design */
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** @param {string} at */
const seconds = (at) => Math.floor(new Date(at).getTime() / 1000);

/**
 * Candles with the signals on them; those that are open have their take profit and stop loss as lines.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountChart(root, { server }) {
	const body = el("div", { class: "body" });
	/** @type {any} */
	let drawn;
	fill(root, el("header", {}, el("h2", {}, "XAU/USD, 15 minutes"), el("p", { class: "hint" }, "Times in UTC. Arrows: signals; circles: outcomes.")), body,
		el("p", { class: "body hint notice-line" }, "Charts by ", el("a", { href: "https://www.tradingview.com/", target: "_blank", rel: "noopener" }, "TradingView Lightweight Charts™"), ", Copyright © 2026 TradingView, Inc."));

	async function fetch(/** @type {AbortSignal} */ signal) {
		const [data, library] = await Promise.all([server.get("/api/panel/signals/chart?candles=600", { signal }), import("../../../vendor/lightweight-charts/lightweight-charts.standalone.production.mjs")]);
		return { data, library };
	}

	/** @param {{data:any, library:any}} o */
	function draw({ data, library }) {
		drawn?.remove();
		drawn = null;
		if (data.candles.length === 0) return fill(body, empty({ icon: "candles", title: "No candles yet", text: "They come with the first look at the market, once a data key is set." }));
		const place = el("div", { class: "candles", role: "img", "aria-label": `${plural(data.candles.length, "candle")} with ${plural(data.signals.length, "signal")}. The same signals stand in the table below.` });
		fill(body, place);
		drawn = library.createChart(place, {
			autoSize: true,
			layout: { background: { color: token("--s1") }, textColor: token("--t2"), fontFamily: token("--font"), attributionLogo: false },
			grid: { vertLines: { color: token("--s2") }, horzLines: { color: token("--s2") } },
			rightPriceScale: { borderColor: token("--hairline") },
			timeScale: { borderColor: token("--hairline"), timeVisible: true, secondsVisible: false },
		});
		const series = drawn.addSeries(library.CandlestickSeries, { upColor: token("--ok"), downColor: token("--bad"), borderVisible: false, wickUpColor: token("--ok"), wickDownColor: token("--bad") });
		series.setData(data.candles);
		library.createSeriesMarkers(series, markers(data));
		for (const s of data.signals.filter((/** @type {any} */ s) => s.status === "open")) {
			for (const [price, tone, title] of [[s.take_profit, "--ok", `TP #${s.id}`], [s.entry, "--accent", `#${s.id}`], [s.stop_loss, "--bad", `SL #${s.id}`]]) {
				series.createPriceLine({ price, title, color: token(/** @type {string} */ (tone)), lineWidth: 1, lineStyle: 2, axisLabelVisible: true });
			}
		}
		drawn.timeScale().setVisibleLogicalRange({ from: data.candles.length - Math.max(40, place.clientWidth / 8), to: data.candles.length + 4 });
	}

	/** @param {any} data */
	function markers({ candles, signals, seconds: length }) {
		const first = candles[0].time;
		const list = signals.flatMap((/** @type {any} */ s) => {
			const buy = s.side === "BUY";
			const at = seconds(s.decided_at) - length;
			const start = { time: at, position: buy ? "belowBar" : "aboveBar", shape: buy ? "arrowUp" : "arrowDown", color: token("--accent"), text: `#${s.id}` };
			if (!s.exit_at) return [start];
			return [start, { time: seconds(s.exit_at) - length, position: buy ? "aboveBar" : "belowBar", shape: "circle", color: token(s.status === "won" ? "--ok" : s.status === "lost" ? "--bad" : "--t3") }];
		});
		return list.filter((/** @type {any} */ m) => m.time >= first).sort((/** @type {any} */ a, /** @type {any} */ b) => a.time - b.time);
	}

	const view = load(body, { fetch, skeleton: bones(1, "tall"), draw });
	return { ...view, stop: () => (drawn?.remove(), view.stop()) };
}
