import assert from "node:assert/strict";
import test from "node:test";
import { copyLook, differences, dropVariant, putVariant, sameDoc, variantOf } from "../admin/editor/doc.js";
import { pick, slugOf, takeBack } from "../admin/templates/pick.js";
import { advice, refusal, shapeFor, sizeRefusal } from "../admin/templates/picture.js";
import { read } from "../admin/coupons/coupon.js";
import { ticks } from "../admin/overview/chart.js";
import { score } from "../admin/frame/palette.js";
import { ago, size } from "../admin/frame/format.js";

const variant = (name, more = {}) => ({ name, art: `art/${name}.png`, box: { leftPct: 0, topPct: 0, widthPct: 50, heightPct: 10, hAlign: "left", vAlign: "top" }, maxFontPx: 120, fontColor: "#FFFFFF", font: "inter-700", stroke: false, padPct: 2, logo: true, ...more });
const doc = { name: "A", variants: [variant("square"), variant("story", { fontColor: "#000000", padPct: 0 })] };

test("settings are copied from one shape to the other, the picture is not", () => {
	const next = copyLook(doc, "square", "story");
	assert.equal(variantOf(next, "story").fontColor, "#FFFFFF");
	assert.equal(variantOf(next, "story").padPct, 2);
	assert.equal(variantOf(next, "story").art, "art/story.png");
	assert.equal(variantOf(doc, "story").fontColor, "#000000");
});

test("differences are named; the order of keys is none", () => {
	assert.deepEqual(differences(doc, copyLook(doc, "square", "story")), ["story: colour", "story: padding"]);
	const { leftPct, ...rest } = variant("square").box;
	assert.ok(sameDoc(doc, putVariant(doc, { ...variant("square"), box: { ...rest, leftPct } })));
	assert.deepEqual(differences(doc, dropVariant(doc, "story")), ["story: only on one side"]);
	assert.deepEqual(differences(doc, { ...doc, name: "B" }), ["name"]);
});

test("a template is found by every word, and sorted as asked", () => {
	const row = (slug, name, updated_at, more) => ({ slug, name, updated_at, version: 1, web: true, telegram: true, position: 0, draft: null, warnings: 0, variants: [], ...more });
	const rows = [row("a", "Black Friday", "2026-01-01"), row("b", "Friday rush", "2026-03-01", { telegram: false }), row("c", "Item 10", "2026-02-01", { draft: { updated_at: "2026-09-01" } }), row("d", "Item 9", "2026-02-02", { version: 0, draft: { updated_at: "2026-02-02" } })];
	assert.deepEqual(pick(rows, { q: "friday" }).map((t) => t.slug), ["b", "a"]);
	assert.deepEqual(pick(rows, { q: "rush FRI" }).map((t) => t.slug), ["b"]);
	assert.deepEqual(pick(rows, { sort: "name" }).map((t) => t.slug), ["a", "b", "d", "c"]);
	assert.deepEqual(pick(rows, {}).map((t) => t.slug), ["c", "b", "d", "a"]);
	assert.deepEqual(pick(rows, { show: "hidden" }).map((t) => t.slug), ["b"]);
	assert.deepEqual(pick(rows, { show: "draft" }).map((t) => t.slug), ["c", "d"]);
});

test("taking a bulk change back gives each template its own switches", () => {
	const before = [{ slug: "a", web: true }, { slug: "b", web: false }, { slug: "c", web: true }];
	assert.deepEqual(takeBack(before, ["web"]), [{ slugs: ["a", "c"], web: true }, { slugs: ["b"], web: false }]);
});

test("an address is made of a name", () => {
	assert.equal(slugOf("  Crème Brûlée 30 %! "), "creme-brulee-30");
	assert.equal(slugOf("10k Giveaway (2)"), "10k-giveaway-2");
	assert.equal(slugOf("عرض"), "");
	assert.ok(slugOf("a".repeat(70) + " b").length <= 64);
});

test("files are refused with the reason", () => {
	const file = (name, type, bytes = 1000) => ({ name, type, size: bytes });
	assert.equal(refusal(file("a.png", "image/png")), "");
	assert.match(refusal(file("a.svg", "image/svg+xml")), /SVG/);
	assert.match(refusal(file("IMG.HEIC", "")), /HEIC/);
	assert.match(refusal(file("a.png", "image/png", 0)), /empty/);
	assert.match(refusal(file("a.png", "image/png", 11 << 20)), /11\.0 MB/);
	assert.match(refusal(file("a.html", "text/html")), /PNG, JPEG/);
	assert.match(sizeRefusal(9000, 10), /8192/);
	assert.match(sizeRefusal(6000, 6000), /36 megapixels/);
	assert.equal(sizeRefusal(4000, 6000), "");
	assert.equal(advice("square", 1080, 1080), "");
	assert.match(advice("square", 1600, 1200), /usually 1080 × 1080/);
	assert.match(advice("story", 540, 960), /blurred/);
	assert.equal(shapeFor(1080, 1920), "story");
	assert.equal(shapeFor(1080, 1080), "square");
});

test("a coupon is read from its fields, or the wrong one is named", () => {
	const typed = { code: " save 20 ", kind: "percent", percent: "12,5", amount: "", currency: "", starts: "", ends: "", max_uses: "", url: "", note: " x " };
	assert.deepEqual(read(typed).coupon, { code: "SAVE-20", percent: 12.5, amount: null, currency: "", starts: null, ends: null, max_uses: 0, url: "", note: "x" });
	assert.equal(read({ ...typed, percent: "0" }).coupon.percent, 0);
	const wrong = { code: "ü", percent: "101", starts: "2026-02-02T10:00" };
	assert.equal(read({ ...typed, code: wrong.code }).field, "code");
	assert.equal(read({ ...typed, percent: wrong.percent }).field, "percent");
	assert.equal(read({ ...typed, percent: "" }).field, "percent");
	assert.equal(read({ ...typed, starts: wrong.starts, ends: "2026-02-01T10:00" }).field, "ends");
	assert.equal(read({ ...typed, kind: "amount", amount: "10.555", currency: "USD" }).field, "amount");
	assert.equal(read({ ...typed, kind: "amount", amount: "10", currency: "dollar" }).field, "currency");
	assert.equal(read({ ...typed, max_uses: "1.5" }).field, "max_uses");
	assert.equal(read({ ...typed, url: "http://a.b" }).field, "url");
});

test("the axis has round numbers from 0 to above the largest", () => {
	for (const max of [1, 3, 7, 12, 99, 100, 101, 1284, 99999]) {
		const t = ticks(max);
		assert.equal(t[0], 0);
		assert.ok(t.at(-1) >= max && t.length <= 6 && t.every(Number.isInteger), `${max}: ${t}`);
	}
});

test("the palette prefers beginnings of words and wants every word", () => {
	assert.ok(score("Templates", "temp") > score("New template", "temp"));
	assert.ok(score("New template", "temp") > score("attempt", "temp"));
	assert.equal(score("New template", "new code"), 0);
	assert.ok(score("anything", "") > 0);
});

test("times and sizes read as people say them", () => {
	const now = Date.parse("2026-11-23T12:00:00Z");
	assert.equal(ago("2026-11-23T11:59:40Z", now), "just now");
	assert.equal(ago("2026-11-23T11:00:00Z", now), "1 h ago");
	assert.equal(ago("2026-11-22T11:00:00Z", now), "yesterday");
	assert.equal(ago("2026-11-01T11:00:00Z", now), "1 Nov 2026");
	assert.equal(size(1536), "2 KB");
});
