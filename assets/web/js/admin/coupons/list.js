// @ts-check
import { debounce, el, fill, icon, set } from "../../lib/dom.js";
import { count, day, plural } from "../frame/format.js";
import { link } from "../frame/router.js";
import { bones, empty, load } from "../frame/view.js";
import { discountWords, lastDay } from "./coupon.js";
import { openCoupon } from "./edit.js";
import { openImport } from "./import.js";

const PAGE = 25;
const STATES = /** @type {Record<string, [string, string]>} */ ({ active: ["ok", "Active"], scheduled: ["info", "Scheduled"], ended: ["", "Ended"], used_up: ["warn", "Used up"] });

/**
 * The workspace's own list of codes.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountList(root, { server, say, query, replace, onchanged }) {
	const filter = { q: query.get("q") ?? "", state: query.get("state") ?? "", offset: Number(query.get("from")) || 0 };
	let provider = "";
	const body = el("div");
	const total = el("span", { class: "hint" });
	const unused = el("div", { class: "body", hidden: true }, el("div", { class: "notice", data: { tone: "info" } }, icon("info"), el("p", {}, "The list is kept, but it is not asked: another provider is chosen.")));
	const search = el("input", { class: "input", type: "search", placeholder: "Search codes and notes", "aria-label": "Search codes and notes", value: filter.q, data: { search: "" }, oninput: debounce(() => narrow({ q: search.value, offset: 0 }), 250) });
	const state = el("select", { class: "input", "aria-label": "State", onchange: () => narrow({ state: state.value, offset: 0 }) }, [["", "All"], ...Object.entries(STATES).map(([v, [, word]]) => [v, word])].map(([v, word]) => el("option", { value: v, selected: v === filter.state }, word)));
	const changed = () => (view.again(), onchanged());
	const exportLink = el("a", { class: "button", download: true }, icon("down"), "Export");

	fill(
		root,
		el("header", {}, el("h2", {}, "My list"), total,
			el("div", { class: "row push" },
				el("button", { type: "button", class: "button", onclick: () => openImport({ server, say, onchanged: changed }) }, icon("up"), "Import"), exportLink,
				el("button", { type: "button", class: "button primary", onclick: () => openCoupon({ server, say, coupon: null, onchanged: changed, remove }) }, icon("plus"), "Add a code"))),
		unused,
		el("div", { class: "body tools" }, el("div", { class: "search" }, icon("search"), search), el("div", { class: "chooser" }, state)),
		body,
	);

	const asked = () => `q=${encodeURIComponent(filter.q)}&state=${filter.state}`;

	/** @param {Partial<typeof filter>} patch */
	function narrow(patch) {
		Object.assign(filter, patch);
		replace(link(["coupons"], { q: filter.q, state: filter.state, from: filter.offset || "" }));
		view.again();
	}

	/** @param {any[]} coupons */
	async function remove(coupons) {
		try {
			const gone = await server.post("/api/panel/coupons/delete", { codes: coupons.map((c) => c.code) });
			say.done(`Deleted ${coupons.length === 1 ? coupons[0].code : plural(gone.changed, "code")}.`, {
				undone: "The codes are back.",
				undo: async () => {
					await server.post("/api/panel/coupons/restore", { coupons: gone.coupons });
					changed();
				},
			});
		} catch (err) {
			say.bad(err);
		}
		changed();
	}

	/** @param {any} data */
	function draw(data) {
		fill(total, plural(data.total, "code"));
		set(exportLink, { href: `/api/panel/coupons.csv?${asked()}` });
		if (data.total === 0) {
			const searched = filter.q !== "" || filter.state !== "";
			return fill(body, searched ? empty({ icon: "search", title: "Nothing fits", text: "No code in the list matches." }) : empty({ icon: "ticket", title: "No codes in the list", text: "Add codes one by one, or import a CSV file with the columns code, percent, amount, currency, starts, ends, max_uses, url, note." }));
		}
		fill(body, table(data.coupons), data.total > PAGE && pager(data.total));
	}

	/** @param {any[]} coupons */
	const table = (coupons) =>
		el(
			"table",
			{ class: "list coupons" },
			el("thead", {}, el("tr", {}, ["Code", "State", "Discount", "Starts", "Ends", "Used", ""].map((h, i) => el("th", { scope: "col", class: i === 5 ? "num" : null }, h || el("span", { class: "visually-hidden" }, "Delete"))))),
			el("tbody", {}, coupons.map((c) => el(
				"tr",
				{},
				el("th", { scope: "row" }, el("button", { type: "button", class: "name", onclick: () => openCoupon({ server, say, coupon: c, onchanged: changed, remove }) }, el("code", {}, c.code)), c.note && el("small", {}, c.note)),
				el("td", { class: "state" }, el("span", { class: "badge", data: { tone: STATES[c.state]?.[0] ?? "" } }, STATES[c.state]?.[1] ?? c.state)),
				el("td", { class: "discount" }, discountWords(c)),
				el("td", { class: "when from" }, c.starts ? day(c.starts) : ""),
				el("td", { class: "when until" }, c.ends ? day(lastDay(c.ends)) : ""),
				el("td", { class: "num used" }, c.max_uses > 0 ? `${count(c.uses)} of ${count(c.max_uses)}` : count(c.uses)),
				el("td", { class: "act" }, el("button", { type: "button", class: "button quiet icon-only", "aria-label": `Delete ${c.code}`, onclick: () => remove([c]) }, icon("trash"))),
			))),
		);

	/** @param {number} n */
	const pager = (n) =>
		el(
			"nav",
			{ class: "body row", "aria-label": "Pages" },
			el("button", { type: "button", class: "button", disabled: filter.offset === 0, onclick: () => narrow({ offset: Math.max(0, filter.offset - PAGE) }) }, "Before"),
			el("span", { class: "hint" }, `${count(filter.offset + 1)}–${count(Math.min(n, filter.offset + PAGE))} of ${count(n)}`),
			el("button", { type: "button", class: "button", disabled: filter.offset + PAGE >= n, onclick: () => narrow({ offset: filter.offset + PAGE }) }, "Next"),
		);

	const view = load(body, { fetch: (signal) => server.get(`/api/panel/coupons?${asked()}&limit=${PAGE}&offset=${filter.offset}`, { signal }), skeleton: bones(5, "body"), draw });
	return {
		...view,
		/** @param {string} name */
		provider(name) {
			provider = name;
			unused.hidden = provider === "list";
		},
	};
}
