// @ts-check

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/** Attributes that must be set as properties: their attribute is only the first value. */
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "indeterminate", "hidden", "htmlFor", "textContent"]);

/**
 * The one element that a selector finds; a missing one is a mistake in the page and says so.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {any} typed by the caller
 */
export function find(selector, root = document) {
	const node = root.querySelector(selector);
	if (!node) throw new Error(`nothing on the page matches ${selector}`);
	return node;
}

/**
 * Sets attributes, properties, data (`data: {slug: "a"}`) and listeners (`onclick: fn`) of an element.
 * null, undefined and false take an attribute away; true sets it empty. Writes only what differs.
 * @template {Element} T
 * @param {T} node
 * @param {Record<string, any>} props
 * @returns {T}
 */
export function set(node, props) {
	const target = /** @type {any} */ (node);
	for (const [name, value] of Object.entries(props)) {
		if (name === "data") Object.assign(target.dataset, value);
		else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
		else if (PROPERTIES.has(name)) {
			if (target[name] !== value) target[name] = value;
		} else if (value === null || value === undefined || value === false) node.removeAttribute(name);
		else if (node.getAttribute(name) !== String(value === true ? "" : value)) node.setAttribute(name, value === true ? "" : String(value));
	}
	return node;
}

/**
 * Makes an element: el("p", {class: "hint"}, "words", child). Text is always text, never markup.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {any} an HTMLElement of that tag
 */
export function el(tag, props = {}, ...children) {
	const node = set(document.createElement(tag), props);
	node.append(...nodes(children));
	return node;
}

/**
 * Puts children in place of what an element holds.
 * @param {Element} node
 * @param {...Child} children
 */
export function fill(node, ...children) {
	node.replaceChildren(...nodes(children));
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function nodes(children) {
	return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false).map((c) => (c instanceof Node ? c : String(c)));
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon of the page's sprite (`<symbol id="i-NAME">`), hidden from screen readers: the words beside it speak.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
	const svg = document.createElementNS(SVG, "svg");
	const use = document.createElementNS(SVG, "use");
	use.setAttribute("href", `#i-${name}`);
	set(svg, { class: "icon", "aria-hidden": "true" }).append(use);
	return svg;
}

/** An image that is loaded and decoded: drawing it does not wait. @param {string} url */
export async function loadImage(url) {
	const image = new Image();
	image.src = url;
	await image.decode();
	return image;
}

/**
 * Runs fn once in the next frame, however often it is asked before that.
 * @param {() => void} fn
 * @returns {() => void}
 */
export function perFrame(fn) {
	let asked = 0;
	return () => {
		asked ||= requestAnimationFrame(() => {
			asked = 0;
			fn();
		});
	};
}

/**
 * Runs fn with the last arguments after ms of quiet. `.now(...)` runs it at once, `.stop()` forgets it.
 * @template {any[]} A
 * @param {(...args: A) => void} fn
 * @param {number} ms
 */
export function debounce(fn, ms) {
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	const stop = () => clearTimeout(timer);
	/** @param {A} args */
	const later = (...args) => {
		stop();
		timer = setTimeout(() => fn(...args), ms);
	};
	/** @param {A} args */
	const now = (...args) => {
		stop();
		fn(...args);
	};
	return Object.assign(later, { now, stop });
}

/** @param {string} hex "#rrggbb" @returns {number} relative luminance (WCAG 2.2) */
function luminance(hex) {
	const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * Puts a brand's accent in place of ours, where it can be read on the dark ground (4.5:1); the ink on it follows.
 * @param {string | undefined} hex "#rrggbb"
 */
export function wearAccent(hex) {
	if (!hex || !/^#[0-9a-f]{6}$/i.test(hex) || luminance(hex) < 0.19) return;
	document.documentElement.style.setProperty("--accent", hex);
}
