// @ts-check
import { el, fill, set } from "../lib/dom.js";
import { facts, findRoot } from "./chain.js";
import { count, moment, words } from "./words.js";

/**
 * A place for a fingerprint that was posted earlier: is it still part of the chain?
 * @param {any[]} entries oldest first
 * @param {number} broken the first entry that does not fit, 0 for none
 */
export function mountRoot(entries, broken) {
	const answer = el("p", { class: "hint", role: "status", data: { testid: "root-answer" } }, "A recap in the channel carries the fingerprint of its day. Its first 8 digits are enough.");
	const input = el("input", { class: "input", id: "root-field", name: "root", autocomplete: "off", spellcheck: "false", maxlength: 80 });

	/** @param {SubmitEvent} e */
	function check(e) {
		e.preventDefault();
		const seq = findRoot(entries, input.value);
		const good = seq > 0 && (broken === 0 || seq < broken);
		set(answer, { class: good ? "good" : "error" });
		if (seq < 0) fill(answer, "A fingerprint is 64 digits 0–9 and a–f; give at least the first 8.");
		else if (seq === 0) fill(answer, "No entry ends with this fingerprint. Either it was mistyped, or the record that it belonged to was replaced.");
		else if (!good) fill(answer, `Entry ${count(seq)} carries this fingerprint, but the chain is broken at entry ${count(broken)}.`);
		else fill(answer, `Still there: it is entry ${count(seq)} of ${moment(words(facts(entries[seq - 1])).at)}. All that was recorded up to then is unchanged.`);
	}

	return el("form", { class: "body rootform", onsubmit: check },
		el("div", { class: "field" }, el("label", { for: "root-field" }, "Check a fingerprint from the channel"), el("div", { class: "row" }, input, el("button", { class: "button" }, "Check")), answer));
}
