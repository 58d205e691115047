// @ts-check
import { find, wearAccent } from "./lib/dom.js";
import { createStore } from "./lib/store.js";
import { openFonts } from "./editor/font.js";
import { mountCode } from "./app/code.js";
import { mountGallery } from "./app/gallery.js";
import { mountOptions, mountPlace } from "./app/place.js";
import { mountStage } from "./app/stage.js";
import { mountTake } from "./app/take.js";
import { mountVerdict } from "./app/verdict.js";
import { initial } from "./app/state.js";

wearAccent(document.documentElement.dataset.accent);
const store = createStore(initial);
mountPlace(store);
const { recheck } = mountVerdict(store);
mountCode(find("#ticket"), { store, recheck });
const stage = mountStage(find("#stage"), { store, fonts: openFonts(new URL("../fonts.json", import.meta.url).href) });
mountOptions(find("#options"), { store });
mountTake(find("#stage"), { store, stage });
mountGallery(find(".sheet"), { store });

if (isSecureContext && "serviceWorker" in navigator) {
	addEventListener("load", async () => {
		await navigator.serviceWorker.register("/sw.js");
		const { active } = await navigator.serviceWorker.ready;
		active?.postMessage({ keep: performance.getEntriesByType("resource").map(({ name }) => name) }); // what came before it woke up
	});
}
