// @ts-check
import { el, fill, find, icon, set } from "../../lib/dom.js";
import { useZone } from "./format.js";
import { mountHead } from "./head.js";
import { openDialog } from "./dialog.js";
import { openPalette } from "./palette.js";
import { link } from "./router.js";
import { ON_THE_BAR, ROOMS as rooms } from "./rooms.js";
import { mountStage } from "./views.js";

/**
 * The frame of the panel: sidebar or bottom bar, head, banners, the view of the address, palette and keys.
 * @param {HTMLElement} root
 * @param {{server:import("./server.js").PanelServer, say:any, keys:any, state:any, page:DOMStringMap, leave:() => void}} deps
 */
export function mountShell(root, { server, say, keys, state, page, leave }) {
	const head = mountHead(find("[data-bar]", root), page);
	const views = mountStage(find("[data-view]", root), { server, say, keys, head, page, rooms, look, onroom: mark });

	/** @param {import("./rooms.js").Room} room */
	const entry = (room) => el("a", { href: link([room.id]), data: { room: room.id } }, icon(room.icon), el("span", {}, room.name));

	function drawNav() {
		const groups = [...new Set(rooms.map((r) => r.group ?? ""))];
		fill(
			find("[data-rooms]", root),
			groups.map((g) => [g && el("p", { class: "label" }, g), el("ul", {}, rooms.filter((r) => (r.group ?? "") === g).map((r) => el("li", {}, entry(r))))]),
		);
		fill(
			find("[data-bottom]", root),
			rooms.slice(0, ON_THE_BAR).map(entry),
			el("button", { type: "button", data: { more: "" }, "aria-haspopup": "dialog", onclick: more }, icon("more"), el("span", {}, "More")),
		);
		mark(views.room());
	}

	/** @param {string} id */
	function mark(id) {
		for (const a of root.querySelectorAll("[data-room]")) set(a, { "aria-current": /** @type {HTMLElement} */ (a).dataset.room === id ? "page" : null });
		const hidden = rooms.slice(ON_THE_BAR).some((r) => r.id === id);
		set(find("[data-more]", root), { "data-here": hidden ? "" : null });
	}

	function more() {
		const go = () => sheet.close();
		const sheet = openDialog({
			title: "More",
			kind: "side",
			body: el(
				"ul",
				{ class: "rooms" },
				rooms.slice(ON_THE_BAR).map((r) => el("li", { onclick: go }, entry(r))),
				el("li", {}, el("a", { href: "/", target: "_blank", rel: "noopener" }, icon("link"), el("span", {}, "Public page"))),
				el("li", {}, el("button", { type: "button", onclick: () => (go(), palette()) }, icon("search"), el("span", {}, "Jump to"))),
				el("li", {}, el("button", { type: "button", onclick: leave }, icon("out"), el("span", {}, "Sign out"))),
			),
		});
	}

	function drawBanners() {
		const list = state.banners ?? [];
		const place = find("[data-banners]", root);
		place.hidden = list.length === 0;
		fill(place, list.map((/** @type {any} */ b) => el("div", { class: "notice", data: { tone: b.level } }, icon(b.level === "info" ? "info" : "alert"), el("p", {}, b.text), b.link && el("a", { class: "button", href: b.link }, b.label || "Open"))));
	}

	function palette() {
		/** @type {Promise<any> | undefined} */
		let list;
		openPalette({
			commands: [
				...rooms.map((r) => ({ label: r.name, hint: r.hint, icon: r.icon, run: () => views.go(link([r.id])) })),
				{ label: "New template", hint: "Upload a picture", icon: "plus", words: "create upload add", run: () => views.go("#/templates/new") },
				{ label: "Deleted templates", hint: "Kept for 30 days", icon: "trash", words: "bin restore", run: () => views.go("#/templates/deleted") },
				{ label: "Public page", hint: "Opens in a new tab", icon: "link", words: "site open", run: () => window.open("/", "_blank", "noopener") },
				{ label: "Keyboard map", hint: "?", icon: "info", words: "keys help shortcuts", run: keys.help },
				{ label: "Sign out", hint: "End this session", icon: "out", words: "logout leave", run: leave },
			],
			more: async (typed) => {
				if (!typed) return [];
				list ??= server.get("/api/panel/templates");
				const { templates } = await list.catch(() => ({ templates: [] }));
				const fits = templates.filter((/** @type {any} */ t) => `${t.name} ${t.slug}`.toLowerCase().includes(typed.toLowerCase()));
				return [
					...fits.slice(0, 6).map((/** @type {any} */ t) => ({ label: t.name, hint: "Template", icon: "picture", run: () => views.go(link(["templates", t.slug])) })),
					{ label: `Try the code “${typed}”`, hint: "Coupons", icon: "ticket", run: () => views.go(link(["coupons"], { try: typed })) },
				];
			},
		});
	}

	/** look asks the server how things are: banners, rooms, zone. */
	async function look() {
		try {
			refresh(await server.get("/api/panel/state"));
		} catch {
			// the view itself says when the server is away
		}
	}

	/** @param {any} next */
	function refresh(next) {
		state = next;
		useZone(state.zone);
		for (const node of root.querySelectorAll("[data-product]")) fill(node, state.product);
		drawNav();
		drawBanners();
	}

	keys.add([
		{ keys: "ctrl+k", label: "Jump to anything", group: "Everywhere", run: palette },
		{ keys: "/", label: "Search in this view", group: "Everywhere", run: () => /** @type {HTMLElement | null} */ (root.querySelector("[data-search]"))?.focus() },
		{ keys: "n", label: "New template", group: "Everywhere", run: () => views.go("#/templates/new") },
		{ keys: "ctrl+z", label: "Take the last change back", group: "Everywhere", run: () => say.undo() },
		{ keys: "?", label: "This map", group: "Everywhere", run: keys.help },
		...rooms.map((r) => ({ keys: `g ${r.key}`, label: r.name, group: "Go to", run: () => views.go(link([r.id])) })),
	]);
	find("[data-palette]", root).addEventListener("click", palette);
	find("[data-signout]", root).addEventListener("click", leave);
	find(".skip", root).addEventListener("click", (/** @type {Event} */ e) => (e.preventDefault(), find("#main", root).focus()));
	refresh(state);
	views.start();
	return { refresh, look };
}
