// @ts-check
// A coupon of the list, as it is typed and as it is kept. Pure.

/** discountWords is what a coupon gives, "" when it says nothing. @param {any} c */
export const discountWords = (c) => (c.percent !== null ? `${c.percent} %` : c.amount !== null ? `${c.amount} ${c.currency}` : "");

/** lastDay is a moment of the last day: an end at midnight still shows the day before. @param {string} ends */
export const lastDay = (ends) => new Date(new Date(ends).getTime() - 1);

/**
 * localTime is a moment as the browser's date field wants it, in the reader's own zone; "" for none.
 * @param {string | null} iso
 */
export function localTime(iso) {
	if (!iso) return "";
	const d = new Date(iso);
	return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/**
 * read makes a coupon of what was typed, or says which field is wrong.
 * @param {Record<string, string>} typed code, kind (none, percent, amount), percent, amount, currency, starts, ends, max_uses, url, note
 * @returns {{coupon:any} | {field:string, error:string}}
 */
export function read(typed) {
	const code = typed.code.trim().toUpperCase().replace(/\s+/g, "-");
	if (!code) return { field: "code", error: "Type a code." };
	if (!/^[A-Z0-9_-]{1,64}$/.test(code)) return { field: "code", error: "A code holds the letters A–Z, digits, - and _ only, 64 at most." };
	let percent = null;
	let amount = null;
	if (typed.kind === "percent") {
		percent = typed.percent.trim() === "" ? NaN : Number(typed.percent.replace(",", "."));
		if (!(percent >= 0 && percent <= 100)) return { field: "percent", error: "A percentage is a number from 0 to 100." };
	}
	if (typed.kind === "amount") {
		amount = typed.amount.trim().replace(",", ".");
		if (!/^\d{1,9}(\.\d{1,2})?$/.test(amount)) return { field: "amount", error: "An amount looks like 10 or 10.50." };
		if (!/^[A-Z]{3}$/.test(typed.currency.trim().toUpperCase())) return { field: "currency", error: "A currency has three letters, such as USD." };
	}
	const [starts, ends] = [moment(typed.starts), moment(typed.ends)];
	if (starts && ends && ends <= starts) return { field: "ends", error: "The end lies before the start." };
	const max = typed.max_uses.trim() === "" ? 0 : Number(typed.max_uses);
	if (!(Number.isInteger(max) && max >= 0)) return { field: "max_uses", error: "A whole number; 0 or nothing for no limit." };
	if (typed.url.trim() && !/^https:\/\/./.test(typed.url.trim())) return { field: "url", error: "A link begins with https://" };
	return { coupon: { code, percent, amount, currency: amount === null ? "" : typed.currency.trim().toUpperCase(), starts, ends, max_uses: max, url: typed.url.trim(), note: typed.note.trim() } };
}

/** @param {string} local what a date field holds */
const moment = (local) => (local ? new Date(local).toISOString() : null);
