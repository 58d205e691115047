// @ts-check
import { debounce, el, fill, icon } from "../../lib/dom.js";
import { openDialog } from "../frame/dialog.js";
import { ago, count, moment, plural } from "../frame/format.js";
import { bones, broken, empty, load } from "../frame/view.js";

const PAGE = 25;
const EVENTS = /** @type {Record<string, string>} */ ({ started: "Pressed Start", blocked: "Blocked the bot", unblocked: "Unblocked the bot", deactivated: "Deleted their account", gone: "Cannot be reached" });

/** @param {any} m */
const nameOf = (m) => [m.first_name, m.last_name].filter(Boolean).join(" ") || (m.username ? `@${m.username}` : String(m.id));

/**
 * The people who talk to the bot.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountPeople(root, { server, bot }) {
	const filter = { query: "", blocked: "", offset: 0 };
	const body = el("div");
	const total = el("span", { class: "hint" });
	const search = el("input", { class: "input", type: "search", placeholder: "Name, @user or number", "aria-label": "Search people", data: { search: "" }, oninput: debounce(() => narrow({ query: search.value, offset: 0 }), 250) });
	const state = el("select", { class: "input", "aria-label": "Which people", onchange: () => narrow({ blocked: state.value, offset: 0 }) }, [["", "All"], ["false", "Can be reached"], ["true", "Blocked the bot"]].map(([v, word]) => el("option", { value: v }, word)));
	fill(root, el("header", {}, el("h2", {}, "People"), total), el("div", { class: "body tools" }, el("div", { class: "search" }, icon("search"), search), el("div", { class: "chooser" }, state)), body);

	/** @param {Partial<typeof filter>} patch */
	function narrow(patch) {
		Object.assign(filter, patch);
		view.again();
	}

	/** @param {any} d */
	function draw({ members, total: n }) {
		fill(total, plural(n, "person", "people"));
		if (n === 0) return fill(body, filter.query || filter.blocked ? empty({ icon: "search", title: "Nobody fits", text: "Nobody matches the search." }) : empty({ icon: "plane", title: "Nobody yet", text: "Whoever writes to the bot appears here, also those who only press Start." }));
		fill(
			body,
			el(
				"table",
				{ class: "list people" },
				el("thead", {}, el("tr", {}, ["Name", "State", "Last code", "Language", "Seen"].map((h) => el("th", { scope: "col" }, h)))),
				el("tbody", {}, members.map((/** @type {any} */ m) => el("tr", {}, el("th", { scope: "row" }, el("button", { type: "button", class: "name", onclick: () => open(m) }, nameOf(m)), el("small", {}, m.username ? `@${m.username}` : "", el("code", {}, String(m.id)))), el("td", { class: "state" }, m.blocked_at ? el("span", { class: "badge", data: { tone: "warn" } }, "Blocked") : m.started_at ? null : el("span", { class: "badge" }, "Only in groups")), el("td", {}, m.last_code && el("code", {}, m.last_code)), el("td", { class: "when lang" }, m.language), el("td", { class: "when" }, el("time", { datetime: m.last_seen, title: moment(m.last_seen) }, ago(m.last_seen)))))),
			),
			n > PAGE && el("nav", { class: "body row", "aria-label": "Pages" }, el("button", { type: "button", class: "button", disabled: filter.offset === 0, onclick: () => narrow({ offset: Math.max(0, filter.offset - PAGE) }) }, "Before"), el("span", { class: "hint" }, `${count(filter.offset + 1)}–${count(Math.min(n, filter.offset + PAGE))} of ${count(n)}`), el("button", { type: "button", class: "button", disabled: filter.offset + PAGE >= n, onclick: () => narrow({ offset: filter.offset + PAGE }) }, "Next")),
		);
	}

	/** @param {any} m */
	function open(m) {
		const events = el("div", {}, bones(2));
		openDialog({
			title: nameOf(m),
			kind: "side",
			body: [
				el("dl", { class: "facts" }, [["Telegram name", m.username ? `@${m.username}` : "none"], ["Number", String(m.id)], ["Language", m.language || "unknown"], ["First seen", moment(m.first_seen)], ["Last seen", moment(m.last_seen)], ["Last code", m.last_code || "none"], ["Blocked", m.blocked_at ? `${moment(m.blocked_at)} ${m.blocked_why}` : "no"]].map(([k, v]) => el("div", {}, el("dt", {}, k), el("dd", {}, v)))),
				el("h3", {}, "What happened"),
				events,
			],
		});
		const ask = async () => {
			try {
				const { events: list } = await server.get(`/api/panel/bot/${bot}/members/${m.id}`);
				fill(events, list.length === 0 ? el("p", { class: "hint" }, "Nothing is noted.") : el("ol", { class: "lines flat" }, list.map((/** @type {any} */ e) => el("li", {}, el("span", {}, EVENTS[e.kind] ?? e.kind), el("time", { class: "hint push", datetime: e.at }, moment(e.at))))));
			} catch (err) {
				fill(events, broken(err, ask));
			}
		};
		ask();
	}

	const view = load(body, { fetch: (signal) => server.get(`/api/panel/members?bot=${bot}&query=${encodeURIComponent(filter.query)}&blocked=${filter.blocked}&limit=${PAGE}&offset=${filter.offset}`, { signal }), skeleton: bones(3, "body"), draw });
	return view;
}
