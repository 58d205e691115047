// @ts-check
import { misfits, variantFit } from "./fit.js";
import { familyOf } from "./font.js";

/**
 * @typedef {import("./fit.js").Font} Font
 * @typedef {import("./fit.js").Variant} Variant
 * @typedef {import("./fit.js").Fit} Fit
 * @typedef {import("./fit.js").Misfit} Misfit
 * @typedef {CanvasRenderingContext2D} Context
 * @typedef {(HTMLImageElement | ImageBitmap | HTMLCanvasElement) & {width: number, height: number}} Artwork
 * @typedef {{image: Artwork, variant: Variant, code: string, font: Font, logo?: Artwork | null}} Coupon what to
 *   draw: font is the variant's, loaded; logo is the brand's, or none to leave it out
 */

const HEX = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * drawCoupon draws a coupon picture at its natural size, exactly as the server does (render/draw.go): artwork, logo,
 * code. Where the code does not fit it draws the picture without it and answers why.
 * @param {HTMLCanvasElement} canvas takes the natural size of the variant
 * @param {Coupon} coupon
 * @returns {Fit | Misfit}
 */
export function drawCoupon(canvas, { image, variant, code, font, logo }) {
	const ctx = sized(canvas, variant.width, variant.height);
	ctx.clearRect(0, 0, variant.width, variant.height); // artwork may be transparent
	ctx.drawImage(image, 0, 0, variant.width, variant.height);
	if (logo && variant.logo) drawLogo(ctx, logo, variant.width, variant.height);
	const fit = variantFit(font, variant, code);
	if (misfits(fit)) return fit;
	if (variant.stroke) drawStroke(ctx, code, font, fit);
	dress(ctx, font, fit);
	ctx.fillStyle = HEX.test(variant.fontColor ?? "") ? /** @type {string} */ (variant.fontColor) : "#ffffff";
	ctx.fillText(code, fit.x, fit.y);
	return fit;
}

/**
 * sized is the canvas's context at this size; a canvas that has it already is not made anew.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height
 */
function sized(canvas, width, height) {
	if (canvas.width !== width) canvas.width = width;
	if (canvas.height !== height) canvas.height = height;
	const ctx = canvas.getContext("2d");
	if (!ctx) throw new Error("This browser cannot draw pictures.");
	return ctx;
}

/** What resizing a canvas resets, so it is set before every text. @param {Context} ctx @param {Font} font @param {Fit} fit */
function dress(ctx, font, fit) {
	ctx.font = `400 ${fit.size}px "${familyOf(font)}"`; // the weight is in the file: no synthetic bold
	ctx.textAlign = "left";
	ctx.textBaseline = "alphabetic";
	ctx.direction = "ltr";
	ctx.fontKerning = "normal";
	ctx.textRendering = "geometricPrecision";
	ctx.letterSpacing = "0px";
	ctx.wordSpacing = "0px";
}

/** strokeWidth is the width of the outline in pixels: 8 % of the size, 2 at least. @param {Fit} fit */
export const strokeWidth = (fit) => Math.max(2, Math.floor(fit.quarters / 50));

/**
 * The outline, 75 % black. It is drawn opaque on a canvas of its own, so that where the outlines of two letters meet
 * it is no darker.
 * @param {Context} ctx @param {string} code @param {Font} font @param {Fit} fit
 */
function drawStroke(ctx, code, font, fit) {
	const around = strokeWidth(fit) + 2;
	const width = Math.ceil((fit.quarters * fit.units) / (4 * font.upem)) + Math.ceil(fit.size) + 2 * around;
	const height = 2 * Math.ceil(fit.size) + 2 * around;
	const left = fit.x - around - Math.ceil(fit.size / 2);
	const top = fit.y - around - Math.ceil(fit.size * 1.25);
	const layer = sized(document.createElement("canvas"), width, height);
	dress(layer, font, fit);
	layer.lineWidth = strokeWidth(fit);
	layer.lineJoin = "round";
	layer.lineCap = "round";
	layer.strokeStyle = "#000000";
	layer.strokeText(code, fit.x - left, fit.y - top);
	ctx.globalAlpha = 0.75;
	ctx.drawImage(layer.canvas, left, top);
	ctx.globalAlpha = 1;
}

/**
 * logoCircle is where the logo goes: a circle at the top left, the geometry of the previous product.
 * @param {number} width @param {number} height
 */
export function logoCircle(width, height) {
	const side = Math.min(width, height);
	return {
		margin: Math.max(20, Math.floor((side * 4 + 50) / 100)),
		diameter: Math.max(32, Math.floor((side * 12 + 50) / 100)),
	};
}

/** @param {Context} ctx @param {Artwork} logo @param {number} width @param {number} height */
function drawLogo(ctx, logo, width, height) {
	const { margin, diameter } = logoCircle(width, height);
	const w = "naturalWidth" in logo ? logo.naturalWidth : logo.width;
	const h = "naturalHeight" in logo ? logo.naturalHeight : logo.height;
	const side = Math.min(w, h);
	if (side <= 0) return;
	ctx.save();
	ctx.beginPath();
	ctx.arc(margin + diameter / 2, margin + diameter / 2, diameter / 2, 0, 2 * Math.PI);
	ctx.clip();
	ctx.imageSmoothingQuality = "high";
	ctx.drawImage(logo, (w - side) / 2, (h - side) / 2, side, side, margin, margin, diameter, diameter);
	ctx.restore();
}

/**
 * showScaled draws a finished picture into a canvas on the page, as many device pixels as the canvas covers.
 * @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} picture at its natural size
 * @param {number} cssWidth @param {number} [ratio] device pixels per CSS pixel
 */
export function showScaled(canvas, picture, cssWidth, ratio = globalThis.devicePixelRatio || 1) {
	const width = Math.max(1, Math.round(cssWidth * ratio));
	const height = Math.max(1, Math.round((width * picture.height) / picture.width));
	const ctx = sized(canvas, width, height);
	ctx.imageSmoothingEnabled = true;
	ctx.imageSmoothingQuality = "high";
	ctx.drawImage(picture, 0, 0, width, height);
}
