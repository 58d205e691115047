// @ts-check

/** @typedef {"clean"|"waiting"|"saving"|"saved"|"failed"|"conflict"} SaveState */

/**
 * makeAutosave sends a document some time after its last change, one request at a time, the newest last. After a
 * failure it tries again at the next change, or when retry is called; a conflict stops it until resolve.
 * @param {object} o
 * @param {(keepalive:boolean) => Promise<void>} o.send sends the document as it is now
 * @param {(err:unknown) => boolean} o.isConflict
 * @param {(state:SaveState, err?:unknown) => void} o.onstate
 * @param {number} [o.delay] ms of quiet
 * @param {{set:(fn:() => void, ms:number) => any, clear:(id:any) => void}} [o.timers]
 */
export function makeAutosave({ send, isConflict, onstate, delay = 600, timers = { set: setTimeout.bind(globalThis), clear: clearTimeout.bind(globalThis) } }) {
	let dirty = false;
	let stopped = false;
	/** @type {any} */
	let timer;
	/** @type {Promise<boolean> | null} */
	let running = null;

	function change() {
		dirty = true;
		if (stopped) return;
		timers.clear(timer);
		timer = timers.set(() => void flush(), delay);
		if (!running) onstate("waiting");
	}

	/**
	 * flush saves now what is not saved yet; true when nothing is left to save.
	 * @param {boolean} [keepalive] the page is being left
	 * @returns {Promise<boolean>}
	 */
	async function flush(keepalive = false) {
		timers.clear(timer);
		if (running) await running;
		if (stopped) return false;
		if (!dirty) return true;
		running = once(keepalive);
		const ok = await running;
		running = null;
		return ok && dirty && !stopped ? flush(keepalive) : ok;
	}

	/** @param {boolean} keepalive */
	async function once(keepalive) {
		dirty = false;
		onstate("saving");
		try {
			await send(keepalive);
			onstate(dirty ? "waiting" : "saved");
			return true;
		} catch (err) {
			dirty = true;
			stopped = isConflict(err);
			onstate(stopped ? "conflict" : "failed", err);
			return false;
		}
	}

	return {
		change,
		flush,
		retry: () => flush(),
		get unsaved() { return dirty || running !== null; },
		/** resolve ends a conflict: mine true saves what is here, false forgets it. @param {boolean} mine */
		resolve(mine) {
			stopped = false;
			dirty = mine;
			if (mine) return flush();
			onstate("saved");
			return Promise.resolve(true);
		},
		/** forget drops what is not saved: the document was given up or published. */
		forget() {
			timers.clear(timer);
			dirty = stopped = false;
			onstate("clean");
		},
	};
}
