// @ts-check
// Hash routing: "#/templates/black-friday?variant=story".

/**
 * @typedef {{path:string, parts:string[], query:URLSearchParams}} Place
 * @typedef {{pattern:string, load:() => Promise<any>}} Route
 */

/**
 * parse reads an address; anything that is not ours becomes the start.
 * @param {string} hash @param {string} [start]
 * @returns {Place}
 */
export function parse(hash, start = "/overview") {
	const raw = hash.startsWith("#/") ? hash.slice(1) : start;
	const cut = raw.indexOf("?");
	const path = (cut < 0 ? raw : raw.slice(0, cut)).replace(/\/+$/, "") || start;
	const parts = path.slice(1).split("/").map(decode);
	return { path, parts, query: new URLSearchParams(cut < 0 ? "" : raw.slice(cut + 1)) };
}

/** @param {string} part */
function decode(part) {
	try {
		return decodeURIComponent(part);
	} catch {
		return part; // a lone % typed by hand
	}
}

/**
 * link writes an address; empty values are left out.
 * @param {string[]} parts @param {Record<string, string|number|undefined|null>} [query]
 */
export function link(parts, query = {}) {
	const q = new URLSearchParams();
	for (const [k, v] of Object.entries(query)) {
		if (v !== undefined && v !== null && v !== "") q.set(k, String(v));
	}
	const tail = q.toString();
	return `#/${parts.map(encodeURIComponent).join("/")}${tail ? `?${tail}` : ""}`;
}

/**
 * match finds the first route that fits; ":name" takes one part.
 * @template {{pattern:string}} R
 * @param {R[]} routes
 * @param {Place} place
 * @returns {{route:R, params:Record<string,string>} | null}
 */
export function match(routes, place) {
	for (const route of routes) {
		const want = route.pattern.slice(1).split("/");
		if (want.length !== place.parts.length) continue;
		/** @type {Record<string,string>} */ const params = {};
		const fits = want.every((w, i) => {
			if (!w.startsWith(":")) return w === place.parts[i];
			params[w.slice(1)] = place.parts[i];
			return place.parts[i] !== "";
		});
		if (fits) return { route, params };
	}
	return null;
}
