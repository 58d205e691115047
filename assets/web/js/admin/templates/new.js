// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, set } from "../../lib/dom.js";
import { link } from "../frame/router.js";
import { sentence } from "../frame/say.js";
import { catchPictures } from "./catch.js";
import { freshVariant, SHAPES } from "./defaults.js";
import { shapeName, slugOf } from "./pick.js";
import { measure, refusal, shapeFor } from "./picture.js";
import { pictureSlot } from "./slot.js";

/**
 * A new template: a name and at least one picture; the box is drawn in the editor after that.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, { server, say, go, head, carry }) {
	let busy = 0;
	let ownSlug = false;
	/** @type {Record<string, any>} */ const pictures = {};
	const nameError = el("p", { class: "error", id: "new-name-error", role: "alert" });
	const slugError = el("p", { class: "error", id: "new-slug-error", role: "alert" });
	const name = el("input", { class: "input", id: "new-name", maxlength: 80, autocomplete: "off", required: true, "aria-describedby": "new-name-error", oninput: named });
	const slug = el("input", { class: "input", id: "new-slug", maxlength: 64, autocomplete: "off", spellcheck: "false", autocapitalize: "off", "aria-describedby": "new-slug-hint new-slug-error", oninput: () => ((ownSlug = slug.value !== ""), wrong(slug, slugError)) });
	const picturesError = el("p", { class: "error", role: "alert" });
	const create = el("button", { class: "button primary" }, "Draw the place for the code");
	const slots = SHAPES.map((shape) =>
		pictureSlot({
			server, variant: shape, label: `${shapeName(shape)} picture`, hint: shape === "story" ? "1080 × 1920 is best." : "1080 × 1080 is best.", removable: true,
			onchange: (picture) => ((pictures[shape] = picture), fill(picturesError)),
			onbusy: (on) => ((busy += on ? 1 : -1), set(create, { "aria-disabled": busy > 0 ? "true" : null })),
		}),
	);

	function named() {
		if (!ownSlug) slug.value = slugOf(name.value);
		wrong(name, nameError);
	}

	/** Files from anywhere find their place by their proportions. @param {File[]} files */
	async function spread(files) {
		for (const file of files.slice(0, SHAPES.length)) {
			const seen = refusal(file) ? null : await measure(file);
			const at = seen ? SHAPES.indexOf(shapeFor(seen.width, seen.height)) : 0;
			if (!name.value) (name.value = file.name.replace(/\.\w+$/, "").replace(/[-_]+/g, " ").slice(0, 80)), named();
			slots[at].take(file);
		}
	}

	/** @param {SubmitEvent} e */
	async function send(e) {
		e.preventDefault();
		if (busy > 0) return say.info("The picture is still on its way.");
		const variants = SHAPES.filter((s) => pictures[s]).map((s) => freshVariant(s, pictures[s]));
		if (!name.value.trim()) return wrong(name, nameError, "Give the template a name.");
		if (variants.length === 0) return fill(picturesError, "Add a square or a portrait picture, or both.");
		set(create, { "aria-busy": "true", "aria-disabled": "true" });
		try {
			const made = await server.post("/api/panel/templates", { name: name.value.trim(), ...(ownSlug && { slug: slug.value.trim() }), variants });
			go(link(["templates", made.slug]));
		} catch (err) {
			const field = err instanceof ApiError ? err.field : "";
			if (field === "slug") wrong(slug, slugError, sentence(err));
			else if (field === "name") wrong(name, nameError, sentence(err));
			else fill(picturesError, sentence(err));
			set(create, { "aria-busy": null, "aria-disabled": null });
		}
	}

	head.set({ title: "New template", back: "#/templates" });
	fill(
		root,
		el(
			"form",
			{ class: "card newform", onsubmit: send, novalidate: true },
			el(
				"div",
				{ class: "body stack" },
				el("div", { class: "pairs" },
					el("div", { class: "field" }, el("label", { for: "new-name" }, "Name"), name, nameError),
					el("div", { class: "field" }, el("label", { for: "new-slug" }, "Address"), slug, el("p", { class: "hint", id: "new-slug-hint" }, "Made from the name. It is part of links and bot commands, and stays."), slugError)),
				el("div", { class: "slots" }, slots.map((s) => s.node)),
				picturesError,
			),
			el("footer", { class: "row" }, create, el("a", { class: "button quiet", href: "#/templates" }, "Cancel")),
		),
	);
	const letGo = catchPictures(document, spread);
	if (carry.files) spread(carry.files);
	carry.files = null;
	return { unmount: () => (letGo(), slots.forEach((s) => s.stop())) };
}

/**
 * wrong marks a field, or clears it when there is nothing to say.
 * @param {HTMLInputElement} input @param {HTMLElement} place @param {string} [text]
 */
function wrong(input, place, text = "") {
	fill(place, text);
	set(input, { "aria-invalid": text ? "true" : null });
	if (text) input.focus();
}
