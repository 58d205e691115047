// @ts-check
// SHA-256 (FIPS 180-4), synchronous: the browser's own is asynchronous, which costs a turn per call, and a record has
// tens of thousands of links.

const K = Int32Array.from(primes(64).map((p) => frac(Math.cbrt(p))));
const START = Int32Array.from(primes(8).map((p) => frac(Math.sqrt(p))));
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** @param {number} n */
function primes(n) {
	const found = [];
	for (let p = 2; found.length < n; p++) if (found.every((q) => p % q !== 0)) found.push(p);
	return found;
}

/** frac is the first 32 bits behind the point. @param {number} x */
function frac(x) {
	return ((x - Math.floor(x)) * 0x1_0000_0000) | 0;
}

const utf8 = new TextEncoder();
const words = new Int32Array(64);
const state = new Int32Array(8);
let bytes = new Uint8Array(4096);

/**
 * The SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits.
 * @param {string} text
 */
export function sha256(text) {
	const most = text.length * 3 + 72;
	if (bytes.length < most) bytes = new Uint8Array(most * 2);
	const { written } = utf8.encodeInto(text, bytes);
	const end = pad(written);
	state.set(START);
	for (let at = 0; at < end; at += 64) block(at);
	let out = "";
	for (let i = 0; i < 8; i++) {
		const word = state[i];
		out += HEX[word >>> 24] + HEX[(word >>> 16) & 255] + HEX[(word >>> 8) & 255] + HEX[word & 255];
	}
	return out;
}

/** pad ends the message as the standard says: a one bit, zeros, its length in bits. @param {number} length */
function pad(length) {
	const end = (((length + 8) >> 6) + 1) << 6;
	bytes.fill(0, length, end);
	bytes[length] = 0x80;
	const high = Math.floor(length / 0x2000_0000);
	const low = length << 3;
	for (let i = 0; i < 4; i++) {
		bytes[end - 8 + i] = high >>> (24 - 8 * i);
		bytes[end - 4 + i] = low >>> (24 - 8 * i);
	}
	return end;
}

/** @param {number} at */
function block(at) {
	for (let i = 0, p = at; i < 16; i++, p += 4) words[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
	for (let i = 16; i < 64; i++) {
		const x = words[i - 15];
		const y = words[i - 2];
		const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
		const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
		words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
	}
	let a = state[0];
	let b = state[1];
	let c = state[2];
	let d = state[3];
	let e = state[4];
	let f = state[5];
	let g = state[6];
	let h = state[7];
	for (let i = 0; i < 64; i++) {
		const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
		const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
		const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
		const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
		h = g;
		g = f;
		f = e;
		e = (d + t1) | 0;
		d = c;
		c = b;
		b = a;
		a = (t1 + t2) | 0;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}
