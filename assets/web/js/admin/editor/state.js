// @ts-check
import { createStore } from "../../lib/store.js";
import { docOf, editVariant, variantOf } from "./doc.js";
import { makeHistory } from "./history.js";

/**
 * @typedef {object} State
 * @property {import("./doc.js").Doc} doc
 * @property {string} variant the shape in view
 * @property {string} code the code that is shown
 * @property {boolean} safe the safe zones of stories are shown
 * @property {string} tab the controls a phone shows
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {import("./autosave.js").SaveState} save
 * @property {string} savedAt
 * @property {string} why it could not be saved
 * @property {any} published the published template, null before the first publish
 * @property {number} base the version the document began from
 * @property {number} rev the revision of the draft on the server, 0 for none
 */

/**
 * One document being edited: its state, its history, and the ways to change it.
 * @param {{published:any, draft:any}} data what the server has
 * @param {{variant:string, onedit:() => void}} o onedit is called after each change of the document
 */
export function openDocument({ published, draft }, { variant, onedit }) {
	const doc = draft?.body ?? docOf(published);
	const history = makeHistory(doc);
	const store = createStore(/** @type {State} */ ({
		doc,
		variant: variantOf(doc, variant) ? variant : (doc.variants[0]?.name ?? "square"),
		code: "WELCOME-30",
		safe: false,
		tab: "place",
		canUndo: false,
		canRedo: false,
		save: "clean",
		savedAt: draft?.updated_at ?? "",
		published,
		base: draft?.base ?? published?.version ?? 0,
		rev: draft?.rev ?? 0,
		why: "",
	}));

	function mirror() {
		const s = store.get();
		const there = variantOf(history.now, s.variant) ? s.variant : (history.now.variants[0]?.name ?? s.variant);
		store.set({ doc: history.now, variant: there, canUndo: history.canUndo, canRedo: history.canRedo });
	}

	/** @param {import("./doc.js").Doc} next @param {string} [tag] changes with one tag in a row are one step */
	function edit(next, tag) {
		if (next === history.now) return;
		history.push(next, tag);
		mirror();
		onedit();
	}

	return {
		store,
		edit,
		/** patch changes the variant in view. @param {Record<string, any>} change @param {string} [tag] */
		patch: (change, tag) => edit(editVariant(history.now, store.get().variant, change), tag),
		seal: history.seal,
		undo: () => history.undo() && (mirror(), onedit()),
		redo: () => history.redo() && (mirror(), onedit()),
		/** reset opens another document in place of this one. @param {import("./doc.js").Doc} next @param {Partial<State>} more */
		reset(next, more) {
			history.reset(next);
			mirror();
			store.set(more);
		},
		/** here is the variant in view. */
		here: () => variantOf(store.get().doc, store.get().variant),
	};
}

/** @typedef {ReturnType<typeof openDocument>} Document_ */
