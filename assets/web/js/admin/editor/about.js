// @ts-check
import { el, fill, icon, set } from "../../lib/dom.js";
import { link } from "../frame/router.js";
import { SHAPES, freshVariant } from "../templates/defaults.js";
import { shapeName } from "../templates/pick.js";
import { measure, shapeFor } from "../templates/picture.js";
import { pictureSlot } from "../templates/slot.js";
import { flip, section } from "./controls.js";
import { copyLook, dropVariant, editVariant, putVariant, variantOf } from "./doc.js";

/**
 * The template itself: name, pictures, where it shows, what else can be done with it.
 * @param {import("./state.js").Document_} doc
 * @param {{slug:string, server:any, say:any, discard:() => void, show:(channel:"web"|"telegram", on:boolean) => Promise<void>}} deps
 */
export function aboutControls(doc, { slug, server, discard, show }) {
	const { edit, store, seal } = doc;
	const name = el("input", { class: "input", id: "template-name", maxlength: 80, autocomplete: "off", oninput: () => name.value.trim() && edit({ ...store.get().doc, name: name.value.trimStart() }, "name"), onchange: () => ((name.value = store.get().doc.name), seal()) });
	const slots = el("div", { class: "slots" });
	const copy = el("div", { class: "stack" });
	const web = flip({ label: "Web app", change: (on) => switched("web", on) });
	const telegram = flip({ label: "Telegram bot", change: (on) => switched("telegram", on) });
	const switchHint = el("p", { class: "hint" });
	const drop = el("button", { type: "button", class: "button danger", onclick: discard }, icon("trash"), "Discard the draft");
	/** @type {Map<string, {key:string, slot:ReturnType<typeof pictureSlot>}>} */
	const places = new Map();

	/** @param {"web"|"telegram"} channel @param {boolean} on */
	async function switched(channel, on) {
		if (!store.get().published) return edit({ ...store.get().doc, [channel]: on });
		try {
			await show(channel, on);
		} catch {
			redraw();
		}
	}

	/** @param {string} shape @param {any} picture */
	function placePicture(shape, picture) {
		const { doc: now } = store.get();
		if (!picture) return edit(dropVariant(now, shape));
		const { art, url, thumb, width, height } = picture;
		edit(variantOf(now, shape) ? editVariant(now, shape, { art, url, thumb, width, height }) : putVariant(now, freshVariant(shape, picture)));
		store.set({ variant: shape });
	}

	function redraw() {
		const { doc: now, published, variant } = store.get();
		if (document.activeElement !== name) name.value = now.name;
		const where = published ?? now;
		web.set(where.web !== false);
		telegram.set(where.telegram !== false);
		fill(switchHint, published ? "Works at once, without publishing." : "From the first publish on.");
		set(drop, { hidden: store.get().rev === 0 });
		offerCopies(now, variant);
		const names = [...new Set([...SHAPES, ...now.variants.map((v) => v.name)])];
		const fresh = names.filter((shape) => renew(shape, now));
		if (fresh.length > 0) fill(slots, names.map((shape) => places.get(shape)?.slot.node));
	}

	/** @param {import("./doc.js").Doc} now @param {string} variant */
	function offerCopies(now, variant) {
		const others = now.variants.filter((v) => v.name !== variant).map((v) => v.name);
		if (copy.dataset.to === others.join()) return; // a button that has the focus keeps it
		copy.dataset.to = others.join();
		fill(copy, others.map((to) => el("button", { type: "button", class: "button", onclick: () => edit(copyLook(store.get().doc, store.get().variant, to)) }, icon("copy"), `Copy these settings to ${shapeName(to)}`)));
	}

	/**
	 * renew makes the place of a picture anew when its picture is another one; the others stay, one may be uploading.
	 * @param {string} shape @param {import("./doc.js").Doc} now
	 */
	function renew(shape, now) {
		const value = variantOf(now, shape) ?? null;
		const removable = now.variants.length > 1;
		const key = `${value?.url} ${removable}`;
		const before = places.get(shape);
		if (before?.key === key) return false;
		before?.slot.stop();
		places.set(shape, { key, slot: pictureSlot({ server, variant: shape, label: `${shapeName(shape)} picture`, value, removable, onchange: (p) => placePicture(shape, p) }) });
		return true;
	}

	return {
		node: section(
			"more", "Template",
			el("div", { class: "field" }, el("label", { for: "template-name" }, "Name"), name, el("p", { class: "hint" }, "Address: ", el("code", {}, slug))),
			el("fieldset", { class: "stack" }, el("legend", { class: "label" }, "Where it shows"), web.node, telegram.node, switchHint),
			slots, copy,
			el("div", { class: "stack" }, el("a", { class: "button", href: link(["templates", slug, "versions"]) }, icon("clock"), "Versions"), drop),
		),
		set: redraw,
		/** take gives files from anywhere the place that their proportions ask for. @param {File[]} files */
		async take(files) {
			for (const file of files.slice(0, SHAPES.length)) {
				const seen = await measure(file);
				const shape = seen ? shapeFor(seen.width, seen.height) : store.get().variant;
				store.set({ tab: "more" });
				places.get(shape)?.slot.take(file);
			}
		},
		stop: () => places.forEach((p) => p.slot.stop()),
	};
}
