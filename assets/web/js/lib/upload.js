// @ts-check
import { ApiError } from "./api.js";

/**
 * Sends a form and tells how far it is: fetch cannot. Throws ApiError with a sentence, or AbortError.
 * @param {string} path
 * @param {FormData} form
 * @param {{onprogress?: (share: number) => void, signal?: AbortSignal}} [options] share from 0 to 1
 * @returns {Promise<any>}
 */
export function upload(path, form, { onprogress, signal } = {}) {
	return new Promise((resolve, reject) => {
		const xhr = new XMLHttpRequest();
		xhr.open("POST", path);
		xhr.setRequestHeader("Accept", "application/json");
		xhr.timeout = 120_000;
		xhr.upload.onprogress = (e) => onprogress?.(e.lengthComputable ? e.loaded / e.total : 0);
		const lost = () => reject(new ApiError("The upload did not get through. Check your connection, then try again."));
		xhr.onerror = lost;
		xhr.ontimeout = lost;
		xhr.onabort = () => reject(new DOMException("replaced", "AbortError"));
		xhr.onload = () => {
			const answer = parse(xhr.responseText);
			if (xhr.status >= 200 && xhr.status < 300 && answer) return resolve(answer);
			reject(
				new ApiError(answer?.error || sentence(xhr.status), {
					status: xhr.status,
					id: answer?.id ?? "",
					field: answer?.field ?? "",
					retryAfter: Number(xhr.getResponseHeader("Retry-After")) || 0,
					body: answer,
				}),
			);
		};
		signal?.addEventListener("abort", () => xhr.abort());
		xhr.send(form);
	});
}

/** @param {string} text */
function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** @param {number} status */
const sentence = (status) =>
	status === 413 ? "This file is too large." : "The server did not take this file. Try again in a moment.";
