// @ts-check
import { el, icon, set } from "../../lib/dom.js";

// Small controls of the editor's panel. Each answers {node, set(value)}; set never takes what is being typed away.

let made = 0;

/**
 * numberField is a field for a number: typed, or stepped with the arrow keys. What is no number is marked and waits.
 * @param {{label:string, unit?:string, step?:number, parse:(typed:string) => boolean, name?:string, seal?:() => void}} o parse answers
 *   false for what cannot be taken
 */
export function numberField({ label, unit = "", step = 0.5, parse, name = "", seal }) {
	const id = `number-${++made}`;
	let now = 0;
	const input = el("input", {
		class: "input", id, type: "text", inputmode: "decimal", autocomplete: "off", name, "aria-describedby": unit ? `${id}-unit` : null,
		oninput: () => set(input, { "aria-invalid": parse(input.value) ? null : "true" }),
		onchange: () => (set(input, { "aria-invalid": null }), (input.value = String(now)), seal?.()),
		onkeydown: (/** @type {KeyboardEvent} */ e) => {
			const way = e.key === "ArrowUp" ? 1 : e.key === "ArrowDown" ? -1 : 0;
			if (!way || e.altKey || e.ctrlKey || e.metaKey) return;
			e.preventDefault();
			parse(String(Math.round((now + way * step * (e.shiftKey ? 10 : 1)) * 100) / 100));
			input.value = String(now);
		},
	});
	return {
		node: el("div", { class: "field number" }, el("label", { for: id }, label, unit && el("span", { class: "unit", id: `${id}-unit` }, ` ${unit}`)), input),
		/** @param {number} value */
		set(value) {
			now = value;
			if (document.activeElement !== input) input.value = String(value);
		},
	};
}

/**
 * choice is one of a few, as radio buttons in a frame.
 * @param {{label:string, options:{value:string, word:string, icon?:string}[], change:(value:string) => void}} o
 */
export function choice({ label, options, change }) {
	const name = `choice-${++made}`;
	const inputs = options.map((o) => el("input", { type: "radio", name, value: o.value, "aria-label": o.icon ? o.word : null, onchange: () => change(o.value) }));
	return {
		node: el("div", { class: "field" }, el("span", { class: "label", "aria-hidden": "true" }, label), el("div", { class: "segmented", role: "radiogroup", "aria-label": label }, options.map((o, i) => el("label", { title: o.icon ? o.word : null }, inputs[i], o.icon ? icon(o.icon) : o.word)))),
		/** @param {string} value */
		set: (value) => inputs.forEach((i) => set(i, { checked: i.value === value })),
	};
}

/**
 * flip is on or off.
 * @param {{label:string, hint?:string, change:(on:boolean) => void}} o
 */
export function flip({ label, hint, change }) {
	const id = `flip-${++made}`;
	const input = el("input", { type: "checkbox", role: "switch", "aria-describedby": hint ? id : null, onchange: () => change(input.checked) });
	return {
		node: el("div", { class: "flipfield" }, el("label", { class: "switch" }, input, el("span", {}, label)), hint && el("p", { class: "hint", id }, hint)),
		input,
		/** @param {boolean} on */
		set: (on) => set(input, { checked: on }),
	};
}

/** section groups controls under a heading; tab is where a phone shows it. @param {string} tab @param {string} title @param {...any} children */
export const section = (tab, title, ...children) => el("section", { class: "group", data: { tab }, "aria-label": title }, el("h2", {}, title), ...children);
