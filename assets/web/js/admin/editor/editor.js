// @ts-check
import { el, fill } from "../../lib/dom.js";
import { load } from "../frame/view.js";
import { openEditor } from "./bench.js";
import { makePainter } from "./painter.js";

/**
 * The editor of one template: loads it with what it is drawn with, then lays out the bench.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, ctx) {
	const { server, head, params, page } = ctx;
	/** @type {ReturnType<typeof openEditor> | undefined} */
	let bench;
	head.set({ title: "Template", back: "#/templates" });

	const view = load(root, {
		fetch: async (signal) => {
			const [data, brand] = await Promise.all([server.get(`/api/panel/template/${encodeURIComponent(params.slug)}`, { signal }), server.get("/api/panel/brand", { signal })]);
			return { data, logo: brand.overlay?.url ?? brand.brand.logo?.url ?? "" };
		},
		skeleton: el("div", { class: "bones bench-bones" }, el("p", { class: "visually-hidden" }, "Loading"), el("div", { class: "skeleton" }), el("div", { class: "skeleton" })),
		draw({ data, logo }) {
			bench?.stop();
			fill(root);
			bench = openEditor(root, { ...ctx, data, painter: makePainter({ fonts: page.fonts, logo }), again: () => view.again() });
		},
	});
	return {
		ready: view.ready,
		unmount() {
			view.stop();
			bench?.stop();
		},
		query: (/** @type {URLSearchParams} */ query) => bench?.look(query.get("v") ?? ""),
	};
}
