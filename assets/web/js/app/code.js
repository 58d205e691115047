// @ts-check
import { fill, find, icon, set } from "../lib/dom.js";
import { sanitize } from "../editor/sanitize.js";
import { format } from "./place.js";
import { words } from "./verdict.js";

/** @typedef {import("./state.js").State} State */

/**
 * The ticket: the code field that cleans what is typed without losing the caret, its stub that says what is known of
 * the code, and what can be copied.
 * @param {HTMLFormElement} root
 * @param {{store: ReturnType<typeof import("../lib/store.js").createStore<State>>, recheck: () => void}} deps
 */
export function mountCode(root, { store, recheck }) {
	/** @type {HTMLInputElement} */
	const input = find("#code", root);
	const retry = find("#recheck", root);
	let note = ""; // why something that was typed did not come through

	const take = () => {
		const typed = input.value;
		const clean = sanitize(typed, input.selectionStart ?? typed.length);
		if (typed !== clean.value) {
			input.value = clean.value;
			input.setSelectionRange(clean.caret, clean.caret);
		}
		note = remark(typed);
		store.set({ code: clean.code });
		draw(store.get());
	};

	/** @param {Readonly<State>} s */
	function draw(s) {
		if (sanitize(input.value).code !== s.code) input.value = s.code;
		stub(root, s, note);
	}

	input.addEventListener("input", (event) => {
		if (!(/** @type {InputEvent} */ (event).isComposing)) take();
	});
	input.addEventListener("compositionend", take);
	input.addEventListener("blur", () => {
		note = "";
		draw(store.get());
	});
	root.addEventListener("submit", (event) => {
		event.preventDefault();
		if (!store.get().verdict.passed) recheck();
	});
	retry.addEventListener("click", () => {
		recheck();
		input.focus();
	});
	copies(find("#copy-code", root), () => store.get().code, input, "The code is copied.");
	copies(find("#copy-link"), () => location.origin + "/" + format(store.get()), null, "The link to this picture is copied.");
	store.watch(draw);
}

/** What is known of the code. @param {HTMLFormElement} root @param {Readonly<State>} s @param {string} note */
function stub(root, s, note) {
	const says = words(s.verdict);
	const free = s.verdict.status === "none" || s.verdict.status === "checking" || s.verdict.status === "valid";
	set(root, { data: { tone: says.tone, status: s.verdict.status } });
	set(find("#code", root), { "aria-invalid": says.tone === "bad" ? "true" : null });
	set(find(".verdict-word strong", root), { textContent: says.word });
	set(find(".verdict-text", root), { textContent: free && note ? note : says.text });
	set(find("#recheck", root), { hidden: s.verdict.status !== "unknown" });
}

/**
 * Tells a person why something they typed did not come through; "" when it all did.
 * @param {string} typed
 */
export function remark(typed) {
	const seen = typed.normalize("NFC").replace(/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g, "");
	return /[^A-Za-z0-9_\s-]/u.test(seen) ? "Only letters A to Z, digits, - and _ can be printed." : "";
}

/**
 * A button that copies: it shows and says for two seconds that it did.
 * @param {HTMLElement} button
 * @param {() => string} text
 * @param {HTMLElement | null} where gets the focus when there is nothing to copy
 * @param {string} done
 */
function copies(button, text, where, done) {
	const looks = [...button.childNodes];
	/** @type {ReturnType<typeof setTimeout>} */
	let timer;
	button.addEventListener("click", async () => {
		const value = text();
		if (!value) return where?.focus();
		const copied = await copyText(value);
		clearTimeout(timer);
		const wide = looks.length > 1;
		fill(button, icon(copied ? "check" : "alert"), wide && (copied ? "Copied" : "Not copied"));
		set(find("#said"), { textContent: copied ? done : "The browser did not allow copying." });
		timer = setTimeout(() => {
			button.replaceChildren(...looks);
			set(find("#said"), { textContent: "" });
		}, 2000);
	});
}

/** @param {string} text */
async function copyText(text) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyBySelection(text);
	}
}

/** The way for pages on plain http, where there is no clipboard. @param {string} text */
function copyBySelection(text) {
	const focused = /** @type {HTMLElement | null} */ (document.activeElement);
	const area = document.createElement("textarea");
	set(area, { value: text, readonly: true, class: "visually-hidden" });
	document.body.append(area);
	area.select();
	const copied = document.execCommand("copy");
	area.remove();
	focused?.focus();
	return copied;
}
