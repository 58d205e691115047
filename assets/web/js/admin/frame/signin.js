// @ts-check
import { ApiError, post } from "../../lib/api.js";
import { el, fill, icon, set } from "../../lib/dom.js";
import { openDialog } from "./dialog.js";

/**
 * Draws the sign-in form. After too many tries it counts down and lets go by itself.
 * @param {HTMLElement} root
 * @param {{onDone: () => void}} deps
 */
export function mountSignin(root, { onDone }) {
	/** @type {ReturnType<typeof setInterval> | undefined} */
	let counting;
	const error = el("p", { class: "error", id: "signin-error", role: "alert" });
	const password = el("input", {
		class: "input", id: "signin-password", type: "password", name: "password", autocomplete: "current-password", required: true, maxlength: 512, autofocus: true,
		"aria-describedby": "signin-error", oninput: () => set(password, { "aria-invalid": null }),
	});
	const shown = el("button", { type: "button", class: "button quiet icon-only", "aria-pressed": "false", "aria-label": "Show the password", onclick: show }, icon("eye"));
	const submit = el("button", { class: "button primary" }, "Sign in");

	function show() {
		const visible = password.type === "text";
		password.type = visible ? "password" : "text";
		set(shown, { "aria-pressed": String(!visible) });
		password.focus();
	}

	/** @param {SubmitEvent} e */
	async function send(e) {
		e.preventDefault();
		if (submit.getAttribute("aria-disabled") === "true") return;
		if (!password.value) return refuse("Type the password.");
		set(submit, { "aria-disabled": "true", "aria-busy": "true" });
		fill(error);
		try {
			await post("/api/login", { password: password.value });
			password.value = "";
			onDone();
		} catch (err) {
			const known = err instanceof ApiError ? err : new ApiError("Something broke. Reload the page, then try again.");
			set(submit, { "aria-disabled": null, "aria-busy": null });
			if (known.status === 429) return countdown(known.retryAfter || known.body?.retry_after || 30);
			refuse(known.status === 401 ? "That is not the password. Try again." : known.message);
		}
	}

	/** @param {string} text */
	function refuse(text) {
		fill(error, text);
		set(password, { "aria-invalid": "true" });
		password.focus();
		password.select();
	}

	/** @param {number} seconds */
	function countdown(seconds) {
		const until = performance.now() + seconds * 1000;
		set(submit, { "aria-disabled": "true", "aria-busy": null });
		fill(error, "Too many tries. Wait a little, then try again. Your password is not locked.");
		const tick = () => {
			const left = Math.ceil((until - performance.now()) / 1000);
			if (left > 0) return fill(submit, `Try again in ${left} s`);
			clearInterval(counting);
			set(submit, { "aria-disabled": null });
			fill(submit, "Sign in");
			fill(error);
		};
		clearInterval(counting);
		counting = setInterval(tick, 250);
		tick();
	}

	fill(
		root,
		el(
			"form",
			{ class: "stack", onsubmit: send, novalidate: true },
			el("input", { class: "visually-hidden", type: "text", name: "username", autocomplete: "username", value: "admin", tabindex: "-1", readonly: true, "aria-hidden": "true" }),
			el("div", { class: "field" }, el("label", { for: "signin-password" }, "Password"), el("div", { class: "joined" }, password, shown), error),
			submit,
		),
	);
	return { focus: () => password.focus(), stop: () => clearInterval(counting) };
}

/**
 * Asks for the password over the page when the session ended; what was typed underneath stays.
 * @returns {Promise<void>} resolves once there is a session again
 */
export function signInAgain() {
	const body = el("div", { class: "stack" }, el("p", {}, "Your session ended. Sign in to go on: nothing that you typed is lost."));
	const form = el("div");
	body.append(form);
	const dialog = openDialog({ title: "Sign in again", body, closable: false });
	const signin = mountSignin(form, { onDone: () => dialog.close() });
	signin.focus();
	return dialog.closed.then(signin.stop);
}
