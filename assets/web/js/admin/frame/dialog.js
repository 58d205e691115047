// @ts-check
import { el, icon } from "../../lib/dom.js";

let made = 0;

/**
 * Opens a dialog over the page: focus stays in it, Escape closes it, and focus goes back to where it came from.
 * @param {object} o
 * @param {string} o.title
 * @param {any} o.body a node or nodes
 * @param {any[]} [o.actions] buttons for its foot
 * @param {"side" | "wide" | ""} [o.kind] side: a panel at the edge, a sheet from below on phones
 * @param {boolean} [o.closable] false: only the code closes it
 * @param {() => void} [o.onclose]
 * @returns {{node:HTMLDialogElement, close:() => void, closed:Promise<void>}}
 */
export function openDialog({ title, body, actions = [], kind = "", closable = true, onclose }) {
	const id = `dialog-${++made}`;
	const from = document.activeElement;
	/** @type {HTMLDialogElement} */
	const node = el(
		"dialog",
		{ class: `dialog ${kind}`, "aria-labelledby": id },
		el(
			"header",
			{},
			el("h2", { id }, title),
			closable && el("button", { type: "button", class: "button quiet icon-only push", "aria-label": "Close", onclick: () => node.close() }, icon("close")),
		),
		el("div", { class: "body" }, body),
		actions.length > 0 && el("footer", {}, actions),
	);
	if (!closable) node.addEventListener("cancel", (e) => e.preventDefault());
	if (closable) node.addEventListener("pointerdown", (e) => e.target === node && outside(node, e) && node.close());
	const closed = new Promise((/** @type {(v: void) => void} */ resolve) => {
		node.addEventListener("close", () => {
			node.remove();
			if (from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true });
			onclose?.();
			resolve();
		});
	});
	document.body.append(node);
	node.showModal();
	const first = /** @type {HTMLElement | null} */ (node.querySelector("[autofocus]"));
	first?.focus();
	return { node, close: () => node.close(), closed };
}

/** @param {HTMLElement} node @param {PointerEvent} e */
function outside(node, e) {
	const r = node.getBoundingClientRect();
	return e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom;
}

/**
 * Asks before something that leaves the building or cannot be taken back. Resolves to true when it shall happen.
 * @param {{title:string, text:any, yes:string, danger?:boolean}} o
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, yes, danger = false }) {
	let sure = false;
	const dialog = openDialog({
		title,
		body: el("p", {}, text),
		actions: [
			el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel"),
			el("button", { type: "button", class: danger ? "button danger" : "button primary", onclick: () => ((sure = true), dialog.close()) }, yes),
		],
	});
	await dialog.closed;
	return sure;
}
