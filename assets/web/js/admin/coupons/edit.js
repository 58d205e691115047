// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, set } from "../../lib/dom.js";
import { openDialog } from "../frame/dialog.js";
import { selectField, textField } from "../frame/field.js";
import { count } from "../frame/format.js";
import { sentence } from "../frame/say.js";
import { localTime, read } from "./coupon.js";

/**
 * Adds a code, or changes one, in a panel at the side.
 * @param {{server:any, say:any, coupon:any, onchanged:() => void, remove:(coupons:any[]) => void}} deps coupon null: a new one
 */
export function openCoupon({ server, say, coupon, onchanged, remove }) {
	const kind = coupon ? (coupon.percent !== null ? "percent" : coupon.amount !== null ? "amount" : "none") : "percent";
	const fields = /** @type {Record<string, any>} */ ({
		code: textField({ label: "Code", value: coupon?.code ?? "", max: 64, mono: true, readonly: coupon !== null, autofocus: coupon === null, hint: coupon ? "A code keeps its name." : "" }),
		kind: selectField({ label: "Gives", value: kind, options: [["percent", "A percentage"], ["amount", "An amount"], ["none", "Says nothing"]], change: shape }),
		percent: textField({ label: "Percent", value: coupon?.percent ?? "", max: 6, inputmode: "decimal", autofocus: coupon !== null }),
		amount: textField({ label: "Amount", value: coupon?.amount ?? "", max: 12, inputmode: "decimal" }),
		currency: textField({ label: "Currency", value: coupon?.currency || "USD", max: 3, mono: true }),
		starts: textField({ label: "Starts", type: "datetime-local", value: localTime(coupon?.starts ?? null), hint: "Empty: at once. Your own time." }),
		ends: textField({ label: "Ends", type: "datetime-local", value: localTime(coupon?.ends ?? null), hint: "Empty: no end." }),
		max_uses: textField({ label: "Most uses", value: coupon?.max_uses || "", max: 9, inputmode: "numeric", hint: coupon ? `Used ${count(coupon.uses)} times so far. Empty: no limit.` : "Empty: no limit." }),
		url: textField({ label: "Link", type: "url", value: coupon?.url ?? "", max: 500, placeholder: "https://", hint: "Where this code leads. Empty: the brand's referral link." }),
		note: textField({ label: "Note", value: coupon?.note ?? "", max: 200, lines: 2, hint: "Only for you." }),
	});
	const error = el("p", { class: "error", role: "alert" });
	const save = el("button", { type: "submit", class: "button primary", form: "coupon-form" }, coupon ? "Save" : "Add");

	/** @param {string} k */
	function shape(k) {
		fields.percent.node.hidden = k !== "percent";
		fields.amount.node.hidden = fields.currency.node.hidden = k !== "amount";
	}

	/** @param {Event} e */
	async function send(e) {
		e.preventDefault();
		Object.values(fields).forEach((f) => f.wrong?.(""));
		fill(error);
		const result = read(Object.fromEntries(Object.entries(fields).map(([k, f]) => [k, f.input.value])));
		if ("error" in result) return fields[result.field].wrong(result.error);
		set(save, { "aria-busy": "true" });
		try {
			if (coupon) await server.put(`/api/panel/coupon/${encodeURIComponent(coupon.code)}`, result.coupon);
			else await server.post("/api/panel/coupons", result.coupon);
			dialog.close();
			say.done(`${result.coupon.code} is ${coupon ? "saved" : "in the list"}.`);
			onchanged();
		} catch (err) {
			set(save, { "aria-busy": null });
			const field = err instanceof ApiError ? fields[err.field] : null;
			if (field?.wrong) field.wrong(sentence(err));
			else fill(error, sentence(err));
		}
	}

	shape(kind);
	const f = fields;
	const dialog = openDialog({
		title: coupon ? coupon.code : "Add a code",
		kind: "side",
		body: el("form", { class: "stack", id: "coupon-form", novalidate: true, onsubmit: send }, f.code.node, el("div", { class: "pairs" }, f.kind.node, f.percent.node, f.amount.node, f.currency.node), el("div", { class: "pairs" }, f.starts.node, f.ends.node), f.max_uses.node, f.url.node, f.note.node, error),
		actions: [
			coupon && el("button", { type: "button", class: "button danger", onclick: () => (dialog.close(), remove([coupon])) }, "Delete"),
			el("button", { type: "button", class: "button quiet push", onclick: () => dialog.close() }, "Cancel"),
			save,
		],
	});
}
