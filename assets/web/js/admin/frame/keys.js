// @ts-check
import { el } from "../../lib/dom.js";
import { openDialog } from "./dialog.js";

/** @typedef {{keys:string, label:string, group:string, run?:(e:KeyboardEvent) => void}} Key keys: "?", "ctrl+k", "g t"; without run it is only listed */

const SEQUENCE = 1200; // ms in which the second key of "g t" must come

/** @param {KeyboardEvent} e */
function name(e) {
	const ctrl = e.ctrlKey || e.metaKey;
	const shift = e.shiftKey && (ctrl || e.key.length > 1); // "?" is typed with Shift on some keyboards, without on others
	return `${ctrl ? "ctrl+" : ""}${shift ? "shift+" : ""}${e.altKey ? "alt+" : ""}${e.key.toLowerCase()}`;
}

/** @param {EventTarget | null} target */
export const isTyping = (target) =>
	target instanceof HTMLElement && (target.isContentEditable || (target.matches("input, textarea, select") && !target.matches("[type=checkbox], [type=radio], [type=range]")));

/**
 * The keyboard map: one listener for the whole panel. Plain letters rest while somebody types or a dialog is open.
 */
export function makeKeys() {
	/** @type {Set<Key[]>} */
	const lists = new Set();
	let first = "";
	let at = 0;

	/** @param {KeyboardEvent} e */
	function answer(e) {
		if (e.defaultPrevented || e.isComposing) return;
		const pressed = name(e);
		const open = document.querySelector("dialog[open]");
		if (!pressed.startsWith("ctrl+") && isTyping(e.target)) return;
		if (open) return;
		const whole = e.timeStamp - at < SEQUENCE && first ? `${first} ${pressed}` : pressed;
		const all = [...lists].reverse().flat().filter((k) => k.run);
		const key = all.find((k) => k.keys === whole) ?? all.find((k) => k.keys === pressed);
		first = "";
		if (key) {
			if (/^ctrl\+(shift\+)?z$/.test(pressed) && isTyping(e.target)) return; // the field's own undo
			e.preventDefault();
			return key.run?.(e);
		}
		if (all.some((k) => k.keys.startsWith(`${pressed} `))) [first, at] = [pressed, e.timeStamp];
	}
	document.addEventListener("keydown", answer);

	return {
		/** @param {Key[]} list @returns {() => void} takes the list away */
		add(list) {
			lists.add(list);
			return () => void lists.delete(list);
		},
		help: () => help([...lists].flat()),
	};
}

/** @param {Key[]} keys */
function help(keys) {
	const groups = [...new Set(keys.map((k) => k.group))];
	const body = groups.map((group) =>
		el(
			"section",
			{ class: "stack keymap" },
			el("h3", {}, group),
			el("dl", {}, keys.filter((k) => k.group === group).map((k) => el("div", {}, el("dt", {}, k.label), el("dd", {}, caps(k.keys))))),
		),
	);
	openDialog({ title: "Keyboard", body: el("div", { class: "keymaps" }, body), kind: "wide" });
}

/** @param {string} keys */
function caps(keys) {
	return keys.split(" ").flatMap((part, i) => [i > 0 && " then ", ...part.split("+").flatMap((k, j) => [j > 0 && " ", el("kbd", {}, k === "ctrl" ? "Ctrl" : k.length === 1 ? k.toUpperCase() : k[0].toUpperCase() + k.slice(1))])]);
}
