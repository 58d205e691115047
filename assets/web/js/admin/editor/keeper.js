// @ts-check
import { ApiError } from "../../lib/api.js";
import { confirm } from "../frame/dialog.js";
import { sentence } from "../frame/say.js";
import { makeAutosave } from "./autosave.js";
import { openConflict } from "./conflict.js";
import { docOf } from "./doc.js";

/**
 * Keeps the document on the server as a draft: saves by itself, and never over what somebody else saved meanwhile.
 * @param {{slug:string, doc:import("./state.js").Document_, server:any, say:any, painter:any}} deps
 */
export function makeKeeper({ slug, doc, server, say, painter }) {
	const { store } = doc;
	const path = `/api/panel/template/${encodeURIComponent(slug)}/draft`;
	/** @type {any} */
	let theirs = null; // the draft that stands in our way
	let asking = false;

	const save = makeAutosave({
		async send(keepalive) {
			const { doc: body, base, rev } = store.get();
			const answer = await server.put(path, { base, rev, body }, { keepalive });
			store.set({ rev: answer.rev, savedAt: answer.updated_at });
		},
		isConflict: (err) => err instanceof ApiError && err.status === 409,
		onstate(state, err) {
			const before = store.get().save;
			store.set({ save: state, why: state === "failed" ? sentence(err) : "" });
			if (state === "failed" && before !== "failed") say.bad(err);
			if (state !== "conflict") return;
			theirs = /** @type {ApiError} */ (err).body?.current ?? null;
			ask();
		},
	});

	/** ask shows both sides of a conflict and does what is chosen. */
	async function ask() {
		if (store.get().save !== "conflict") return save.retry();
		if (asking) return;
		asking = true;
		const { doc: mine, published } = store.get();
		const other = theirs?.body ?? (published ? docOf(published) : null);
		const choice = await openConflict({
			painter, mine, theirs: other,
			title: "Somebody else changed this draft",
			text: theirs ? "Another person, or another tab, saved this template while you were working on it." : "The draft was published or discarded elsewhere while you were working on it.",
			keep: "Keep mine", take: "Take theirs",
		});
		asking = false;
		if (choice === "mine") {
			store.set({ rev: theirs?.rev ?? 0 });
			await save.resolve(true);
		} else if (choice === "theirs" && other) {
			doc.reset(other, { rev: theirs?.rev ?? 0, base: theirs?.base ?? published?.version ?? 0, savedAt: theirs?.updated_at ?? "" });
			await save.resolve(false);
		}
	}

	/** @param {BeforeUnloadEvent} e */
	function leaving(e) {
		if (!save.unsaved) return;
		save.flush(true);
		e.preventDefault();
	}
	const online = () => save.unsaved && save.retry();
	window.addEventListener("beforeunload", leaving);
	window.addEventListener("online", online);

	return {
		change: save.change,
		flush: () => save.flush(),
		retry: save.retry,
		forget: save.forget,
		ask,
		/** drop discards the draft; false when it was not done. */
		async drop() {
			const { published } = store.get();
			const sure = published !== null || (await confirm({ title: "Discard this draft?", text: "It was never published, so the template goes with it.", yes: "Discard", danger: true }));
			if (!sure) return false;
			save.forget();
			await server.del(path);
			return true;
		},
		stop() {
			save.flush(true);
			window.removeEventListener("beforeunload", leaving);
			window.removeEventListener("online", online);
		},
	};
}
