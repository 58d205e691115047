// @ts-check
import { ApiError } from "../../lib/api.js";
import { toast } from "../../lib/toast.js";

/**
 * Says what happened, with a way back where there is one. One thing at a time; Ctrl Z takes the last one back.
 */
export function makeSay() {
	/** @type {(() => void) | null} */
	let back = null;

	/**
	 * @param {string} text
	 * @param {{undo?: () => Promise<unknown> | unknown, undone?: string}} [options] undo takes the change back; undone is said then
	 */
	function done(text, { undo, undone = "Taken back." } = {}) {
		back = null;
		if (!undo) return void toast(text);
		const run = async () => {
			if (back !== run) return;
			back = null;
			close();
			try {
				await undo();
				toast(undone);
			} catch (err) {
				bad(err);
			}
		};
		back = run;
		const close = toast(text, { action: { label: "Undo", run } });
	}

	/** @param {unknown} err */
	function bad(err) {
		back = null;
		toast(sentence(err), { tone: "bad" });
	}

	return {
		done,
		bad,
		/** @param {string} text */
		info: (text) => void toast(text, { tone: "info" }),
		/** undo takes the last change back; false when there is none. */
		undo() {
			if (!back) return false;
			back();
			return true;
		},
	};
}

/** What a person reads about an error: the server's sentence, and for our own mistakes a plain one. @param {unknown} err */
export function sentence(err) {
	if (err instanceof ApiError) return err.id && err.status >= 500 ? `${err.message} (${err.id})` : err.message;
	console.error(err);
	return "Something on this page broke. Reload it, then try again.";
}
