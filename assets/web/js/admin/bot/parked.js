// @ts-check
import { el, fill, icon } from "../../lib/dom.js";
import { ago, moment } from "../frame/format.js";
import { bones, load } from "../frame/view.js";

/**
 * Updates that failed three times: they wait here until somebody tries them again.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountParked(root, { server, say, bot, onretry }) {
	const body = el("div");
	let known = 0;
	fill(root, el("header", {}, el("h2", {}, "Parked updates"), el("p", { class: "hint" }, "Handling them failed three times. Nothing else waits for them.")), body);
	/** @type {ReturnType<typeof load> | undefined} */
	let view;

	/** @param {any} u */
	async function retry(u) {
		try {
			await server.post(`/api/panel/bot/${bot}/retry`, { update: u.id });
			say.done("It is tried again, up to three times.");
		} catch (err) {
			say.bad(err);
		}
		onretry();
		view?.again();
	}

	const open = () =>
		load(body, {
			fetch: (signal) => server.get(`/api/panel/bot/${bot}/parked?limit=50`, { signal }),
			skeleton: bones(2, "body"),
			draw: ({ updates }) =>
				fill(body, el("ul", { class: "lines" }, updates.map((/** @type {any} */ u) => el("li", {}, el("div", { class: "grow" }, el("strong", {}, u.person || String(u.chat), " ", el("span", { class: "badge" }, u.kind)), u.text && el("p", {}, u.text), el("small", {}, el("time", { datetime: u.taken_at, title: moment(u.taken_at) }, ago(u.taken_at)), `${u.tries} tries`, el("span", { class: "error" }, u.error))), el("button", { type: "button", class: "button", onclick: () => retry(u) }, icon("redo"), "Try again"))))),
		});

	return {
		/** expect hears how many there are, and looks when the number changed. @param {number} n */
		expect(n) {
			if (n === known) return;
			known = n;
			if (view) view.again();
			else view = open();
		},
		stop: () => view?.stop(),
	};
}
