// @ts-check
import { ApiError, get, post } from "../../lib/api.js";
import { el, fill, set, wearAccent } from "../../lib/dom.js";
import { useZone } from "./format.js";
import { makeKeys } from "./keys.js";
import { makeSay } from "./say.js";
import { makeServer } from "./server.js";
import { mountShell } from "./shell.js";
import { mountSignin, signInAgain } from "./signin.js";
import { broken } from "./view.js";

/**
 * Starts the panel: the sign-in screen without a session, the shell with one.
 * @param {{signin:HTMLElement, shell:HTMLElement, page:DOMStringMap}} deps page: what the server wrote on the page
 */
export async function startPanel({ signin, shell, page }) {
	wearAccent(page.accent);
	const server = makeServer({ onExpired: signInAgain });
	const say = makeSay();
	const keys = makeKeys();
	/** @type {ReturnType<typeof mountShell> | undefined} */
	let mounted;

	async function enter() {
		try {
			if (!(await get("/api/check-auth")).authenticated) return askIn();
			const state = await get("/api/panel/state");
			useZone(state.zone);
			set(signin, { hidden: true });
			set(shell, { hidden: false });
			fill(signin);
			if (mounted) mounted.refresh(state);
			else mounted = mountShell(shell, { server, say, keys, state, page, leave });
		} catch (err) {
			if (err instanceof ApiError && err.status === 401) return askIn();
			set(signin, { hidden: false });
			fill(signin, el("div", { class: "card" }, broken(err, enter)));
		}
	}

	function askIn() {
		const form = el("div", { class: "body" });
		set(shell, { hidden: true });
		set(signin, { hidden: false });
		document.title = `Sign in · ${page.product}`;
		fill(
			signin,
			el("h1", { class: "brand" }, el("img", { src: page.mark, alt: "", width: 40, height: 40 }), el("span", {}, page.product, " ", el("small", {}, "admin"))),
			el("div", { class: "card" }, form),
			el("p", { class: "hint" }, "The first start printed the password in the terminal. Forgotten? Run ", el("code", {}, "promostack password"), " there."),
			el("a", { class: "hint", href: "/" }, "Back to the public page"),
		);
		mountSignin(form, { onDone: enter }).focus();
	}

	async function leave() {
		try {
			await post("/api/logout", {});
		} catch (err) {
			if (!(err instanceof ApiError) || err.status !== 401) return say.bad(err);
		}
		location.hash = "";
		location.reload(); // nothing of this session stays in memory
	}

	document.addEventListener("visibilitychange", () => {
		if (document.visibilityState === "visible") mounted?.look();
	});
	await enter();
}
