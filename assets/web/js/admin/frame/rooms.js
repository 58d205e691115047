// @ts-check
// The rooms of the panel, in the order of the sidebar. A new room is a line here and a folder beside this one.

/**
 * @typedef {{pattern:string, load:() => Promise<{mount:(root:HTMLElement, ctx:any) => any}>}} Route
 * @typedef {{id:string, name:string, icon:string, key:string, hint:string, group?:string, routes:Route[]}} Room
 */

/** @type {Room[]} */
export const ROOMS = [
	{
		id: "overview", name: "Overview", icon: "bars", key: "o", hint: "What was made, and with which codes",
		routes: [{ pattern: "/overview", load: () => import("../overview/overview.js") }],
	},
	{
		id: "templates", name: "Templates", icon: "picture", key: "t", hint: "Pictures that codes are set on",
		routes: [
			{ pattern: "/templates", load: () => import("../templates/list.js") },
			{ pattern: "/templates/new", load: () => import("../templates/new.js") },
			{ pattern: "/templates/deleted", load: () => import("../templates/deleted.js") },
			{ pattern: "/templates/:slug", load: () => import("../editor/editor.js") },
			{ pattern: "/templates/:slug/versions", load: () => import("../templates/versions.js") },
		],
	},
	{
		id: "coupons", name: "Coupons", icon: "ticket", key: "c", hint: "Who says which code is valid",
		routes: [{ pattern: "/coupons", load: () => import("../coupons/coupons.js") }],
	},
	{
		id: "bot", name: "Bot", icon: "plane", key: "b", hint: "The Telegram bot: state, people",
		routes: [{ pattern: "/bot", load: () => import("../bot/bot.js") }],
	},
	{
		id: "signals", name: "Signals", icon: "candles", key: "m", hint: "Market signals, their outcomes and settings",
		routes: [{ pattern: "/signals", load: () => import("../signals/signals.js") }],
	},
	{
		id: "brand", name: "Brand", icon: "mark", key: "r", hint: "Name, logo, colour and links", group: "Workspace",
		routes: [{ pattern: "/brand", load: () => import("../brand/brand.js") }],
	},
	{
		id: "system", name: "System", icon: "gear", key: "s", hint: "Settings, sessions, diagnostics", group: "Workspace",
		routes: [{ pattern: "/system", load: () => import("../system/system.js") }],
	},
];

/** How many rooms stand in the bottom bar of a phone; the others are under More. */
export const ON_THE_BAR = 4;
