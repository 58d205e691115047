// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, set } from "../../lib/dom.js";
import { selectField, textField } from "../frame/field.js";
import { sentence } from "../frame/say.js";
import { bones, load } from "../frame/view.js";

const SWITCHES = /** @type {[string, string][]} */ ([["every_outcome", "Post every outcome: stops and expiries, too"], ["cornix", "Add the form that Cornix reads"], ["daily", "Daily recap"], ["weekly", "Weekly recap"], ["comment", "Let the AI add a paragraph"]]);
const TEXTS = /** @type {[string, string, number, number][]} */ ([["daily_at", "Daily recap at", 5, 1], ["weekly_at", "Weekly recap at", 5, 1], ["zone", "Time zone", 60, 1], ["footer", "Footer under every post", 300, 2], ["admins", "Telegram ids that may pause and resume", 500, 1], ["chats", "Further chats in which the bot answers (ids)", 500, 1], ["prompt_won", "What the AI is asked after a profit", 1000, 2], ["prompt_day", "… for the daily recap", 1000, 2], ["prompt_week", "… for the weekly recap", 1000, 2]]);
const DAYS = /** @type {[string, string][]} */ (["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"].map((name, i) => [String(i), name]));

/**
 * What the channel gets, and when.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountPosting(root, { server, say }) {
	const body = el("div", { class: "body" });
	fill(root, el("header", {}, el("h2", {}, "What the channel gets"), el("button", { type: "button", class: "button push", onclick: test }, "Test post")), body);

	/** Sends a short message to the channel now. */
	async function test() {
		try {
			await server.post("/api/panel/signals/test", {});
			say.done("The test post is in the channel.");
		} catch (err) {
			say.bad(err);
		}
	}

	/** @param {{posting:any}} data */
	function draw({ posting: p }) {
		const switches = SWITCHES.map(([key, label]) => ({ key, input: el("input", { type: "checkbox", role: "switch", name: key, checked: p[key] }), label }));
		const fields = Object.fromEntries(TEXTS.map(([key, label, max, lines]) => [key, textField({ label, value: p[key], max, lines })]));
		const weekday = selectField({ label: "Weekly recap on", value: String(p.weekly_day), options: DAYS });
		const error = el("p", { class: "error", role: "alert" });
		const submit = el("button", { class: "button primary" }, "Save");

		/** @param {SubmitEvent} e */
		async function save(e) {
			e.preventDefault();
			fill(error);
			set(submit, { "aria-busy": "true" });
			const posting = { ...Object.fromEntries(switches.map((s) => [s.key, s.input.checked])), ...Object.fromEntries(TEXTS.map(([key]) => [key, fields[key].value()])), weekly_day: Number(weekday.value()) };
			try {
				draw(await server.put("/api/panel/signals/posting", { posting }));
				say.done("Saved. It holds for the next post.");
			} catch (err) {
				const field = err instanceof ApiError ? fields[err.field] : undefined;
				if (field) field.wrong(sentence(err));
				else fill(error, sentence(err));
			}
			set(submit, { "aria-busy": null });
		}

		fill(body, el("form", { class: "stack", onsubmit: save, novalidate: true },
			el("div", { class: "pairs" }, switches.map((s) => el("label", { class: "switch" }, s.input, s.label))),
			el("div", { class: "pairs" }, fields.daily_at.node, fields.weekly_at.node, weekday.node, fields.zone.node),
			fields.footer.node, el("div", { class: "pairs" }, fields.admins.node, fields.chats.node), el("details", {}, el("summary", {}, "Words for the AI"), el("div", { class: "stack" }, fields.prompt_won.node, fields.prompt_day.node, fields.prompt_week.node)), error, el("div", { class: "row" }, submit)));
	}

	const view = load(body, { fetch: (signal) => server.get("/api/panel/signals/posting", { signal }), skeleton: bones(5), draw });
	return view;
}
