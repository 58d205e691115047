// @ts-check
import { find } from "./lib/dom.js";
import { startPanel } from "./admin/frame/start.js";

startPanel({ signin: find("#signin"), shell: find("#shell"), page: document.body.dataset });
