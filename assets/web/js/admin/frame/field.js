// @ts-check
import { el, fill, set } from "../../lib/dom.js";

let made = 0;

/**
 * A labelled text field with its hint and its error.
 * @param {{label:string, value?:string, type?:string, max?:number, mono?:boolean, placeholder?:string, hint?:any, list?:string[], lines?:number,
 *   inputmode?:string, change?:(value:string) => void, autofocus?:boolean, readonly?:boolean}} o list: suggestions; lines: more than one makes a text area
 */
export function textField({ label, value = "", type = "text", max = 200, mono, placeholder, hint, list, lines = 1, inputmode, change, autofocus, readonly }) {
	const id = `field-${++made}`;
	const error = el("p", { class: "error", id: `${id}-error`, role: "alert" });
	const input = el(lines > 1 ? "textarea" : "input", {
		class: mono ? "input code" : "input", id, type: lines > 1 ? null : type, rows: lines > 1 ? lines : null, maxlength: max, placeholder, inputmode, autocomplete: "off", autofocus, readonly,
		spellcheck: mono || type === "url" ? "false" : null, list: list ? `${id}-list` : null, "aria-describedby": `${hint ? `${id}-hint ` : ""}${id}-error`,
		oninput: () => (wrong(""), change?.(input.value)),
	});
	input.value = value;

	/** wrong marks the field and moves there; "" clears it. @param {string} text */
	function wrong(text) {
		fill(error, text);
		set(input, { "aria-invalid": text ? "true" : null });
		if (text) input.focus();
	}

	return {
		node: el("div", { class: "field" }, el("label", { for: id }, label), input, list && el("datalist", { id: `${id}-list` }, list.map((v) => el("option", { value: v }))), hint && el("p", { class: "hint", id: `${id}-hint` }, hint), error),
		input,
		wrong,
		value: () => input.value.trim(),
		/** @param {string} v */
		set: (v) => (input.value = v),
	};
}

/**
 * A labelled choice.
 * @param {{label:string, value?:string, options:[string, string][], hint?:any, change?:(value:string) => void}} o options: value, words
 */
export function selectField({ label, value = "", options, hint, change }) {
	const id = `field-${++made}`;
	const input = el("select", { class: "input", id, "aria-describedby": hint ? `${id}-hint` : null, onchange: () => change?.(input.value) }, options.map(([v, words]) => el("option", { value: v, selected: v === value }, words)));
	return { node: el("div", { class: "field" }, el("label", { for: id }, label), input, hint && el("p", { class: "hint", id: `${id}-hint` }, hint)), input, value: () => input.value };
}
