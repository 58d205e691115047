// @ts-check

const ESCAPES = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" });

/** Text that is markup on purpose: only html`…` makes it. */
class Markup {
	/** @param {string} text */
	constructor(text) {
		this.text = text;
	}
	toString() {
		return this.text;
	}
}

/** @param {unknown} value @returns {string} */
function escape(value) {
	if (value instanceof Markup) return value.text;
	if (Array.isArray(value)) return value.map(escape).join("");
	if (value === null || value === undefined || value === false || value === true) return "";
	return String(value).replace(/[&<>"']/g, (c) => ESCAPES[c]);
}

/**
 * Markup with every value escaped; arrays are joined; null, undefined and booleans are nothing. Attribute values
 * must stand in quotes. Values never go into an unquoted attribute, a URL scheme, a script or a style.
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 */
export function html(strings, ...values) {
	return new Markup(strings.map((s, i) => (i === 0 ? s : escape(values[i - 1]) + s)).join(""));
}

/**
 * The nodes of a piece of markup made by html`…`: the only innerHTML there is.
 * @param {Markup} markup
 * @returns {DocumentFragment}
 */
export function fragment(markup) {
	if (!(markup instanceof Markup)) throw new TypeError("fragment takes only what html`…` made");
	const template = document.createElement("template");
	template.innerHTML = markup.text;
	return template.content;
}

/**
 * Puts markup in place of what an element holds.
 * @param {Element} node
 * @param {Markup} markup
 */
export function render(node, markup) {
	node.replaceChildren(fragment(markup));
}
