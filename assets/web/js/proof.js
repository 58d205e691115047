// @ts-check
import { find, wearAccent } from "./lib/dom.js";
import { mountProof } from "./proof/proof.js";

wearAccent(document.documentElement.dataset.accent);
mountProof({ verdict: find("#verdict"), record: find("#record") });
