// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, set, wearAccent } from "../../lib/dom.js";
import { hexOf, luminance, parseHex, ratio } from "../editor/contrast.js";
import { sentence } from "../frame/say.js";
import { load } from "../frame/view.js";
import { pictureSlot } from "../templates/slot.js";
import { textField } from "../frame/field.js";

const GROUND = luminance([11, 13, 18]); // --bg
const INKS = /** @type {[string, number][]} */ ([["dark", luminance([23, 16, 3])], ["white", 1]]);

/**
 * How the product presents itself on public pages and in the bots.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, { server, say, head, look, carry }) {
	let rev = 0;
	/** @type {any} */ let brand = {};
	let dirty = false;
	/** @type {ReturnType<typeof pictureSlot> | undefined} */
	let logo;
	head.set({ title: "Brand" });

	/** @param {any} data */
	function draw(data) {
		({ rev, brand } = data);
		dirty = carry.brand?.rev === rev; // somebody looked elsewhere before saving
		if (dirty) brand = carry.brand.brand;
		carry.brand = null;
		const save = el("button", { class: "button primary", "aria-disabled": dirty ? null : "true" }, "Save");
		const state = el("p", { class: "hint", role: "status" }, dirty && "Not saved yet.");
		/** @param {string} key */
		const changes = (key) => (/** @type {any} */ v) => {
			brand = { ...brand, [key]: v };
			dirty = true;
			set(save, { "aria-disabled": null });
			fill(state, "Not saved yet.");
			preview();
		};
		const name = textField({ label: "Product name", value: brand.productName, max: 40, hint: "On every page, in the tab's title and in the bot's messages.", change: changes("productName") });
		const accent = textField({ label: "Accent colour", value: brand.accent, max: 7, mono: true, change: (v) => hexOf(v) && changes("accent")(hexOf(v)) });
		const picker = el("input", { type: "color", class: "native", value: brand.accent.toLowerCase(), "aria-label": "Pick the accent colour", oninput: () => (accent.set(hexOf(picker.value)), changes("accent")(hexOf(picker.value))) });
		const checks = el("ul", { class: "checks", "aria-label": "Contrast of the accent colour" });
		const referral = textField({ label: "Referral link", value: brand.referralPattern, max: 500, type: "url", placeholder: "https://example.com/buy?promo={code}", hint: "{code} is where the code goes. Empty: no link is shown.", change: changes("referralPattern") });
		const example = el("p", { class: "hint" });
		const support = textField({ label: "Support contact", value: brand.supportContact, max: 200, placeholder: "help@example.com", hint: "A mail address, an https link or a Telegram @name. Empty: none is shown.", change: changes("supportContact") });
		const zone = textField({ label: "Time zone", value: brand.timeZone, max: 60, list: data.zones, hint: "Days and hours in this panel are counted in it.", change: changes("timeZone") });
		logo?.stop();
		logo = pictureSlot({ server, kind: "logo", label: "Logo", value: brand.logo, removable: true, hint: "Square is best; it is shown in a circle. None: a neutral mark.", onchange: changes("logo") });
		const face = el("span", { class: "facelogo" });
		const faceName = el("strong");
		const fields = /** @type {Record<string, any>} */ ({ productName: name, accent, referralPattern: referral, supportContact: support, timeZone: zone });
		const general = el("p", { class: "error", role: "alert" });

		function preview() {
			const rgb = parseHex(brand.accent);
			if (rgb) {
				const light = luminance(rgb);
				const ink = INKS.map(([word, l]) => ({ word, r: ratio(light, l) })).sort((a, b) => b.r - a.r)[0];
				fill(checks, check(ratio(light, GROUND), 4.5, "as text on the dark page"), check(ink.r, 4.5, `with ${ink.word} letters on it`));
				sample.style.setProperty("--accent", brand.accent);
			}
			fill(face, el("img", { src: brand.logo?.url ?? data.overlay?.url ?? "", alt: "" }));
			fill(faceName, brand.productName || "Name");
			fill(example, brand.referralPattern.includes("{code}") ? ["Example: ", el("code", {}, brand.referralPattern.replaceAll("{code}", "WELCOME-30"))] : "");
		}
		const sample = el("div", { class: "sample-brand card" }, face, faceName, el("span", { class: "button primary", "aria-hidden": "true" }, "Download"));

		/** @param {Event} e */
		async function send(e) {
			e.preventDefault();
			if (!dirty) return;
			Object.values(fields).forEach((f) => f.wrong(""));
			fill(general);
			set(save, { "aria-busy": "true" });
			try {
				const answer = await server.put("/api/panel/brand", { rev, brand });
				say.done("The brand is saved. Public pages show it at once.");
				wearAccent(answer.brand.accent);
				for (const img of document.querySelectorAll(".sidebar .brand img")) set(img, { src: answer.overlay?.url });
				draw({ ...data, ...answer, overlay: answer.overlay ?? (answer.brand.logo ? answer.brand.logo : data.overlay) });
				look();
			} catch (err) {
				set(save, { "aria-busy": null });
				if (err instanceof ApiError && err.status === 409) return clash(err.body.current);
				const field = err instanceof ApiError ? fields[err.field] : null;
				if (field) field.wrong(sentence(err));
				else fill(general, sentence(err));
			}
		}

		/** @param {any} current */
		function clash(current) {
			fill(
				general,
				"Somebody else changed the brand meanwhile. ",
				el("button", { type: "button", class: "button", onclick: () => ((rev = current.rev), send(new Event("submit"))) }, "Save mine"),
				" ",
				el("button", { type: "button", class: "button", onclick: () => draw({ ...data, ...current }) }, "Take theirs"),
			);
		}

		fill(
			root,
			el(
				"form",
				{ class: "card brandform", onsubmit: send, novalidate: true },
				el("div", { class: "body brandgrid" },
					el("div", { class: "stack" }, name.node, el("div", { class: "accentrow" }, accent.node, picker), checks, referral.node, example, support.node, zone.node),
					el("div", { class: "stack" }, logo.node, el("span", { class: "label" }, "As people see it"), sample)),
				el("footer", { class: "row" }, save, state, general),
			),
		);
		preview();
	}

	/** @param {BeforeUnloadEvent} e */
	const leaving = (e) => dirty && e.preventDefault();
	window.addEventListener("beforeunload", leaving);
	const view = load(root, { fetch: (signal) => server.get("/api/panel/brand", { signal }), draw });
	const kept = () => dirty && ((carry.brand = { rev, brand }), say.info("The brand has changes that are not saved yet. They wait in the Brand room."));
	return { ready: view.ready, unmount: () => (kept(), view.stop(), logo?.stop(), window.removeEventListener("beforeunload", leaving)) };
}

/** @param {number} r @param {number} least @param {string} words */
const check = (r, least, words) => el("li", {}, el("span", { class: "lamp", data: { tone: r >= least ? "ok" : "warn" } }), `${r.toFixed(1)} to 1 ${words}${r >= least ? "" : ": hard to read"}`);
