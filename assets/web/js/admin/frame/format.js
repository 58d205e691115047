// @ts-check
// Numbers and times as a person reads them. Times are shown in the zone of the brand.

let zone = "UTC";

/** useZone sets the zone for all times; one the browser does not know is left out. @param {string} name */
export function useZone(name) {
	try {
		new Intl.DateTimeFormat("en-GB", { timeZone: name });
		zone = name;
	} catch {
		zone = "UTC";
	}
}

/** @param {string | Date} at @param {Intl.DateTimeFormatOptions} options */
const format = (at, options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(new Date(at));

/** clock is the time of day, "14:05". @param {string | Date} at */
export const clock = (at) => format(at, { hour: "2-digit", minute: "2-digit" });

/** day is "17 Nov 2026". @param {string | Date} at */
export const day = (at) => format(at, { day: "numeric", month: "short", year: "numeric" });

/** moment is "17 Nov 2026, 14:05". @param {string | Date} at */
export const moment = (at) => format(at, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/**
 * ago is how long something is past, in the largest unit that fits; older than a week: the day.
 * @param {string | Date} at @param {number} [now]
 */
export function ago(at, now = Date.now()) {
	const minutes = Math.floor((now - new Date(at).getTime()) / 60_000);
	if (minutes < 1) return "just now";
	if (minutes < 60) return `${minutes} min ago`;
	if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
	if (minutes < 48 * 60) return "yesterday";
	if (minutes < 7 * 24 * 60) return `${Math.floor(minutes / 1440)} days ago`;
	return day(at);
}

/** @param {number} n */
export const count = (n) => new Intl.NumberFormat("en-GB").format(n);

/** plural is "1 template", "3 templates". @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** size is "1.2 MB". @param {number} bytes */
export function size(bytes) {
	if (bytes < 1024) return `${bytes} B`;
	if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
	return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
