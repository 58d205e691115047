// @ts-check
import { ApiError } from "../../lib/api.js";
import { el, fill, icon, set } from "../../lib/dom.js";
import { openDialog } from "../frame/dialog.js";
import { sentence } from "../frame/say.js";
import { bones, broken } from "../frame/view.js";
import { shapeName } from "../templates/pick.js";
import { openConflict } from "./conflict.js";
import { docOf, sameDoc } from "./doc.js";

/**
 * The act of publishing: what the lint found comes first, then one button.
 * @param {{slug:string, doc:import("./state.js").Document_, server:any, say:any, keeper:any, onpublished:() => void, painter?:any}} deps
 */
export function openPublish({ slug, doc, server, say, keeper, onpublished, painter }) {
	const { store } = doc;
	const address = `/api/panel/template/${encodeURIComponent(slug)}`;
	const { published, doc: now } = store.get();
	const next = (published?.version ?? 0) + 1;
	const body = el("div", { class: "stack" });
	const error = el("p", { class: "error", role: "alert" });
	const yes = el("button", { type: "button", class: "button primary", autofocus: true, "aria-disabled": "true", onclick: send }, `Publish version ${next}`);
	const dialog = openDialog({ title: `Publish “${now.name}”`, body: [body, error], actions: [el("button", { type: "button", class: "button quiet", onclick: () => dialog.close() }, "Not yet"), yes] });
	const unchanged = published && sameDoc(docOf(published), now);
	if (unchanged) fill(body, el("p", {}, `Nothing to publish: this is version ${published.version} as it stands.`));
	else check();

	async function check() {
		fill(body, bones(2));
		try {
			draw((await server.get(`${address}/lint`)).findings);
		} catch (err) {
			fill(body, broken(err, check));
		}
	}

	/** @param {any[]} findings */
	function draw(findings) {
		const stops = findings.filter((f) => f.level === "error").length;
		fill(
			body,
			findings.length === 0
				? el("div", { class: "notice", data: { tone: "ok" } }, icon("check"), el("p", {}, "Checked: contrast, sizes, safe zones and letters are fine."))
				: el("ul", { class: "findings" }, findings.map((f) => el("li", { class: "notice", data: { tone: f.level === "error" ? "bad" : "warn" } }, icon("alert"), el("p", {}, f.variant && el("strong", {}, `${shapeName(f.variant)}: `), f.text)))),
			el("p", { class: "hint" }, stops > 0 ? "This has to be mended before it can be published." : findings.length > 0 ? "You may publish all the same." : published ? `Everybody gets version ${next} at once. Version ${published.version} can be brought back with one click.` : "It appears in the web app and in the bot at once."),
		);
		set(yes, { "aria-disabled": stops > 0 ? "true" : null });
		fill(yes, findings.length > 0 && stops === 0 ? `Publish version ${next} anyway` : `Publish version ${next}`);
	}

	async function send() {
		if (yes.getAttribute("aria-disabled") === "true") return;
		set(yes, { "aria-disabled": "true", "aria-busy": "true" });
		fill(error);
		try {
			const { base, rev } = store.get();
			done((await server.post(`${address}/publish`, { base, rev })).template);
		} catch (err) {
			set(yes, { "aria-disabled": null, "aria-busy": null });
			const known = err instanceof ApiError ? err : null;
			if (known?.status === 409) return clash(known.body?.current ?? {});
			if (known?.body?.findings) draw(known.body.findings);
			fill(error, sentence(err));
		}
	}

	/** @param {any} template */
	function done(template) {
		dialog.close();
		keeper.forget();
		store.set({ published: template, base: template.version, rev: 0 });
		onpublished();
		say.done(`Version ${template.version} is out.`, {
			undone: published ? `Version ${published.version} is back, as version ${template.version + 1}.` : "Hidden again.",
			undo: async () => {
				if (!published) return server.post("/api/panel/templates/switches", { slugs: [slug], web: false, telegram: false });
				const { template: back } = await server.post(`${address}/rollback`, { version: published.version, base: template.version });
				doc.reset(docOf(back), { published: back, base: back.version, rev: 0 });
			},
		});
	}

	/** Somebody else published or saved meanwhile. @param {any} current */
	async function clash({ published: theirs, draft }) {
		dialog.close();
		const other = draft && draft.rev !== store.get().rev ? draft.body : theirs ? docOf(theirs) : null;
		const choice = await openConflict({
			painter, mine: store.get().doc, theirs: other,
			title: theirs && theirs.version !== store.get().base ? `Version ${theirs.version} was published meanwhile` : "The draft was changed meanwhile",
			text: "Both are shown here. Nothing is lost: every published version stays in the history.",
			keep: "Publish mine over it", take: "Take theirs",
		});
		if (choice === "later") return;
		store.set({ published: theirs ?? null, base: theirs?.version ?? 0, rev: draft?.rev ?? 0 });
		if (choice === "theirs" && other) {
			keeper.forget();
			if (draft && other !== draft.body) await server.del(`${address}/draft`).catch(say.bad);
			return doc.reset(other, { rev: other === draft?.body ? draft.rev : 0 });
		}
		keeper.change();
		if (await keeper.flush()) openPublish({ slug, doc, server, say, keeper, onpublished, painter });
	}
}
