// @ts-check
import { el, fill, find, icon, set } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { isGone, nextAfter } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Template} Template */
/** @typedef {ReturnType<typeof import("../lib/store.js").createStore<State>>} Store */

const MANY = 12; // more templates than this need a search
const OLD = 30_000; // ms after which another look at the page asks for the list again

/**
 * The contact sheet: the templates as one group of radio buttons, and a word on the stage when there is none to show.
 * @param {Element} root
 * @param {{store: Store}} deps
 */
export function mountGallery(root, { store }) {
	const frames = find("#frames", root);
	const search = find("#find", root);
	const load = loader(store);

	store.watch((s, before) => {
		if (s.list !== "loading" && (s.templates !== before.templates || s.list !== before.list)) list(root, s.templates);
		if (s.slug !== before.slug || s.templates !== before.templates) mark(frames, s.slug);
		word(s, (slug) => store.set({ slug }), load);
		down(s);
		if (s.list === "ready" && s.templates.length && (!s.slug || (s.remembered && isGone(s)))) store.set({ slug: s.templates[0].slug });
	});
	frames.addEventListener("change", (/** @type {any} */ event) => store.set({ slug: event.target.value }));
	search.addEventListener("input", () => filter(root));
	busy(find("#link-down button"), load);
	addEventListener("online", load);
	addEventListener("offline", load);
	load();
}

/** Asks for the list now, at every call, and when the page is looked at again after a while. @param {Store} store */
function loader(store) {
	let asked = 0;
	async function load() {
		asked = Date.now();
		const before = store.get().templates;
		try {
			const { templates, brand, kept } = await get("/api/templates");
			if (!Array.isArray(templates)) throw new Error("The list of templates could not be read. Try again in a moment.");
			const same = JSON.stringify(templates) === JSON.stringify(before);
			const offer = nextAfter(before, templates, store.get().slug)?.slug ?? "";
			store.set({ list: "ready", listError: kept ? "kept" : "", brand: brand ?? {}, offer, templates: same ? before : templates });
			store.set({ remembered: false }); // from here on a template that is gone is told
		} catch (err) {
			store.set({ list: before.length ? "ready" : "error", listError: err instanceof Error ? err.message : String(err) });
		}
	}
	document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && Date.now() - asked > OLD && load());
	return load;
}

/** @param {Element} root @param {Template[]} templates */
function list(root, templates) {
	const search = find("#find", root);
	set(search.parentElement, { hidden: templates.length <= MANY });
	if (templates.length <= MANY) search.value = "";
	set(find("#sheet-count", root), { textContent: templates.length || "" });
	const frames = find("#frames", root);
	fill(frames, templates.map(frame));
	set(frames, { "aria-busy": null, hidden: !templates.length });
	filter(root);
}

/** @param {Template} t */
function frame(t) {
	const picture = t.square ?? t.story;
	const src = picture && (picture.thumb || picture.url);
	return el(
		"label",
		{ class: "frame", "data-testid": "template" },
		el("input", { type: "radio", name: "template", value: t.slug }),
		el("span", { class: "thumb" }, src && el("img", { src, alt: "", width: 160, height: 160, loading: "lazy", decoding: "async" })),
		el("span", { class: "frame-name" }, t.name),
	);
}

/** Leaves what the search asks for. @param {Element} root */
function filter(root) {
	const wanted = find("#find", root).value.trim().toLowerCase();
	let shown = 0;
	for (const label of find("#frames", root).children) {
		const fits = (label.textContent ?? "").toLowerCase().includes(wanted);
		set(label, { hidden: !fits });
		if (fits) shown++;
	}
	set(find("#none-found", root), { hidden: shown > 0 || !wanted, textContent: `No template is called “${wanted}”.` });
}

/** Checks the chosen template's button and brings it into the strip's view, never moving the page. @param {Element} frames @param {string} slug */
function mark(frames, slug) {
	for (const input of frames.querySelectorAll("input")) {
		const on = input.value === slug;
		if (input.checked !== on) input.checked = on;
		const item = input.parentElement;
		if (!on || !item || item.contains(document.activeElement)) continue;
		const { offsetLeft, offsetTop, clientWidth, clientHeight } = item;
		frames.scrollTo({ left: offsetLeft - (frames.clientWidth - clientWidth) / 2, top: offsetTop - (frames.clientHeight - clientHeight) / 2 });
	}
}

/**
 * The sentence on the stage when there is nothing to show there: not reached, empty, or the template went.
 * @param {Readonly<State>} s
 * @param {(slug: string) => void} choose
 * @param {() => void} load
 */
function word(s, choose, load) {
	const box = find("#stage-word");
	const other = isGone(s) ? (s.templates.find((t) => t.slug === s.offer) ?? s.templates[0]) : null;
	const state = other ? "gone" : s.list === "ready" && !s.templates.length ? "empty" : s.list;
	const seen = `${state} ${other?.slug ?? ""} ${s.listError}`;
	if (box.dataset.seen === seen) return;
	set(find("#stage"), { data: { list: state }, "aria-busy": state === "loading" ? "true" : null });
	const held = box.contains(document.activeElement);
	set(box, { data: { seen }, hidden: state === "ready" || state === "loading" });
	if (held && box.hidden) setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector("#frames :checked"))?.focus());
	const [title, text, label, run] = {
		error: ["The templates could not be loaded", s.listError, "Retry", load],
		empty: ["No templates yet", "Nothing has been published here. Templates are added in the admin panel.", "Look again", load],
		gone: ["This template is no longer offered", "It was withdrawn or renamed. Your code is kept.", `Use “${other?.name}”`, () => choose(other?.slug ?? "")],
	}[state] ?? [];
	if (!title) return;
	const button = el("button", { type: "button", class: "button primary", "data-testid": "stage-act" }, label);
	busy(button, run);
	fill(box, icon(state === "error" ? "alert" : "frame"), el("h3", {}, title), el("p", {}, text), button);
}

/** A button that shows that it is at it. @param {HTMLElement} button @param {() => unknown} run */
function busy(button, run) {
	button.addEventListener("click", async () => {
		set(button, { "aria-busy": "true" });
		await run();
		set(button, { "aria-busy": null });
	});
}

/** The line on top when the list is there but could not be had again. @param {Readonly<State>} s */
function down(s) {
	const lost = s.list === "ready" && s.listError !== "";
	const line = find("#link-down");
	set(line, { hidden: !lost });
	set(find("p", line), { textContent: lost ? "No answer from the server. Codes cannot be checked until it is back." : "" });
}
