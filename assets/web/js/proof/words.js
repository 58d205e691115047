// @ts-check

/** @param {number} n */
export const count = (n) => new Intl.NumberFormat("en-GB").format(n);

const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** moment is "17 Nov 2026, 14:05 UTC". @param {string} at */
export function moment(at) {
	const t = new Date(at);
	return Number.isNaN(t.getTime()) ? String(at) : `${clock.format(t)} UTC`;
}

/** price is a number with the places that say something: 2650.12, never 2650.12000. @param {string} text */
export const price = (text) => String(text).replace(/(\.\d\d\d*?)0+$/, "$1");

const OUTCOMES = /** @type {Record<string, [string, string]>} */ ({ won: ["ok", "Won"], lost: ["bad", "Lost"], expired: ["", "Expired"] });

/**
 * What an entry says, in words: its moment, a badge, a sentence.
 * @param {any} said the facts of the entry
 * @returns {{at:string, tone:string, badge:string, text:string}}
 */
export function words(said) {
	if (said?.kind === "signal") {
		const missed = said.status === "missed";
		return {
			at: said.decided_at, tone: missed ? "warn" : "info", badge: missed ? "Missed" : "Signal",
			text: `#${said.signal} ${said.side} ${said.symbol} ${said.interval} at ${price(said.entry)}, take profit ${price(said.take_profit)}, stop loss ${price(said.stop_loss)}`,
		};
	}
	if (said?.kind === "outcome") {
		const [tone, badge] = OUTCOMES[said.status] ?? ["", String(said.status)];
		const points = Number(said.points);
		const sign = points > 0 ? "+" : points < 0 ? "−" : "";
		return { at: said.exit_at, tone, badge, text: `#${said.signal} closed at ${price(said.exit)}: ${sign}${price(String(said.points).replace("-", ""))} points${said.ambiguous ? " (stop and profit in one candle; the stop was counted)" : ""}` };
	}
	return { at: "", tone: "bad", badge: "Unreadable", text: "This entry is not in the form that we write." };
}
