// @ts-check

/** What went wrong, in words for the person who reads it. */
export class ApiError extends Error {
	/**
	 * @param {string} message a sentence
	 * @param {{status?: number, id?: string, field?: string, retryAfter?: number, body?: any}} [more]
	 *   status 0: the server was not reached or did not answer as it should; retryAfter in seconds
	 */
	constructor(message, { status = 0, id = "", field = "", retryAfter = 0, body = null } = {}) {
		super(message);
		this.name = "ApiError";
		this.status = status;
		this.id = id;
		this.field = field;
		this.retryAfter = retryAfter;
		this.body = body;
	}
}

/** True for a request that a newer one replaced: nobody needs to hear of it. @param {unknown} err */
export const isAborted = (err) => err instanceof DOMException && err.name === "AbortError";

const SILENT = "The server did not answer. Check your connection, then try again.";
const ODD = "The server gave an answer that this page does not understand. Reload the page, then try again.";

/**
 * @typedef {object} Options
 * @property {string} [method]
 * @property {unknown} [body] sent as JSON, or as it is when it is FormData
 * @property {AbortSignal} [signal] an abort throws AbortError
 * @property {number} [timeout] ms until the request is given up; 10,000 unless told, 0 for never
 * @property {boolean} [keepalive] lets the request outlive the page
 */

/**
 * Asks the server and answers its JSON. Throws ApiError with a sentence, or AbortError.
 * @param {string} path
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export async function request(path, { method = "GET", body, signal, timeout = 10_000, keepalive = false } = {}) {
	const late = timeout > 0 ? AbortSignal.timeout(timeout) : undefined;
	const signals = [signal, late].filter((s) => s !== undefined);
	const form = body instanceof FormData;
	/** @type {Record<string, string>} */
	const headers = { Accept: "application/json" };
	if (body !== undefined && !form) headers["Content-Type"] = "application/json";
	let response, text;
	try {
		response = await fetch(path, {
			method,
			headers,
			body: body === undefined ? undefined : form ? body : JSON.stringify(body),
			signal: AbortSignal.any ? AbortSignal.any(signals) : (signal ?? late),
			credentials: "same-origin",
			keepalive,
		});
		text = await response.text();
	} catch (err) {
		if (signal?.aborted) throw new DOMException("replaced", "AbortError");
		throw new ApiError(SILENT, { body: err });
	}
	const answer = parse(text);
	if (!response.ok) throw failure(response, answer);
	if (answer === undefined) throw new ApiError(ODD, { status: response.status });
	return answer;
}

/** @param {string} text @returns {any} undefined when it is not JSON; null for an empty body */
function parse(text) {
	if (text === "") return null;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** @param {Response} response @param {any} answer */
function failure(response, answer) {
	const { status } = response;
	const said = typeof answer?.error === "string" ? answer.error : typeof answer?.message === "string" ? answer.message : "";
	return new ApiError(said || sentence(status), {
		status,
		id: answer?.id ?? "",
		field: answer?.field ?? "",
		retryAfter: Number(response.headers.get("Retry-After")) || 0,
		body: answer,
	});
}

/** @param {number} status */
function sentence(status) {
	if (status === 401) return "You are signed out. Sign in again.";
	if (status === 403) return "You may not do that.";
	if (status === 404) return "This is not there any more.";
	if (status === 409) return "Somebody else changed this in the meantime. Load it again.";
	if (status === 413) return "That is too large.";
	if (status === 429) return "Too many requests. Wait a moment, then try again.";
	return "The server could not do that now. Try again in a moment.";
}

/** @param {string} path @param {Options} [options] */
export const get = (path, options) => request(path, options);

/** @param {string} path @param {unknown} body @param {Options} [options] */
export const post = (path, body, options) => request(path, { method: "POST", body, ...options });
