// @ts-check
import { el, fill, icon } from "../../lib/dom.js";
import { ago, clock, plural } from "../frame/format.js";
import { bones, load } from "../frame/view.js";

const NAMES = /** @type {Record<string, string>} */ ({ open: "Any well-formed code", list: "My own list", funderpro: "FunderPro", http: "An HTTP service" });
const STATES = /** @type {Record<string, [string, string]>} */ ({ ok: ["ok", "Answers"], idle: ["info", "Not asked yet"], failing: ["warn", "Fails now and then"], paused: ["bad", "Does not answer; paused"] });
const OUTAGE = /** @type {Record<string, string>} */ ({ deny: "no picture is made", recent: "codes that were valid within 24 h pass", allow: "every code passes" });

/**
 * The provider of verdicts and how it is.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountProvider(root, { server, say, look, onprovider }) {
	const body = el("div", { class: "body stack" });
	fill(root, el("header", {}, el("h2", {}, "Provider")), body);

	/** @param {string} name @param {string} before */
	async function choose(name, before) {
		try {
			draw(await server.put("/api/panel/coupons/provider", { name }));
			look();
			say.done(`Codes are now checked by: ${NAMES[name] ?? name}.`, {
				undone: `Back to: ${NAMES[before] ?? before}.`,
				undo: async () => {
					draw(await server.put("/api/panel/coupons/provider", { name: before }));
					look();
				},
			});
		} catch (err) {
			say.bad(err);
			view.again();
		}
	}

	/** @param {any} p */
	function draw(p) {
		onprovider(p);
		const [tone, word] = STATES[p.health.state] ?? ["", p.health.state];
		fill(
			body,
			p.fixed_by || p.choices.length === 0
				? el("p", {}, el("strong", {}, NAMES[p.name] ?? p.name), p.detail && el("small", { class: "hint" }, ` ${p.detail}`))
				: el("div", { class: "options-list", role: "radiogroup", "aria-label": "Provider" }, p.choices.map((/** @type {any} */ c) => el("label", { class: "option" }, el("input", { type: "radio", name: "provider", checked: c.name === p.name, onchange: () => choose(c.name, p.name) }), el("span", {}, el("strong", {}, c.label), el("small", { class: "hint" }, c.hint))))),
			p.fixed_by && el("p", { class: "hint" }, "Fixed by the variable ", el("code", {}, p.fixed_by), "; change it there and start again."),
			p.name === "open" && el("div", { class: "notice", data: { tone: "warn" } }, icon("alert"), el("p", {}, "Nothing is checked: every code that is well-formed makes a picture.")),
			p.name !== "open" && el("p", { class: "row" }, el("span", { class: "lamp", data: { tone } }), el("span", {}, word), p.health.last_ok && el("span", { class: "hint" }, `last answer ${ago(p.health.last_ok)}`)),
			p.health.last_error && el("p", { class: "error" }, `${ago(p.health.last_error_at ?? Date.now())}: ${p.health.last_error}`, p.health.retry_at && ` Asked again at ${clock(p.health.retry_at)}.`),
			p.name !== "open" && el("p", { class: "hint" }, `When it cannot be asked, ${OUTAGE[p.outage.policy] ?? p.outage.policy}`, p.outage.fixed_by && [" (", el("code", {}, p.outage.fixed_by), ")"], `. ${plural(p.health.cached, "verdict")} in memory.`),
		);
	}

	const view = load(body, { fetch: (signal) => server.get("/api/panel/coupons/provider", { signal }), skeleton: bones(2), draw });
	return view;
}
