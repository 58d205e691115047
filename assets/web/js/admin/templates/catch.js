// @ts-check

/**
 * catchPictures takes files that are dropped on a part of the page or pasted anywhere.
 * @param {HTMLElement | Document} where
 * @param {(files:File[]) => void} take
 * @param {{paste?:boolean}} [o]
 * @returns {() => void} lets go
 */
export function catchPictures(where, take, { paste = true } = {}) {
	const mark = where instanceof Document ? where.body : where;
	let depth = 0;

	/** @param {Event} event */
	function over(event) {
		const e = /** @type {DragEvent} */ (event);
		if (![...(e.dataTransfer?.types ?? [])].includes("Files")) return;
		e.preventDefault();
		if (e.type === "dragenter") depth++;
		mark.toggleAttribute("data-over", true);
	}
	function out() {
		depth = Math.max(0, depth - 1);
		if (depth === 0) mark.removeAttribute("data-over");
	}
	/** @param {Event} event */
	function drop(event) {
		const e = /** @type {DragEvent} */ (event);
		depth = 0;
		mark.removeAttribute("data-over");
		const files = [...(e.dataTransfer?.files ?? [])];
		if (files.length === 0 || e.defaultPrevented) return;
		e.preventDefault();
		e.stopPropagation();
		take(files);
	}
	/** @param {ClipboardEvent} e */
	function pasted(e) {
		const files = [...(e.clipboardData?.files ?? [])];
		if (files.length === 0 || e.defaultPrevented || document.querySelector("dialog[open]:not([data-pictures])")) return;
		e.preventDefault();
		take(files);
	}

	const on = /** @type {[string, (e:any) => void][]} */ ([["dragenter", over], ["dragover", over], ["dragleave", out], ["drop", drop]]);
	on.forEach(([name, fn]) => where.addEventListener(name, fn));
	if (paste) document.addEventListener("paste", pasted);
	return () => {
		on.forEach(([name, fn]) => where.removeEventListener(name, fn));
		document.removeEventListener("paste", pasted);
		mark.removeAttribute("data-over");
	};
}
