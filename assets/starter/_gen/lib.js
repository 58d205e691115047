// Shared by the template pages: picks the shape, measures the place of the code, and, for looking at it while
// drawing, sets a sample code and the logo the way the product does (?shape=story&code=SAVE20&logo=1&guides=1).
const query = new URLSearchParams(location.search)
document.body.className = query.get("shape") ?? "square"
const cap = { "inter-700": 1490 / 2048, "poppins-700": 698 / 1000, "montserrat-800": 700 / 1000, "bebas-neue-400": 1400 / 2000 }

window.ready = (async () => {
	const d = document.body.dataset
	const face = await new FontFace("Code", `url(/repo/fonts/code-${d.font}.ttf)`).load()
	document.fonts.add(face)
	await document.fonts.ready
	await window.art // what a page still draws by script
	const W = 1080, H = document.body.className === "story" ? 1920 : 1080
	const r = document.querySelector("#code").getBoundingClientRect()
	const pct = (v, of) => Math.round(v / of * 10000) / 100
	const box = { leftPct: pct(r.x, W), topPct: pct(r.y, H), widthPct: pct(r.width, W), heightPct: pct(r.height, H), hAlign: d.align ?? "center", vAlign: "middle" }
	const maxFontPx = +getComputedStyle(document.body).getPropertyValue("--max")
	if (query.get("code") || query.get("logo")) await sample(W, H, box, maxFontPx, d)
	return { slug: d.slug, name: d.name, position: +d.position, encode: d.encode, variant: { name: document.body.className, box, maxFontPx, fontColor: d.color, font: d.font, paddingPct: 2, logo: true } }
})()

async function sample(W, H, box, max, d) {
	const c = document.createElement("canvas")
	c.width = W; c.height = H
	document.body.append(c)
	const g = c.getContext("2d")
	const px = (v, of) => Math.round(v * of / 100)
	const b = { x: px(box.leftPct, W), y: px(box.topPct, H), w: px(box.widthPct, W), h: px(box.heightPct, H) }
	const pad = Math.floor(b.w * 0.02)
	const text = query.get("code")
	if (text) {
		g.textRendering = "geometricPrecision"; g.fontKerning = "normal"
		g.font = "1000px Code"
		const w1 = g.measureText(text).width / 1000, c1 = cap[d.font]
		const size = Math.floor(4 * Math.min((b.w - 2 * pad) / w1, b.h / c1, max)) / 4
		g.font = size + "px Code"
		g.fillStyle = d.color
		const free = b.w - 2 * pad - w1 * size
		const x = b.x + pad + free * ({ left: 0, center: 0.5, right: 1 })[box.hAlign]
		g.fillText(text, Math.round(x), Math.round(b.y + (b.h + c1 * size) / 2))
	}
	if (query.get("guides")) {
		g.strokeStyle = "#0ff"; g.lineWidth = 2; g.strokeRect(b.x, b.y, b.w, b.h)
		if (H > W) { g.strokeRect(0, H * .14, W, H * .66) }
	}
	if (query.get("logo")) {
		const m = new Image(); m.src = "/repo/web/img/mark.png"; await m.decode()
		g.save(); g.beginPath(); g.arc(43 + 65, 43 + 65, 65, 0, 7); g.clip(); g.imageSmoothingQuality = "high"; g.drawImage(m, 43, 43, 130, 130); g.restore()
	}
}
