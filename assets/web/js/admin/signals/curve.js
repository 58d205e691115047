// @ts-check
import { set } from "../../lib/dom.js";
import { day } from "../frame/format.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT] = [720, 180, 56];

/** @param {string} tag @param {Record<string, any>} props @param {...(Node | string)} children */
function svg(tag, props, ...children) {
	const node = document.createElementNS(SVG, tag);
	set(node, props).append(...children);
	return node;
}

/**
 * The running total of results, a step per signal that ended.
 * @param {{at:string, points:number, r:number}[]} points
 */
export function curve(points) {
	const values = [0, ...points.map((p) => p.points)];
	const [low, high] = [Math.min(...values), Math.max(...values)];
	const span = high - low || 1;
	/** @param {number} v */
	const y = (v) => 8 + ((high - v) / span) * (HEIGHT - 34);
	/** @param {number} i */
	const x = (i) => LEFT + (i / Math.max(1, values.length - 1)) * (WIDTH - LEFT - 8);
	const last = points[points.length - 1];
	const plot = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart equity", role: "img", "aria-label": `Running total: ${last.points.toFixed(2)} points (${last.r.toFixed(2)} R) on ${day(last.at)}; lowest ${low.toFixed(2)}, highest ${high.toFixed(2)}.` });
	for (const v of new Set([low, 0, high])) plot.append(svg("line", { x1: LEFT, x2: WIDTH, y1: y(v), y2: y(v), class: "rule" }), svg("text", { x: LEFT - 8, y: y(v) + 4, class: "tick end" }, v.toFixed(0)));
	plot.append(svg("path", { class: "line", d: values.map((v, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)} ${y(v).toFixed(1)}`).join("") }));
	plot.append(svg("text", { x: LEFT, y: HEIGHT - 4, class: "tick" }, day(points[0].at)), svg("text", { x: WIDTH, y: HEIGHT - 4, class: "tick end" }, day(last.at)));
	return plot;
}
