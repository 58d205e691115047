// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, set } from "../../lib/dom.js";
import { textField } from "../frame/field.js";
import { sentence } from "../frame/say.js";

/**
 * Sends a test message to a person, a group or a channel.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountTest(root, { server, say, bot }) {
	const field = textField({ label: "Chat number", max: 20, mono: true, inputmode: "numeric", hint: "Your own number, after you pressed Start in the bot, or a group or channel below." });
	const submit = el("button", { class: "button" }, "Send");
	const chats = el("ul", { class: "chats" });
	let stopped = false;

	/** @param {Event} e */
	async function send(e) {
		e.preventDefault();
		const chat = Number(field.value());
		if (!field.value() || !Number.isSafeInteger(chat) || chat === 0) return field.wrong("A chat has a whole number, such as 123456789 or -1001234567890.");
		field.wrong("");
		set(submit, { "aria-busy": "true" });
		try {
			await server.post(`/api/panel/bot/${bot}/test`, { chat });
			say.done("The test message is there.");
		} catch (err) {
			if (err instanceof ApiError && err.status === 422) field.wrong(sentence(err));
			else say.bad(err);
		}
		set(submit, { "aria-busy": null });
	}

	async function offer() {
		try {
			const list = (await server.get(`/api/panel/bot/${bot}/chats`)).chats;
			if (stopped || list.length === 0) return;
			fill(chats, list.map((/** @type {any} */ c) => el("li", {}, el("button", { type: "button", class: "chip", onclick: () => (field.set(String(c.id)), field.input.focus()) }, c.title || String(c.id), el("small", {}, ` ${c.kind}${c.status && c.status !== "member" ? `, ${c.status}` : ""}`)))));
		} catch {
			// only suggestions
		}
	}

	offer();
	fill(root, el("header", {}, el("h2", {}, "Test message")), el("form", { class: "body stack", novalidate: true, onsubmit: send }, el("div", { class: "withbutton" }, field.node, submit), chats));
	return { stop: () => (stopped = true) };
}
