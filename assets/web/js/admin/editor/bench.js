// @ts-check
import { el, fill, icon, set } from "../../lib/dom.js";
import { keep } from "../../lib/store.js";
import { link } from "../frame/router.js";
import { catchPictures } from "../templates/catch.js";
import { templateActions } from "../templates/actions.js";
import { shapeName } from "../templates/pick.js";
import { aboutControls } from "./about.js";
import { colourControls } from "./colour.js";
import { placeControls } from "./place.js";
import { makeKeeper } from "./keeper.js";
import { saveNote } from "./note.js";
import { openPublish } from "./publish.js";
import { mountStage } from "./stage.js";
import { openDocument } from "./state.js";
import { mountStrip } from "./strip.js";
import { typeControls } from "./type.js";
import { variantOf } from "./doc.js";

const TABS = /** @type {[string, string][]} */ ([["place", "Place"], ["text", "Text"], ["colour", "Colour"], ["lengths", "Lengths"], ["more", "More"]]);
const lastCode = keep("panel.code");
const PHONE = "(width <= 56rem)"; // as in phone.css

/**
 * Lays out the editor: tools and picture, controls, the strip of lengths; on phones the controls stand in tabs.
 * @param {HTMLElement} root
 * @param {any} deps ctx of the view, data, painter, again
 */
export function openEditor(root, { server, say, head, keys, go, replace, look: askState, params, query, data, painter, again }) {
	const { slug } = params;
	/** @type {ReturnType<typeof makeKeeper>} */
	let keeper;
	const doc = openDocument(data, { variant: query.get("v") ?? "", onedit: () => keeper.change() });
	const { store, undo, redo } = doc;
	if (lastCode.read()) store.set({ code: String(lastCode.read()).slice(0, 64) });
	keeper = makeKeeper({ slug, doc, server, say, painter });

	const actions = templateActions({ server, say, changed: again });
	const place = placeControls(doc);
	const type = typeControls(doc, painter);
	const colour = colourControls(doc, painter);
	const about = aboutControls(doc, { slug, server, say, discard, show });
	const stageRoot = el("div", { class: "stage" });
	const stripRoot = el("div", { class: "strip", data: { tab: "lengths" }, role: "group", "aria-label": "Shortest and longest code" });
	const shapes = el("div", { class: "segmented shapes", role: "group", "aria-label": "Shape" });
	const safe = el("button", { type: "button", class: "button quiet", "aria-pressed": "false", onclick: () => store.set({ safe: !store.get().safe }) }, icon("eye"), "Safe zones");
	const tabs = el("div", { class: "segmented tabs", role: "group", "aria-label": "Controls" }, TABS.map(([id, word]) => el("button", { type: "button", data: { id }, onclick: () => store.set({ tab: id }) }, word)));
	const panel = el("div", { class: "controls card" }, place.node, type.node, colour.node, about.node);
	const bench = el("div", { class: "bench" }, el("div", { class: "tools" }, shapes, safe, el("p", { class: "hint" }, "Drag to draw. ", el("kbd", {}, "←↑→↓"), " nudges, ", el("kbd", {}, "Shift"), " ×10, ", el("kbd", {}, "Alt"), " resizes")), stageRoot, tabs, stripRoot, panel, el("div", { class: "dock" }));
	fill(root, bench);

	const stage = mountStage(stageRoot, { doc, painter, onfit: (fit) => type.say(fit, doc.here()) });
	const strip = mountStrip(stripRoot, { doc, painter });
	const note = saveNote({ retry: () => keeper.retry(), resolve: () => keeper.ask() });
	const buttons = () => [
		el("button", { type: "button", class: "button quiet icon-only", "aria-label": "Undo", data: { undo: "" }, onclick: undo }, icon("undo")),
		el("button", { type: "button", class: "button quiet icon-only", "aria-label": "Redo", data: { redo: "" }, onclick: redo }, icon("redo")),
		el("button", { type: "button", class: "button primary", onclick: publish }, "Publish"),
	];
	head.set({ note: note.node, actions: [el("a", { class: "button quiet wide-only", href: link(["templates", slug, "versions"]) }, icon("clock"), "Versions"), ...buttons()] });
	fill(bench.querySelector(".dock"), buttons());

	async function publish() {
		if (!(await keeper.flush())) return void keeper.ask();
		openPublish({ slug, doc, server, say, keeper, painter, onpublished: () => (askState(), about.set()) });
	}

	async function discard() {
		const { doc: before, rev, base, published } = store.get();
		if (!(await keeper.drop())) return;
		say.done("The draft is gone.", {
			undone: "The draft is back.",
			undo: async () => {
				const path = published ? `/api/panel/template/${slug}/draft` : "/api/panel/templates";
				await (published ? server.put(path, { base, rev: 0, body: before }) : server.post(path, { slug, ...before }));
				if (location.hash.startsWith(link(["templates", slug]))) again();
			},
		});
		if (!published) return go("#/templates");
		if (rev > 0) again();
	}

	/** @param {"web"|"telegram"} channel @param {boolean} on */
	async function show(channel, on) {
		const { published } = store.get();
		try {
			await actions.show([published], channel, on);
			store.set({ published: { ...published, [channel]: on } });
		} catch (err) {
			say.bad(err);
			throw err;
		}
	}

	/** @param {string} name */
	function look(name) {
		if (variantOf(store.get().doc, name)) store.set({ variant: name });
	}

	const unwatch = store.watch((s, before) => {
		const v = doc.here();
		if (s.doc.name !== before.doc.name || s === before) head.set({ title: s.doc.name });
		if (s.variant !== before.variant) replace(link(["templates", slug], { v: s.variant }));
		if (s.code !== before.code) lastCode.write(s.code);
		bench.dataset.tab = s.tab;
		stripRoot.tabIndex = matchMedia(PHONE).matches ? 0 : -1; // it scrolls there
		bench.dataset.shape = s.variant;
		for (const b of tabs.children) set(b, { "aria-pressed": String(/** @type {HTMLElement} */ (b).dataset.id === s.tab) });
		if (s === before || s.doc.variants.length !== before.doc.variants.length || s.variant !== before.variant) fill(shapes, s.doc.variants.map((x) => el("button", { type: "button", "aria-pressed": String(x.name === s.variant), onclick: () => store.set({ variant: x.name }) }, shapeName(x.name), el("small", {}, `${x.width} × ${x.height}`))));
		set(safe, { hidden: s.variant !== "story", "aria-pressed": String(s.safe) });
		for (const b of document.querySelectorAll("[data-undo]")) set(b, { disabled: !s.canUndo });
		for (const b of document.querySelectorAll("[data-redo]")) set(b, { disabled: !s.canRedo });
		if (v) [place, type, colour].forEach((c) => c.set(v));
		about.set();
		note.set(s);
	});

	const letGo = catchPictures(document, about.take);
	keys.add([
		{ keys: "ctrl+z", label: "Undo", group: "Editor", run: undo },
		{ keys: "ctrl+shift+z", label: "Redo", group: "Editor", run: redo },
		{ keys: "ctrl+s", label: "Save the draft now", group: "Editor", run: () => keeper.retry() },
		{ keys: "ctrl+enter", label: "Publish", group: "Editor", run: publish },
		{ keys: "escape", label: "Take a drag back", group: "Editor", run: () => stage.cancel() },
		{ keys: "arrowup", label: "Arrows nudge the box, Shift ten times, Alt resizes", group: "Editor" },
		{ keys: "b", label: "Go to the box", group: "Editor", run: stage.focusBox },
	]);
	return {
		look,
		stop() {
			unwatch();
			letGo();
			about.stop();
			stage.stop();
			strip.stop();
			colour.stop();
			keeper.stop();
		},
	};
}
