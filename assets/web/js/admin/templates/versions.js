// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, icon } from "../../lib/dom.js";
import { moment } from "../frame/format.js";
import { link } from "../frame/router.js";
import { load } from "../frame/view.js";
import { differences, docOf } from "../editor/doc.js";
import { makePainter } from "../editor/painter.js";

/**
 * Every published version of a template, newest first, each one click away.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, { server, say, head, params, page, look }) {
	const { slug } = params;
	const address = `/api/panel/template/${encodeURIComponent(slug)}`;
	head.set({ title: "Versions", back: link(["templates", slug]) });

	/** @param {number} version @param {number} base */
	async function rollback(version, base) {
		try {
			const { template } = await server.post(`${address}/rollback`, { version, base });
			say.done(`Version ${version} is back, as version ${template.version}.`, {
				undone: `Version ${base} is back.`,
				undo: async () => {
					await server.post(`${address}/rollback`, { version: base, base: template.version });
					view.again();
				},
			});
			look();
		} catch (err) {
			if (err instanceof ApiError && err.status === 409) say.info("Somebody else published meanwhile. Look at the list again.");
			else say.bad(err);
		}
		view.again();
	}

	/** @param {any} data */
	function draw({ versions, logo }) {
		const painter = makePainter({ fonts: page.fonts, logo });
		const newest = versions[0];
		head.set({ title: `Versions of ${newest?.name ?? slug}` });
		fill(
			root,
			el("div", { class: "card" }, el("ol", { class: "lines versions" }, versions.map((/** @type {any} */ v, /** @type {number} */ i) => {
				const older = versions[i + 1];
				const what = older ? differences(docOf(v), docOf(older)) : [];
				const shots = v.variants.map((/** @type {any} */ x) => {
					const canvas = el("canvas", { role: "img", "aria-label": `Version ${v.version}, ${x.name}` });
					painter.show(canvas, x, "WELCOME-30", x.height > x.width ? 56 : 96).catch(() => {});
					return canvas;
				});
				return el(
					"li",
					{},
					el("span", { class: "thumbs" }, shots),
					el("div", { class: "grow" }, el("strong", {}, `Version ${v.version}`, i === 0 && el("span", { class: "badge", data: { tone: "ok" } }, "Live")), el("small", {}, `${v.name} · ${moment(v.at)}`), el("small", {}, older ? (what.length > 0 ? `Changed: ${what.join(", ")}` : "The same as the version before") : "The first one")),
					i > 0 && el("button", { type: "button", class: "button", onclick: () => rollback(v.version, newest.version) }, icon("undo"), `Bring version ${v.version} back`),
				);
			}))),
		);
	}

	const view = load(root, {
		fetch: async (signal) => {
			const [{ versions }, brand] = await Promise.all([server.get(`${address}/versions`, { signal }), server.get("/api/panel/brand", { signal })]);
			return { versions, logo: brand.overlay?.url ?? "" };
		},
		draw,
	});
	return { ready: view.ready, unmount: view.stop };
}
