// @ts-check
import { el, fill, icon, set } from "../../lib/dom.js";
import { link } from "../frame/router.js";
import { SHAPES, freshVariant } from "../templates/defaults.js";
import { shapeName } from "../templates/pick.js";
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
	let drawn = "";

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
		const key = JSON.stringify([now.variants.map((v) => [v.name, v.url]), variant]);
		if (key === drawn) return;
		drawn = key;
		const names = [...new Set([...SHAPES, ...now.variants.map((v) => v.name)])];
		fill(slots, names.map((shape) => pictureSlot({ server, variant: shape, label: `${shapeName(shape)} picture`, value: variantOf(now, shape) ?? null, removable: now.variants.length > 1, onchange: (p) => placePicture(shape, p) }).node));
		const others = now.variants.filter((v) => v.name !== variant);
		fill(copy, others.map((v) => el("button", { type: "button", class: "button", onclick: () => edit(copyLook(store.get().doc, variant, v.name)) }, icon("copy"), `Copy these settings to ${shapeName(v.name)}`)));
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
	};
}
