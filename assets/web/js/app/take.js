// @ts-check
import { debounce, find, icon, set } from "../lib/dom.js";
import { post } from "../lib/api.js";
import { SHAPES, blocker, caution, fileName } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Shape} Shape */
/** @typedef {"download" | "share"} Act */

/**
 * Taking pictures away: download, share, copy. A file is made as soon as its picture is allowed, so that a tap finds
 * it ready: sharing needs the tap to be fresh.
 * @param {Element} root
 * @param {{store: ReturnType<typeof import("../lib/store.js").createStore<State>>, stage: {png: (shape: Shape) => Promise<Blob>}}} deps
 */
export function mountTake(root, { store, stage }) {
	/** @type {Map<Shape, {key: string, blob: Promise<Blob>, file?: File}>} */
	const files = new Map();
	const way = shareWay();

	/** @param {Shape} shape */
	function make(shape) {
		const s = store.get();
		const key = keyOf(s, shape);
		const there = files.get(shape);
		if (there?.key === key) return there;
		const blob = stage.png(shape);
		/** @type {{key: string, blob: Promise<Blob>, file?: File}} */
		const made = { key, blob };
		blob.then((b) => (made.file = named(b, s.code, shape)), () => files.delete(shape));
		files.set(shape, made);
		return made;
	}

	const prepare = debounce(() => {
		for (const shape of SHAPES) if (isShown(root, shape) && !blocker(store.get(), shape)) make(shape);
	}, 150);

	/** @param {Act} act @param {Shape} shape */
	async function run(act, shape) {
		const s = store.get();
		const reason = blocker(s, shape);
		if (reason) {
			set(find("#said"), { textContent: reason });
			if (!s.verdict.passed) find("#code").focus();
			return;
		}
		const made = make(shape);
		try {
			const said = act === "download" ? await download(made, s.code, shape) : await share(made, s.code, shape);
			if (!said) return;
			count(s, act, shape);
			note(root, shape, said);
		} catch (err) {
			note(root, shape, err instanceof Error ? err.message : String(err), "bad");
		}
	}

	for (const shape of SHAPES) {
		const node = find(`[data-variant="${shape}"]`, root);
		find('[data-act="download"]', node).addEventListener("click", () => run("download", shape));
		const button = find('[data-act="share"]', node);
		button.addEventListener("click", () => run("share", shape));
		set(button, { hidden: way === "none" });
		if (way === "copy") {
			button.firstElementChild.replaceWith(icon("copy"));
			set(find(".share-word", node), { textContent: "Copy" });
		}
	}

	store.watch((s) => {
		for (const shape of SHAPES) draw(root, s, shape);
		prepare();
	});
}

/** What a file depends on. @param {Readonly<State>} s @param {Shape} shape */
const keyOf = (s, shape) => JSON.stringify([s.slug, s.templates.find((t) => t.slug === s.slug)?.version, shape, s.code, s.logo, s.brand.overlay?.url]);

/** @param {Element} root @param {Shape} shape */
const isShown = (root, shape) => find(`[data-variant="${shape}"]`, root).checkVisibility?.() ?? true;

/** @param {Element} root @param {Readonly<State>} s @param {Shape} shape */
function draw(root, s, shape) {
	const node = find(`[data-variant="${shape}"]`, root);
	const reason = blocker(s, shape);
	for (const button of node.querySelectorAll("[data-act]")) set(button, { "aria-disabled": reason ? "true" : null });
	find('[data-act="download"]', node).classList.toggle("primary", !reason);
	const why = find(".why", node);
	if (why.dataset.said && !reason) return; // "Saved as …" stays until something is wrong
	delete why.dataset.said;
	const careful = reason ? "" : caution(s, shape);
	set(why, { textContent: reason || careful, data: { tone: careful ? "warn" : s.prints[shape].error ? "bad" : "none" } });
}

/** Says under a picture what became of it. @param {Element} root @param {Shape} shape @param {string} text @param {string} [tone] */
function note(root, shape, text, tone = "ok") {
	set(find(`[data-variant="${shape}"] .why`, root), { textContent: text, data: { tone, said: "yes" } });
	set(find("#said"), { textContent: text });
}

/** @typedef {{blob: Promise<Blob>, file?: File}} Made */

/** @param {Blob} blob @param {string} code @param {Shape} shape */
const named = (blob, code, shape) => new File([blob], fileName(code, shape), { type: "image/png" });

/** @param {Made} made @param {string} code @param {Shape} shape */
async function download(made, code, shape) {
	const url = URL.createObjectURL(await made.blob);
	const link = document.createElement("a");
	set(link, { href: url, download: fileName(code, shape) }).click();
	setTimeout(() => URL.revokeObjectURL(url), 60_000); // slow phones still read it
	return `Saved as ${fileName(code, shape)}`;
}

/**
 * Web Share with the file, else the picture on the clipboard. "" when the person changed their mind.
 * @param {Made} made @param {string} code @param {Shape} shape
 */
async function share(made, code, shape) {
	// A tap that comes before the file waits for it: a tap stays fresh for some seconds, a file takes a fraction of one.
	const file = made.file ?? (shareWay() === "share" ? named(await made.blob, code, shape) : undefined);
	if (file && navigator.canShare?.({ files: [file] })) {
		try {
			await navigator.share({ files: [file] });
			return "Shared";
		} catch (err) {
			if (err instanceof DOMException && err.name === "AbortError") return "";
		}
	}
	try {
		await navigator.clipboard.write([new ClipboardItem({ "image/png": made.blob })]);
		return "Picture copied. Paste it into your post.";
	} catch {
		return download(made, code, shape);
	}
}

/** How a picture can leave this browser besides a download. @returns {"share" | "copy" | "none"} */
function shareWay() {
	const probe = new File([new Uint8Array(1)], "a.png", { type: "image/png" });
	if (navigator.canShare?.({ files: [probe] })) return "share";
	return navigator.clipboard && "ClipboardItem" in window ? "copy" : "none";
}

/** Counted with the ticket of a valid code, without anything personal. @param {Readonly<State>} s @param {Act} kind @param {Shape} variant */
function count(s, kind, variant) {
	const { ticket } = s.verdict;
	if (ticket) post("/api/events", { ticket, kind, template: s.slug, variant }, { keepalive: true }).catch(() => {}); // never in the person's way
}
