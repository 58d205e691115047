// @ts-check
import { el, fill, icon, set } from "../../lib/dom.js";

/** @typedef {{label:string, hint?:string, icon?:string, words?:string, run:() => void}} Command */

/**
 * score tells how well a command fits what was typed: 0 not at all; beginnings of words count most.
 * @param {string} text @param {string} typed
 */
export function score(text, typed) {
	const hay = text.toLowerCase();
	let sum = 0;
	for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
		const at = hay.indexOf(word);
		if (at < 0) return 0;
		sum += at === 0 ? 4 : /\W/.test(hay[at - 1]) ? 3 : 1;
	}
	return sum || 1;
}

/**
 * Opens the palette: type to filter, Enter runs, Escape leaves.
 * @param {{commands:Command[], more:(typed:string) => Promise<Command[]> | Command[]}} deps more: what the text itself offers
 */
export function openPalette({ commands, more }) {
	const from = document.activeElement;
	/** @type {Command[]} */
	let shown = [];
	let at = 0;
	let turn = 0;
	const list = el("ul", { class: "options", role: "listbox", id: "palette-list", "aria-label": "Commands" });
	const none = el("p", { class: "hint", hidden: true }, "Nothing fits. Try another word.");
	const input = el("input", {
		class: "input", type: "text", role: "combobox", "aria-label": "Jump to a room, a template or a command", placeholder: "Jump to…", autocomplete: "off", spellcheck: "false",
		"aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list", oninput: filter, onkeydown: steer,
	});
	const node = el("dialog", { class: "dialog palette", "aria-label": "Jump to" }, el("div", { class: "search" }, icon("search"), input), list, none);

	async function filter() {
		const mine = ++turn;
		const typed = input.value.trim();
		const scored = commands.map((c) => ({ c, s: score(`${c.label} ${c.words ?? ""}`, typed) })).filter(({ s }) => s > 0);
		if (typed) scored.sort((a, b) => b.s - a.s);
		draw(scored.map(({ c }) => c));
		const found = await more(typed);
		if (mine === turn && found.length) draw([...scored.map(({ c }) => c), ...found]);
	}

	/** @param {Command[]} next */
	function draw(next) {
		shown = next.slice(0, 12);
		at = Math.min(at, Math.max(shown.length - 1, 0));
		if (!shown.length || turn === 0) at = 0;
		none.hidden = shown.length > 0;
		fill(
			list,
			shown.map((c, i) =>
				el(
					"li",
					{ role: "option", id: `palette-${i}`, onpointermove: () => point(i), onclick: () => run(i) },
					icon(c.icon ?? "right"),
					el("span", {}, c.label),
					c.hint && el("small", {}, c.hint),
				),
			),
		);
		point(at);
	}

	/** @param {number} i */
	function point(i) {
		at = i;
		[...list.children].forEach((li, n) => set(li, { "aria-selected": String(n === i) }));
		set(input, { "aria-activedescendant": shown.length ? `palette-${i}` : null });
		list.children[i]?.scrollIntoView({ block: "nearest" });
	}

	/** @param {number} i */
	function run(i) {
		const command = shown[i];
		node.close();
		command?.run();
	}

	/** @param {KeyboardEvent} e */
	function steer(e) {
		const step = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 })[e.key];
		if (step && shown.length) {
			e.preventDefault();
			point((at + step + shown.length) % shown.length);
		} else if (e.key === "Enter") {
			e.preventDefault();
			run(at);
		} else if (e.key !== "Escape") at = 0;
	}

	node.addEventListener("pointerdown", (/** @type {PointerEvent} */ e) => e.target === node && node.close());
	node.addEventListener("close", () => {
		node.remove();
		if (document.activeElement === document.body && from instanceof HTMLElement) from.focus({ preventScroll: true });
	});
	document.body.append(node);
	node.showModal();
	filter();
}
