// @ts-check
import { el, fill, icon } from "../../lib/dom.js";
import { ago, moment } from "../frame/format.js";
import { bones, empty, load } from "../frame/view.js";

const STATES = /** @type {Record<string, [string, string]>} */ ({ pending: ["info", "Waiting"], sending: ["info", "Being sent"], unknown: ["warn", "Uncertain"], dropped: ["", "Not sent"] });
const KINDS = /** @type {Record<string, string>} */ ({ signal: "Signal", outcome: "Outcome", recap: "Recap" });

/**
 * Posts that did not surely reach the channel, and what to do with them.
 * @param {HTMLElement} root
 * @param {any} deps
 */
export function mountOutbox(root, { server, say }) {
	const body = el("div");
	fill(root, el("header", {}, el("h2", {}, "Not surely posted"), el("button", { type: "button", class: "button quiet push", onclick: () => view.again() }, icon("redo"), "Look again")), body);

	/** @param {any} post @param {string} action */
	async function act(post, action) {
		try {
			await server.post("/api/panel/signals/outbox", { key: post.key, action });
			say.done(action === "again" ? "It waits to be sent again." : "It is given up.");
		} catch (err) {
			say.bad(err);
		}
		view.again();
	}

	/** @param {any} p */
	function row(p) {
		const [tone, word] = STATES[p.state] ?? ["", p.state];
		const name = `${KINDS[p.kind] ?? p.kind}${p.signal ? ` #${p.signal}` : ""}`;
		const why = p.state === "unknown" ? "Nobody can tell whether it arrived. Look into the channel before you send it again." : p.reason;
		return el("li", { data: { key: p.key } },
			el("div", { class: "grow" }, el("strong", {}, name), " ", el("span", { class: "badge", data: { tone } }, word), el("small", {}, el("time", { datetime: p.created_at, title: moment(p.created_at) }, ago(p.created_at)), why && el("span", {}, why), p.late && el("span", {}, "Too late to be sent."))),
			!p.late && (p.state === "unknown" || p.state === "dropped") && el("button", { type: "button", class: "button", onclick: () => act(p, "again") }, "Send again", el("span", { class: "visually-hidden" }, `: ${name}`)),
			(p.state === "unknown" || p.state === "pending") && el("button", { type: "button", class: "button quiet", onclick: () => act(p, "drop") }, "Drop", el("span", { class: "visually-hidden" }, ` ${name}`)));
	}

	const view = load(body, {
		fetch: (signal) => server.get("/api/panel/signals/outbox", { signal }),
		skeleton: bones(2, "body"),
		draw({ posts }) {
			if (posts.length === 0) return fill(body, empty({ icon: "check", title: "Everything was posted", text: "Posts that are missed or uncertain stand here, with what to do about them." }));
			fill(body, el("ul", { class: "lines" }, posts.map(row)));
		},
	});
	return view;
}
