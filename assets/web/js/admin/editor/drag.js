// @ts-check
import { drawBox, moveBox, resizeBox, snapBox } from "./box.js";

const SNAP = 7; // CSS pixels
const START = { mouse: 3, pen: 3, touch: 8 }; // how far a hand must go before it draws

/**
 * Draws, moves and resizes the box with mouse, finger or pen: one pointer at a time, Escape takes it back.
 * @param {HTMLElement} stage takes the pointers
 * @param {object} deps
 * @param {() => DOMRect} deps.sheet where the picture is
 * @param {() => any} deps.box
 * @param {(box:any, tag:string) => void} deps.edit
 * @param {(guides:{x:number[], y:number[]}) => void} deps.guides
 * @param {(mode:string) => void} deps.onstart
 * @param {() => void} deps.onend
 */
export function mountDrag(stage, { sheet, box, edit, guides, onstart, onend }) {
	/** @type {null | {id:number, mode:string, from:{x:number,y:number}, at:{x:number,y:number}, box:any, rect:DOMRect, moved:boolean, tag:string, far:number}} */
	let hand = null;
	let gesture = 0;

	/** @param {PointerEvent} e @param {DOMRect} r */
	const pct = (e, r) => ({ x: ((e.clientX - r.left) / r.width) * 100, y: ((e.clientY - r.top) / r.height) * 100 });

	/** @param {PointerEvent} e */
	function down(e) {
		if (hand || e.button !== 0 || !(e.target instanceof Element)) return;
		const handle = /** @type {HTMLElement | null} */ (e.target.closest("[data-handle]"));
		const mode = handle?.dataset.handle ?? (e.target.closest("[data-box]") ? "move" : "draw");
		const rect = sheet();
		const from = pct(e, rect);
		if (mode === "draw" && (from.x < -2 || from.x > 102 || from.y < -2 || from.y > 102)) return;
		hand = { id: e.pointerId, mode, from, at: { x: e.clientX, y: e.clientY }, box: box(), rect, moved: false, tag: `drag ${++gesture}`, far: mode === "draw" ? (START[/** @type {"mouse"} */ (e.pointerType)] ?? 3) : 2 };
		stage.setPointerCapture(e.pointerId);
		e.preventDefault();
	}

	/** @param {PointerEvent} e */
	function move(e) {
		if (!hand || e.pointerId !== hand.id) return;
		if (!hand.moved && Math.hypot(e.clientX - hand.at.x, e.clientY - hand.at.y) < hand.far) return;
		if (!hand.moved) onstart(hand.mode);
		hand.moved = true;
		const to = pct(e, hand.rect);
		const free = e.ctrlKey || e.metaKey;
		const [dx, dy] = [to.x - hand.from.x, to.y - hand.from.y];
		if (hand.mode === "draw") return void edit(drawBox(hand.box, hand.from, to), hand.tag);
		const next = hand.mode === "move" ? moveBox(hand.box, dx, dy) : resizeBox(hand.box, hand.mode, dx, dy);
		const snapped = free ? { box: next, guides: { x: [], y: [] } } : snapBox(next, hand.mode, (SNAP / hand.rect.width) * 100, (SNAP / hand.rect.height) * 100);
		guides(snapped.guides);
		edit(snapped.box, hand.tag);
	}

	/** @param {boolean} back the box goes back to where it was */
	function end(back) {
		if (!hand) return;
		const { moved, box: before, tag, id } = hand;
		hand = null;
		if (stage.hasPointerCapture(id)) stage.releasePointerCapture(id);
		if (back && moved) edit(before, tag);
		guides({ x: [], y: [] });
		onend();
	}

	/** @param {PointerEvent} e */
	const mine = (e) => hand?.id === e.pointerId;
	stage.addEventListener("pointerdown", down);
	stage.addEventListener("pointermove", move);
	stage.addEventListener("pointerup", (e) => mine(e) && end(false));
	stage.addEventListener("pointercancel", (e) => mine(e) && end(true));
	return {
		/** cancel takes the running gesture back; false when there is none. */
		cancel() {
			if (!hand) return false;
			end(true);
			return true;
		},
	};
}
