// @ts-check
import { ApiError, isAborted, post } from "../lib/api.js";
import { debounce } from "../lib/dom.js";
import { NO_VERDICT } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Verdict} Verdict */

const QUIET = 250; // ms without a key before we ask
const FRESH = 4 * 60_000; // ms: a ticket lives 5 minutes
const LONGEST = 64;
const STATUSES = new Set(["valid", "invalid", "expired", "exhausted", "unknown"]);

/** The server's answer as a verdict. @param {any} a @param {number} at @returns {Verdict} */
export function fromAnswer(a, at) {
	const status = STATUSES.has(a?.status) ? a.status : a?.valid === true ? "valid" : "unknown";
	return {
		status,
		passed: a?.valid === true,
		message: typeof a?.message === "string" ? a.message : "",
		discount: typeof a?.discount === "string" ? a.discount : "",
		ends: typeof a?.ends === "string" && !a.ends.startsWith("0001") ? a.ends : "",
		ticket: typeof a?.ticket === "string" ? a.ticket : "",
		at,
	};
}

/** A failed request as a verdict: only a refusal of the code itself is "invalid". @param {unknown} err @param {number} at @returns {Verdict} */
export function fromError(err, at) {
	const refused = err instanceof ApiError && (err.status === 400 || err.status === 422);
	if (!refused && err instanceof ApiError && STATUSES.has(err.body?.status)) return fromAnswer(err.body, at);
	return { ...NO_VERDICT, status: refused ? "invalid" : "unknown", message: err instanceof Error ? err.message : "", at };
}

/** What is known of a code without asking. @param {string} code @returns {Verdict} */
export function atOnce(code) {
	if (!code) return NO_VERDICT;
	if (code.length <= LONGEST) return { ...NO_VERDICT, status: "checking" };
	return { ...NO_VERDICT, status: "invalid", message: `A code has ${LONGEST} characters at most; this one has ${code.length}.` };
}

/** @type {Record<Verdict["status"], {tone: string, word: string, text: string}>} */
const WORDS = {
	none: { tone: "none", word: "", text: "Letters, digits, - and _" },
	checking: { tone: "info", word: "Checking", text: "" },
	valid: { tone: "ok", word: "Valid", text: "Ready to download and share." },
	invalid: { tone: "bad", word: "Not valid", text: "Check the spelling, or use another code." },
	expired: { tone: "bad", word: "Expired", text: "This code has ended. Use another one." },
	exhausted: { tone: "bad", word: "Used up", text: "This code has been used as often as it may be. Use another one." },
	unknown: { tone: "warn", word: "Not checked", text: "The code cannot be checked right now." },
};

/**
 * A verdict in words: the lamp's tone, one word, one sentence.
 * @param {Verdict} v
 * @param {(iso: string) => string} date
 */
export function words(v, date = endDate) {
	const { tone, word, text } = WORDS[v.status];
	if (v.status === "valid") {
		const facts = [v.discount && `${v.discount} off`, v.ends && `until ${date(v.ends)}`].filter(Boolean).join(" · ");
		return { tone, word, text: facts || v.message || text };
	}
	if (v.status === "expired" && v.ends && !v.message) return { tone, word, text: `It ended ${date(v.ends)}. Use another code.` };
	return { tone, word, text: v.message || text };
}

/** @param {string} iso */
function endDate(iso) {
	const ms = Date.parse(iso);
	if (Number.isNaN(ms)) return iso;
	return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(ms);
}

/**
 * Asks about the code whenever it changes: after a pause in the typing, one request at a time, the newest wins.
 * @param {ReturnType<typeof import("../lib/store.js").createStore<State>>} store
 * @returns {{recheck: () => void}}
 */
export function mountVerdict(store) {
	let asking = new AbortController();
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let again;

	/** @param {string} code @param {boolean} [silent] keep the old verdict until a definite new one is here */
	async function ask(code, silent = false) {
		asking.abort();
		clearTimeout(again);
		const mine = (asking = new AbortController());
		if (!silent) store.set({ verdict: { ...NO_VERDICT, status: "checking" } });
		let verdict;
		try {
			verdict = fromAnswer(await post("/api/validate-coupon", { coupon_code: code }, { signal: mine.signal }), Date.now());
		} catch (err) {
			if (isAborted(err)) return;
			verdict = fromError(err, Date.now());
			if (err instanceof ApiError && err.retryAfter > 0) again = setTimeout(() => ask(code), err.retryAfter * 1000);
			if (silent && verdict.status === "unknown") return; // asked again when the page is next looked at
		}
		if (mine.signal.aborted || store.get().code !== code) return;
		store.set({ verdict });
		if (verdict.ticket) again = setTimeout(refresh, FRESH);
	}

	function refresh() {
		const { code, verdict } = store.get();
		const stale = verdict.passed && Date.now() - verdict.at >= FRESH;
		if (code && stale && document.visibilityState === "visible") ask(code, true);
	}

	const later = debounce(ask, QUIET);

	store.watch((now, before) => {
		if (now === before ? !now.code : now.code === before.code) return;
		asking.abort();
		clearTimeout(again);
		later.stop();
		store.set({ verdict: atOnce(now.code) });
		if (store.get().verdict.status === "checking") later(now.code);
	});
	document.addEventListener("visibilitychange", refresh);
	addEventListener("online", () => {
		const { code, verdict } = store.get();
		if (code && verdict.status === "unknown") ask(code);
	});

	return {
		recheck() {
			const { code } = store.get();
			later.stop();
			if (atOnce(code).status === "checking") ask(code);
		},
	};
}
