// @ts-check
import { ApiError, request } from "../../lib/api.js";
import { upload } from "../../lib/upload.js";

/**
 * The way to the server that survives an expired session: the request waits until somebody signed in again over
 * the page, then it is sent once more, so that nothing typed is lost.
 * @param {{onExpired: () => Promise<void>}} deps onExpired resolves once there is a session again
 */
export function makeServer({ onExpired }) {
	/** @type {Promise<void> | null} */
	let waiting = null;

	/** @template T @param {() => Promise<T>} send @returns {Promise<T>} */
	async function again(send) {
		for (;;) {
			try {
				return await send();
			} catch (err) {
				if (!(err instanceof ApiError) || err.status !== 401) throw err;
			}
			waiting ??= onExpired().finally(() => {
				waiting = null;
			});
			await waiting;
		}
	}

	/** @param {string} method */
	const sender = (method) => (/** @type {string} */ path, /** @type {unknown} */ body = {}, /** @type {any} */ options = {}) =>
		again(() => request(path, { method, body, ...options }));

	return {
		/** @param {string} path @param {any} [options] */
		get: (path, options) => again(() => request(path, options)),
		post: sender("POST"),
		put: sender("PUT"),
		del: sender("DELETE"),
		/** @param {string} path @param {FormData} form @param {any} [options] */
		upload: (path, form, options) => again(() => upload(path, form, options)),
	};
}

/** @typedef {ReturnType<typeof makeServer>} PanelServer */
