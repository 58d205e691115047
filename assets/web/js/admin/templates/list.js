// @ts-check
import { debounce, el, fill, icon, set } from "../../lib/dom.js";
import { plural } from "../frame/format.js";
import { link } from "../frame/router.js";
import { bones, empty, load } from "../frame/view.js";
import { templateActions } from "./actions.js";
import { bulkBar } from "./bulk.js";
import { catchPictures } from "./catch.js";
import { pick, SHOWS, SORTS } from "./pick.js";
import { templateRow } from "./row.js";

/** @typedef {import("./pick.js").Row} Row */

/**
 * The list of templates.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, ctx) {
	const { server, say, go, replace, head, query } = ctx;
	const filter = { q: query.get("q") ?? "", sort: query.get("sort") ?? "changed", show: query.get("show") ?? "all" };
	/** @type {Row[]} */ let rows = [];
	/** @type {Row[]} */ let shown = [];
	/** @type {Set<string>} */ const selected = new Set();
	let last = "";

	const actions = templateActions({ server, say, changed: () => (ctx.look(), view.again()) });
	const search = el("input", { class: "input", type: "search", placeholder: "Search templates", "aria-label": "Search templates", value: filter.q, data: { search: "" }, oninput: debounce(() => narrow({ q: search.value }), 80) });
	const sort = chooser("Sort by", SORTS, filter.sort, (v) => narrow({ sort: v }));
	const show = chooser("Show", SHOWS, filter.show, (v) => narrow({ show: v }));
	const body = el("div", { class: "stack" });
	const bulk = bulkBar({ show: (channel, on) => flip(chosen(), channel, on).catch(() => {}), remove: () => drop(chosen()), clear: () => (selected.clear(), draw()) });

	head.set({ title: "Templates", actions: [el("a", { class: "button primary", href: "#/templates/new" }, icon("plus"), "New template")] });
	fill(root, el("div", { class: "tools" }, el("div", { class: "search" }, icon("search"), search), show, sort, el("a", { class: "button quiet", href: "#/templates/deleted", "aria-label": "Deleted templates" }, icon("trash"), el("span", { class: "wide-only" }, "Deleted"))), body, bulk.node);

	const chosen = () => shown.filter((t) => selected.has(t.slug));

	/** @param {Partial<typeof filter>} patch */
	function narrow(patch) {
		Object.assign(filter, patch);
		replace(link(["templates"], { q: filter.q, sort: filter.sort === "changed" ? "" : filter.sort, show: filter.show === "all" ? "" : filter.show }));
		draw();
	}

	/** @param {Row[]} which @param {"web"|"telegram"} channel @param {boolean} on */
	async function flip(which, channel, on) {
		const real = which.filter((t) => t.version > 0);
		const before = real.map((t) => ({ ...t }));
		real.forEach((t) => (t[channel] = on));
		mirror();
		try {
			await actions.show(before, channel, on);
		} catch (err) {
			real.forEach((t, i) => (t[channel] = before[i][channel]));
			mirror();
			say.bad(err);
			throw err;
		}
	}

	/** mirror brings the switches on the page to what the rows say, without taking the focus. */
	function mirror() {
		for (const input of body.querySelectorAll("input[data-channel]")) {
			const row = rows.find((t) => t.slug === input.closest("tr")?.dataset.slug);
			if (row) set(input, { checked: /** @type {any} */ (row)[/** @type {any} */ (input).dataset.channel] });
		}
	}

	/** @param {Row[]} which */
	function drop(which) {
		which.forEach((t) => selected.delete(t.slug));
		rows = rows.filter((t) => !which.includes(t));
		draw();
		actions.remove(which);
	}

	/** @param {Row} t @param {boolean} on @param {boolean} range */
	function select(t, on, range) {
		const [from, to] = [shown.findIndex((r) => r.slug === last), shown.indexOf(t)];
		const stretch = range && from >= 0 ? shown.slice(Math.min(from, to), Math.max(from, to) + 1) : [t];
		stretch.forEach((r) => (on ? selected.add(r.slug) : selected.delete(r.slug)));
		last = t.slug;
		mark();
	}

	function mark() {
		for (const tr of body.querySelectorAll("tr[data-slug]")) {
			const on = selected.has(/** @type {HTMLElement} */ (tr).dataset.slug ?? "");
			set(tr, { "aria-selected": String(on) });
			set(/** @type {Element} */ (tr.querySelector(".tick input")), { checked: on });
		}
		const n = chosen().length;
		const all = body.querySelector("thead .tick input");
		if (all) set(all, { checked: n > 0 && n === shown.length, indeterminate: n > 0 && n < shown.length });
		bulk.set(n);
	}

	function draw() {
		shown = pick(rows, filter);
		if (rows.length === 0) fill(body, empty({ icon: "picture", title: "No templates yet", text: "A template is a picture with a place for the coupon code. Upload one, draw the place, publish." }, el("a", { class: "button primary", href: "#/templates/new" }, icon("plus"), "New template")));
		else if (shown.length === 0) fill(body, empty({ icon: "search", title: "Nothing fits", text: "No template matches the search and the filter." }, el("button", { type: "button", class: "button", onclick: clear }, "Show all")));
		else fill(body, table(), el("p", { class: "hint" }, shown.length === rows.length ? plural(rows.length, "template") : `${shown.length} of ${plural(rows.length, "template")}`));
		mark();
	}

	function clear() {
		search.value = "";
		show.querySelector("select").value = "all";
		narrow({ q: "", show: "all" });
	}

	function table() {
		const all = el("input", { type: "checkbox", "aria-label": "Select all", onclick: () => (shown.forEach((t) => (all.checked ? selected.add(t.slug) : selected.delete(t.slug))), mark()) });
		return el(
			"div",
			{ class: "card" },
			el(
				"table",
				{ class: "list templates" },
				el("thead", {}, el("tr", {}, el("th", { class: "pick" }, el("label", { class: "tick" }, all)), el("th", { class: "picture" }, el("span", { class: "visually-hidden" }, "Picture")), sorter("name", "Name"), el("th", { scope: "col" }, "State"), sorter("changed", "Changed"), el("th", { scope: "col" }, "Web"), el("th", { scope: "col" }, "Telegram"), el("th", {}, el("span", { class: "visually-hidden" }, "Delete")))),
				el("tbody", {}, shown.map((t) => templateRow(t, { selected: selected.has(t.slug), select: (on, range) => select(t, on, range), show: (channel, on) => flip([t], channel, on), remove: () => drop([t]) }))),
			),
		);
	}

	/** @param {string} key @param {string} word */
	function sorter(key, word) {
		const on = filter.sort === key;
		return el("th", { scope: "col", "aria-sort": on ? (key === "name" ? "ascending" : "descending") : null }, el("button", { type: "button", class: "sort", onclick: () => ((sort.querySelector("select").value = key), narrow({ sort: key })) }, word));
	}

	const view = load(body, { fetch: (signal) => server.get("/api/panel/templates", { signal }), skeleton: bones(6), draw: (data) => ((rows = data.templates), draw()) });
	const loose = catchPictures(document, (files) => ((ctx.carry.files = files), go("#/templates/new")));
	const seen = () => document.visibilityState === "visible" && view.again(); // somebody else may have changed it
	document.addEventListener("visibilitychange", seen);
	return { ready: view.ready, unmount: () => (view.stop(), loose(), document.removeEventListener("visibilitychange", seen)) };
}

/** @param {string} label @param {Record<string,string>} options @param {string} value @param {(v:string) => void} change */
function chooser(label, options, value, change) {
	const select = el("select", { class: "input", "aria-label": label, onchange: () => change(select.value) }, Object.entries(options).map(([v, word]) => el("option", { value: v, selected: v === value }, word)));
	return el("div", { class: "chooser" }, select);
}
