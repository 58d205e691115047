// @ts-check
import { el, icon } from "./dom.js";

const STAY = 6000;

/**
 * Says one thing at the bottom of the page, in place of what was said before. It leaves after 6 s (not while the
 * pointer or the focus is on it); a "bad" one stays until it is closed. Returns a function that takes it away.
 * @param {string} text a sentence
 * @param {{tone?: "ok" | "info" | "warn" | "bad", action?: {label: string, run: () => void}}} [options]
 */
export function toast(text, { tone = "ok", action } = {}) {
	const region = place();
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	const gone = () => {
		clearTimeout(timer);
		box.remove();
	};
	const box = el(
		"div",
		{ class: "toast", data: { tone } },
		icon(tone === "ok" ? "check" : tone === "info" ? "info" : "alert"),
		el("p", {}, text),
		action && el("button", { type: "button", class: "button quiet", onclick: () => (gone(), action.run()) }, action.label),
		el("button", { type: "button", class: "button quiet icon-only", "aria-label": "Close this message", onclick: gone }, icon("close")),
	);
	const start = () => {
		clearTimeout(timer);
		if (tone !== "bad") timer = setTimeout(() => (box.matches(":hover, :focus-within") ? start() : gone()), STAY);
	};
	region.replaceChildren(box);
	start();
	return gone;
}

/** The live region must be on the page before words come into it, or screen readers stay silent. */
function place() {
	const there = document.querySelector(".toasts");
	if (there) return there;
	const region = el("div", { class: "toasts", role: "status" });
	document.body.append(region);
	return region;
}
