// @ts-check
import { el, fill, icon } from "../../lib/dom.js";
import { ago, moment } from "../frame/format.js";
import { confirm } from "../frame/dialog.js";
import { bones, empty, load } from "../frame/view.js";
import { doctor, draw } from "./copies.js";

const FROM = /** @type {Record<string, string>} */ ({ environment: "environment", ".env": ".env file", file: "secret file", default: "default" });

/**
 * What this installation is and what it was told: settings of the environment, sessions, what was done.
 * @param {HTMLElement} root
 * @param {any} ctx
 */
export function mount(root, { server, say, head }) {
	const [about, copies, health, sessions, settings, audit] = ["This installation", "Copies and backups", "Health", "Sessions", "Settings from the environment", "What was done"].map((title) => {
		const body = el("div");
		return { body, node: el("section", { class: "card", "aria-label": title }, el("header", {}, el("h2", {}, title)), body) };
	});
	head.set({ title: "System", actions: [el("a", { class: "button", href: "/api/panel/diagnostics", download: true }, icon("down"), "Diagnostics")] });
	fill(root, about.node, copies.node, health.node, sessions.node, audit.node, settings.node);
	let whole = false;
	sessions.node.querySelector("header")?.append(el("button", { type: "button", class: "button danger push", onclick: signOutEverywhere }, "Sign out everywhere"));

	async function signOutEverywhere() {
		if (!(await confirm({ title: "Sign out everywhere?", text: "Every session ends, this one too. You sign in again with the password.", yes: "Sign out everywhere", danger: true }))) return;
		try {
			await server.post("/api/panel/sessions/revoke-all");
			location.reload();
		} catch (err) {
			say.bad(err);
		}
	}

	/** @param {any} s */
	async function end(s) {
		try {
			await server.post("/api/panel/sessions/revoke", { id: s.id });
			say.done("That session is ended.");
		} catch (err) {
			say.bad(err);
		}
		people.again();
	}

	const facts = load(about.body, {
		fetch: (signal) => server.get("/api/panel/system", { signal }),
		skeleton: bones(3, "body"),
		draw(d) {
			fill(about.body, el("dl", { class: "facts body" }, [["Version", d.version], ["Running since", `${moment(d.started_at)} (${ago(d.started_at)})`], ["Database", d.database], ["Files", d.storage], ["Built with", `${d.go}, ${d.os}`]].map(([k, v]) => el("div", {}, el("dt", {}, k), el("dd", {}, v)))));
			table(d.settings ?? []);
		},
	});
	const kept = load(copies.body, {
		fetch: (signal) => server.get("/api/panel/replica", { signal }),
		skeleton: bones(3, "body"),
		draw: (d) => draw(copies.body, d),
	});
	doctor(health.body, server);
	/** table shows what was set; the rest of the variables on demand. @param {any[]} all */
	function table(all) {
		const shown = whole ? all : all.filter((s) => s.set || s.from !== "default");
		fill(
			settings.body,
			el("p", { class: "hint body" }, "Read once at the start. To change one, set the variable and start again."),
			shown.length > 0 && el("table", { class: "list env" }, el("thead", {}, el("tr", {}, ["Variable", "Value", "From"].map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, shown.map(setting))),
			el("p", { class: "body" }, el("button", { type: "button", class: "button", "aria-expanded": String(whole), onclick: () => ((whole = !whole), table(all)) }, whole ? "Show only what is set" : `Show all ${all.length} variables`)),
		);
	}

	const people = load(sessions.body, {
		fetch: (signal) => server.get("/api/panel/sessions", { signal }),
		skeleton: bones(2, "body"),
		draw(d) {
			fill(sessions.body, el("ul", { class: "lines" }, d.sessions.map((/** @type {any} */ s) => el("li", {}, el("div", { class: "grow" }, el("strong", {}, device(s.agent), s.current && el("span", { class: "badge", data: { tone: "ok" } }, "This one")), el("small", {}, `${s.address} · seen ${ago(s.last_seen)} · signed in ${moment(s.created)} · ends ${moment(s.expires)}`)), !s.current && el("button", { type: "button", class: "button", "aria-label": `End it: the session of ${device(s.agent)}, ${s.address}`, onclick: () => end(s) }, "End it")))));
		},
	});
	const log = load(audit.body, {
		fetch: (signal) => server.get("/api/panel/audit?limit=30", { signal }),
		skeleton: bones(3, "body"),
		draw(d) {
			if (d.entries.length === 0) return fill(audit.body, empty({ icon: "clock", title: "Nothing yet", text: "Publishing, deleting, signing in and changing settings are written down here." }));
			fill(audit.body, el("table", { class: "list audit" }, el("thead", {}, el("tr", {}, ["When", "Who", "What", "Which"].map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, d.entries.map((/** @type {any} */ e) => el("tr", {}, el("td", { class: "when" }, el("time", { datetime: e.at, title: moment(e.at) }, ago(e.at))), el("td", {}, e.actor), el("td", {}, e.action), el("td", {}, el("code", {}, e.subject)))))));
		},
	});
	return { ready: facts.ready, unmount: () => [facts, kept, people, log].forEach((v) => v.stop()) };
}

/** @param {any} s */
const setting = (s) =>
	el(
		"tr",
		{},
		el("th", { scope: "row" }, el("code", {}, s.name), el("small", {}, s.meaning)),
		el("td", { class: "value" }, s.secret ? el("span", { class: "hint" }, s.set ? "set, not shown" : "not set") : s.value ? el("code", {}, s.value) : el("span", { class: "hint" }, "not set")),
		el("td", { class: "when" }, FROM[s.from] ?? s.from),
	);

/** device is what a browser says about itself, in a few words. @param {string} agent */
export function device(agent) {
	const browser = /Edg\//.test(agent) ? "Edge" : /Firefox\//.test(agent) ? "Firefox" : /Chrome\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : "A program";
	const where = /iPhone|iPad/.test(agent) ? "iOS" : /Android/.test(agent) ? "Android" : /Mac OS X/.test(agent) ? "macOS" : /Windows/.test(agent) ? "Windows" : /Linux/.test(agent) ? "Linux" : "";
	return where ? `${browser} on ${where}` : browser;
}
