// @ts-check
import { el, set } from "../../lib/dom.js";
import { count } from "../frame/format.js";

const SVG = "http://www.w3.org/2000/svg";
const [HEIGHT, LEFT, BOTTOM, TOP] = [260, 44, 24, 8];

/** @param {string} tag @param {Record<string, any>} props @param {...(Node | string)} children */
function svg(tag, props, ...children) {
	const node = document.createElementNS(SVG, tag);
	set(node, props).append(...children);
	return node;
}

/**
 * ticks are round numbers from 0 to at least max, at most five of them.
 * @param {number} max
 */
export function ticks(max) {
	if (max <= 0) return [0, 1];
	const raw = max / 4;
	const power = 10 ** Math.floor(Math.log10(raw));
	const step = Math.max(1, [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? raw);
	const whole = Number.isInteger(step) ? step : Math.ceil(step);
	return Array.from({ length: Math.ceil(max / whole) + 1 }, (_, i) => i * whole);
}

/**
 * Bars of what was made, with what was rejected in a thin row of its own below, so that small numbers stay visible.
 * @param {{at:string, label:string, made:number, rejected:number}[]} series
 * @param {number} room CSS pixels across
 */
export function bars(series, room) {
	const whole = Math.max(280, room);
	const marks = ticks(Math.max(...series.map((s) => s.made), 1));
	const top = marks[marks.length - 1];
	const step = (whole - LEFT) / Math.max(series.length, 1);
	const width = Math.max(2, Math.min(64, step * 0.6));
	const ground = HEIGHT - BOTTOM - 22;
	/** @param {number} v */
	const y = (v) => ground - (v / top) * (ground - TOP);
	const worst = Math.max(...series.map((s) => s.rejected), 1);
	const every = Math.ceil((series.length * 56) / (whole - LEFT));
	const plot = svg("svg", { viewBox: `0 0 ${whole} ${HEIGHT}`, class: "chart", role: "img", "aria-label": summary(series) });
	for (const m of marks) {
		plot.append(svg("line", { x1: LEFT, x2: whole, y1: y(m), y2: y(m), class: "rule" }), svg("text", { x: LEFT - 8, y: y(m) + 4, class: "tick end" }, count(m)));
	}
	series.forEach((s, i) => {
		const x = LEFT + i * step + (step - width) / 2;
		const h = Math.max(s.made > 0 ? 2 : 0, ground - y(s.made));
		plot.append(
			svg(
				"g",
				{ class: "bar" },
				svg("title", {}, `${s.label}: ${count(s.made)} made, ${count(s.rejected)} rejected`),
				svg("rect", { x: LEFT + i * step, y: TOP, width: step, height: HEIGHT - TOP, class: "hit" }),
				svg("rect", { x, y: ground - h, width, height: h, rx: Math.min(4, width / 3), class: "made" }),
				svg("rect", { x, y: ground + 6, width, height: 6, rx: 2, class: "rejected", opacity: s.rejected === 0 ? 0.12 : 0.35 + (0.65 * s.rejected) / worst }),
			),
		);
		if (i % every === 0) plot.append(svg("text", { x: x + width / 2, y: HEIGHT - 6, class: "tick middle" }, s.label));
	});
	return plot;
}

/** @param {{label:string, made:number, rejected:number}[]} series */
function summary(series) {
	if (series.length === 0) return "No data";
	const best = series.reduce((a, b) => (b.made > a.made ? b : a));
	const sum = series.reduce((n, s) => n + s.made, 0);
	return `${count(sum)} pictures made from ${series[0].label} to ${series[series.length - 1].label}; most on ${best.label}: ${count(best.made)}. The same numbers stand in the table.`;
}

/** @param {{label:string, made:number, rejected:number}[]} series */
export const seriesTable = (series) =>
	el(
		"table",
		{ class: "list series" },
		el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "When"), el("th", { scope: "col", class: "num" }, "Made"), el("th", { scope: "col", class: "num" }, "Rejected"))),
		el("tbody", {}, series.map((s) => el("tr", {}, el("th", { scope: "row" }, s.label), el("td", { class: "num" }, count(s.made)), el("td", { class: "num" }, count(s.rejected))))),
	);
