// @ts-check

// What is pasted along unseen: soft hyphens, joiners, direction marks, byte order marks.
const MARKS = /[\u00AD\u180E\uFEFF\u200B-\u200F\u202A-\u202E\u2060-\u206F]/g;
const SPACES = /[\s\u0085]+/g;
const LONGEST = 64;
const FOREIGN = /[^A-Z0-9_ -]/g;

/**
 * clean is the spelling of a code as far as it was typed: the server's rules (render/coupon Canonical), but what
 * the server would refuse is stripped, and cut at 64. A space at the end stays one until something follows it, so that a word
 * pasted with a space behind it does not get a dash.
 * @param {string} text
 */
function clean(text) {
	const plain = text
		.normalize("NFC")
		.replace(MARKS, "")
		.replace(/[a-z]+/g, (word) => word.toUpperCase()) // only these: nobody means the capital of ı or ſ
		.replace(SPACES, " ")
		.replace(FOREIGN, "")
		.replace(/ +/g, " ")
		.replace(/^ /, "");
	const end = plain.endsWith(" ") ? -1 : plain.length;
	return (plain.slice(0, end).replaceAll(" ", "-") + (end < 0 ? " " : "")).slice(0, LONGEST);
}

/**
 * sanitize turns what stands in the code field into what may stand there, and keeps the caret at its letter.
 * @param {string} value
 * @param {number} [caret] selectionStart
 * @returns {{value: string, caret: number, code: string}} value and caret for the field; code for everything else
 *   (to check, to draw, to share): the value without the space that may still stand at its end
 */
export function sanitize(value, caret = value.length) {
	const tidy = clean(value);
	return { value: tidy, caret: Math.min(clean(value.slice(0, caret)).length, tidy.length), code: tidy.trimEnd() };
}
