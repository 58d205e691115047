// @ts-check
// Undo and redo over immutable states.

/**
 * makeHistory keeps what was there before. Changes with the same tag that follow one another become one step, so
 * that dragging a box or typing a name is undone at once.
 * @template T
 * @param {T} first
 * @param {number} [limit]
 */
export function makeHistory(first, limit = 200) {
	/** @type {T[]} */ let past = [];
	/** @type {T[]} */ let future = [];
	let now = first;
	let last = "";

	return {
		get now() { return now; },
		get canUndo() { return past.length > 0; },
		get canRedo() { return future.length > 0; },

		/** @param {T} next @param {string} [tag] */
		push(next, tag = "") {
			if (next === now) return;
			if (!tag || tag !== last) past = [...past.slice(-(limit - 1)), now];
			last = tag;
			future = [];
			now = next;
		},

		/** seal ends the step that is being put together. */
		seal() { last = ""; },

		undo() {
			const before = past.at(-1);
			if (before === undefined) return false;
			future = [now, ...future];
			past = past.slice(0, -1);
			now = before;
			last = "";
			return true;
		},

		redo() {
			const after = future[0];
			if (after === undefined) return false;
			past = [...past, now];
			future = future.slice(1);
			now = after;
			last = "";
			return true;
		},

		/** @param {T} state forgets the past: another document is open now */
		reset(state) {
			[past, future, now, last] = [[], [], state, ""];
		},
	};
}
