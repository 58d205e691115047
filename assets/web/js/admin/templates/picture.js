// @ts-check
import { size } from "../frame/format.js";
import { shapeName } from "./pick.js";

/** What the server takes (admin's intake): said here first, so that nobody waits for a refusal. */
export const LIMITS = { bytes: 10 * 1024 * 1024, side: 8192, pixels: 24_000_000 };
export const ACCEPT = "image/png,image/jpeg,image/webp,image/gif";
export const ACCEPTED = "PNG, JPEG, WebP or GIF, up to 10 MB and 8192 pixels a side";

const TYPES = new Set(ACCEPT.split(","));

/**
 * refusal says why a file cannot be taken; "" when it can, as far as its name and size tell.
 * @param {{name:string, type:string, size:number}} file
 */
export function refusal(file) {
	if (file.size === 0) return `“${file.name}” is empty. Choose the picture again.`;
	if (/\.hei[cf]$/i.test(file.name) || /hei[cf]/.test(file.type)) return "HEIC pictures cannot be read here. On the phone, share the photo as JPEG, or take a screenshot of it.";
	if (file.type === "image/svg+xml") return "SVG drawings are not accepted. Export it as PNG, 1080 pixels wide or more.";
	if (!TYPES.has(file.type)) return `“${file.name}” is not a picture that can be taken. Accepted: ${ACCEPTED}.`;
	if (file.size > LIMITS.bytes) return `“${file.name}” has ${size(file.size)}. The most is 10 MB: export it smaller, or as JPEG.`;
	return "";
}

/** sizeRefusal is the same about the pixels. @param {number} width @param {number} height */
export function sizeRefusal(width, height) {
	if (width > LIMITS.side || height > LIMITS.side) return `The picture is ${width} × ${height} pixels. The longest side may have ${LIMITS.side}: scale it down.`;
	if (width * height > LIMITS.pixels) return `The picture has ${Math.round(width * height / 1e6)} megapixels. The most is 24: scale it down.`;
	return "";
}

/**
 * advice is what to know about a picture that is taken all the same.
 * @param {string} variant @param {number} width @param {number} height
 */
export function advice(variant, width, height) {
	const ratio = width / height;
	const want = variant === "story" ? 9 / 16 : variant === "square" ? 1 : ratio;
	if (Math.abs(ratio / want - 1) > 0.02) return `${shapeName(variant)} pictures are usually ${variant === "story" ? "1080 × 1920" : "1080 × 1080"}; this one is ${width} × ${height}. It is used as it is.`;
	if (Math.min(width, height) < 720) return `With ${width} × ${height} pixels it may look blurred on large screens. 1080 pixels wide is better.`;
	return "";
}

/** shapeFor guesses the variant of a picture from its proportions. @param {number} width @param {number} height */
export const shapeFor = (width, height) => (width / height < 0.8 ? "story" : "square");

/**
 * measure reads the size of a picture file; null when the browser cannot read it (the server will say why).
 * @param {Blob} file @returns {Promise<{width:number, height:number} | null>}
 */
export async function measure(file) {
	try {
		const bitmap = await createImageBitmap(file);
		const { width, height } = bitmap;
		bitmap.close();
		return { width, height };
	} catch {
		return null;
	}
}
