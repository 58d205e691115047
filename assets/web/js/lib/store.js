// @ts-check

/**
 * One state object and those who draw it. A change merges a patch, makes a new object and tells every reader once,
 * with the state before; a patch that changes nothing tells nobody.
 * @template {object} S
 * @param {S} initial
 */
export function createStore(initial) {
	let state = Object.freeze({ ...initial });
	/** @type {Set<(state: Readonly<S>, before: Readonly<S>) => void>} */
	const readers = new Set();

	return {
		/** @returns {Readonly<S>} */
		get: () => state,

		/** @param {Partial<S> | ((state: Readonly<S>) => Partial<S>)} patch */
		set(patch) {
			const change = typeof patch === "function" ? patch(state) : patch;
			const before = state;
			const keys = /** @type {(keyof S)[]} */ (Object.keys(change));
			if (keys.every((key) => Object.is(before[key], change[key]))) return;
			state = Object.freeze({ ...before, ...change });
			for (const read of [...readers]) read(state, before);
		},

		/**
		 * Calls read now and at every change, until the answer is called.
		 * @param {(state: Readonly<S>, before: Readonly<S>) => void} read
		 */
		watch(read) {
			readers.add(read);
			read(state, state);
			return () => readers.delete(read);
		},
	};
}

/**
 * Keeps a small value in this browser. Private windows and full disks are borne in silence: nothing depends on it.
 * @param {string} key
 */
export function keep(key) {
	return {
		/** @returns {any} */
		read() {
			try {
				return JSON.parse(localStorage.getItem(key) ?? "null");
			} catch {
				return null;
			}
		},
		/** @param {unknown} value */
		write(value) {
			try {
				localStorage.setItem(key, JSON.stringify(value));
			} catch {
				// not kept
			}
		},
	};
}
