// @ts-check
import { el, fill } from "../../lib/dom.js";
import { mountList } from "./list.js";
import { mountProvider } from "./provider.js";
import { mountTry } from "./try.js";
import { mountVerdicts } from "./verdicts.js";

/**
 * Who says which code is valid: the provider, its list, a way to try a code, and what it said lately.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, ctx) {
	const [provider, trial, list, verdicts] = ["provider", "trial", "codes", "verdicts"].map((name) => el("section", { class: `card ${name}` }));
	fill(root, el("div", { class: "halves" }, provider, trial), list, verdicts);
	const said = mountVerdicts(verdicts, ctx);
	const tried = mountTry(trial, { ...ctx, ontried: said.again });
	const codes = mountList(list, { ...ctx, onchanged: () => desk.again() });
	const desk = mountProvider(provider, { ...ctx, onprovider: (/** @type {any} */ p) => codes.provider(p.name) });
	const parts = [desk, codes, said];
	return {
		ready: codes.ready,
		query: (/** @type {URLSearchParams} */ q) => q.get("try") && tried.run(q.get("try") ?? ""),
		unmount: () => parts.forEach((p) => p.stop()),
	};
}
