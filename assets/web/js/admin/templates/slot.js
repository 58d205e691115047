// @ts-check
import { isAborted } from "../../lib/api.js";
import { el, fill, icon, set } from "../../lib/dom.js";
import { sentence } from "../frame/say.js";
import { catchPictures } from "./catch.js";
import { ACCEPT, ACCEPTED, advice, measure, refusal, sizeRefusal } from "./picture.js";

/**
 * A place for one picture: by button, drop or paste; says at once what cannot be taken, shows how far it is, and
 * the server's refusal where it belongs.
 * @param {{server:any, kind?:"art"|"logo", variant?:string, label:string, hint?:string, value?:any, removable?:boolean,
 *   onchange:(picture:any) => void, onbusy?:(busy:boolean) => void}} o value and picture: {art, url, thumb, width, height}
 */
export function pictureSlot({ server, kind = "art", variant = "", label, hint = "", value = null, removable = false, onchange, onbusy }) {
	const id = `slot-${kind}-${variant || "one"}`;
	/** @type {AbortController | undefined} */
	let sending;
	const input = el("input", { id, type: "file", accept: ACCEPT, class: "visually-hidden", "aria-describedby": `${id}-note ${id}-error`, onchange: () => input.files?.[0] && take(input.files[0]) });
	const face = el("div", { class: "face" });
	const note = el("p", { class: "hint", id: `${id}-note` });
	const error = el("p", { class: "error", id: `${id}-error`, role: "alert" });
	const bar = el("progress", { class: "progress", max: 1, value: 0, hidden: true, "aria-label": `${label}: uploading` });
	const area = el("label", { class: "slot", for: id }, face);
	const remove = el("button", { type: "button", class: "button quiet", hidden: true, onclick: () => put(null) }, icon("close"), "Remove");
	const node = el("div", { class: `field slotfield ${kind} ${variant}` }, el("span", { class: "label", "aria-hidden": "true" }, label), input, area, bar, note, error, remove);
	set(input, { "aria-label": `${label}: choose a picture` });

	/** @param {any} picture */
	function put(picture) {
		sending?.abort();
		value = picture;
		fill(error);
		draw();
		onchange(picture);
	}

	function draw() {
		remove.hidden = !(removable && value);
		fill(note, value ? (kind === "art" && advice(variant, value.width, value.height)) || `${value.width} × ${value.height} pixels` : hint || `${ACCEPTED}.`);
		if (value) fill(face, el("img", { src: value.thumb || value.url, alt: `${label}, as uploaded` }), el("span", { class: "button" }, icon("up"), "Replace"));
		else fill(face, icon("up"), el("strong", {}, "Choose a picture"), el("span", { class: "hint" }, "or drop or paste it here"));
	}

	/** @param {string} text */
	function refuse(text) {
		bar.hidden = true;
		fill(error, text);
		set(area, { "data-bad": "" });
		draw();
	}

	/** @param {File} file */
	async function take(file) {
		sending?.abort();
		const mine = (sending = new AbortController());
		input.value = "";
		fill(error);
		set(area, { "data-bad": null });
		const wrong = refusal(file);
		if (wrong) return refuse(wrong);
		const seen = await measure(file);
		const large = seen && sizeRefusal(seen.width, seen.height);
		if (large) return refuse(large);
		if (mine.signal.aborted) return;
		const preview = URL.createObjectURL(file);
		fill(face, seen ? el("img", { src: preview, alt: "" }) : icon("picture"), el("span", { class: "hint" }, "Uploading"));
		set(bar, { hidden: false, value: 0 });
		onbusy?.(true);
		try {
			const form = new FormData();
			form.append("for", kind);
			form.append("file", file, file.name);
			const picture = await server.upload("/api/panel/pictures", form, { signal: mine.signal, onprogress: (/** @type {number} */ share) => set(bar, { value: share }) });
			put(picture);
		} catch (err) {
			if (!isAborted(err)) refuse(sentence(err));
		} finally {
			URL.revokeObjectURL(preview);
			bar.hidden = true;
			onbusy?.(false);
		}
	}

	/** A picture in the clipboard comes here when the place is under the pointer or has the focus. @param {ClipboardEvent} e */
	function pasted(e) {
		const [first] = e.clipboardData?.files ?? [];
		if (!first || e.defaultPrevented || !(kind === "logo" || area.matches(":hover") || node.contains(document.activeElement))) return;
		e.preventDefault();
		take(first);
	}

	const letGo = catchPictures(area, (files) => take(files[0]), { paste: false });
	document.addEventListener("paste", pasted);
	draw();
	return { node, take, put, stop: () => (letGo(), document.removeEventListener("paste", pasted), sending?.abort()), value: () => value, focus: () => input.focus() };
}
