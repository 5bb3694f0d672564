// The page as a whole: follows the address, shows the place, and passes on what the server says has changed.

import { ApiError, getAs, get } from "./api.js";
import { openConversation } from "./conversation.js";
import { coalesced, h } from "./dom.js";
import { listen } from "./live.js";
import { refreshModal, resetModal } from "./modal.js";
import { readRoute } from "./route.js";
import { drawSidebar } from "./sidebar.js";
import { appConversation, conversationById, store, takeState } from "./store.js";
import { closeThread, openThread } from "./thread.js";
import { openDay } from "./tools/day.js";
import { openFaults } from "./tools/faults.js";
import { openMail } from "./tools/mail.js";
import { openDns } from "./tools/dns.js";

const TOOLS = { mail: openMail, dns: openDns, day: openDay, faults: openFaults };

const side = document.getElementById("side");
const main = document.getElementById("main");
const pane = document.getElementById("pane");
const banner = h("p", { class: "banner", role: "alert", hidden: true });
document.body.prepend(banner);

const here = { as: null, key: null, place: null, thread: null, stopLive: () => {}, lost: false };

const refreshState = coalesced(async () => {
  const as = store.as;
  const state = await getAs("state");
  if (as !== store.as) return;
  takeState(state);
  const route = readRoute();
  if (!route.as || route.as === here.as) openPlace(route);
  showFrame();
});

function showFrame() {
  drawSidebar(side);
  here.place?.redrawHead?.();
  document.title = `${store.workspace.name} · Sandbox`;
  const { reachable, last_error: lastError } = store.bot;
  const sentence = here.lost
    ? "The connection to the sandbox is lost; trying again…"
    : reachable === false
      ? `${store.app.name} does not answer. ${lastError || ""}`
      : "";
  banner.textContent = sentence;
  banner.hidden = !sentence;
}

/** Goes where the address says; once at a time, or two quick changes would end as a mixture of both. */
const follow = coalesced(async () => {
  const route = readRoute();
  const as = route.as || here.as || "";
  if (as !== here.as || !here.as) await become(as);
  if (route.in && !TOOLS[route.in] && !conversationById(route.in)) await refreshState();
  openPlace(route);
  openSide(route);
  showFrame();
});

async function become(as) {
  resetModal();
  here.stopLive();
  takeState(await stateFor(as));
  here.as = store.as;
  here.key = null;
  here.stopLive = listen(store.as, { onNudge, onReturn, onLost });
  refreshModal().catch(complain);
}

/** The state of this person, or of the first when the address names somebody who is gone. */
async function stateFor(as) {
  if (!as) return get("state");
  return get("state", { as }).catch(() => get("state"));
}

function openPlace(route) {
  const id = route.in || appConversation()?.id || store.conversations[0]?.id || "mail";
  const tab = route.tab || "home";
  const found = conversationById(id);
  const key = JSON.stringify([here.as, id, tab, Boolean(found), found?.archived]);
  store.opened = id;
  if (key === here.key) return;
  here.key = key;
  here.place = TOOLS[id] ? { tool: id, ...TOOLS[id](main) } : openConversation(main, id, tab);
  if (id in store.news) store.news[id] = 0;
  here.place.refresh().catch(complain);
}

function openSide(route) {
  if (!route.thread || !here.place?.conversation) {
    here.thread = null;
    closeThread(pane);
    return;
  }
  const { conversation } = here.place;
  if (here.thread?.ts === route.thread && here.thread.conversation === conversation) return;
  here.thread = { conversation, ...openThread(pane, conversation, route.thread) };
  here.thread.refresh().catch(complain);
}

const NUDGES = {
  message: messagesChanged,
  changed: messagesChanged,
  deleted: messagesChanged,
  view: () => refreshModal(),
  home: () => here.place?.isHome && here.place.refresh(),
  mail: () => toolChanged("mail"),
  dns: () => toolChanged("dns"),
  day: () => Promise.all([refreshState(), toolChanged("day")]),
};

function onNudge(nudge) {
  Promise.resolve((NUDGES[nudge.kind] || refreshState)(nudge)).catch(complain);
}

async function messagesChanged(nudge) {
  if (nudge.conversation === here.place?.conversation && !here.place.isHome) {
    await Promise.all([here.place.refresh(), here.thread?.refresh()]);
  }
  await refreshState();
}

async function toolChanged(tool) {
  if (here.place?.tool === tool) return here.place.refresh();
  if (tool in store.news) store.news[tool] += 1;
  return drawSidebar(side);
}

function onLost() {
  here.lost = true;
  showFrame();
}

function onReturn() {
  here.lost = false;
  const all = [refreshState(), refreshModal(), here.place?.refresh(), here.thread?.refresh()];
  Promise.all(all).catch(complain);
}

function complain(error) {
  if (!(error instanceof ApiError)) throw error;
  banner.textContent = error.message;
  banner.hidden = false;
}

addEventListener("hashchange", () => follow().catch(complain));
follow().catch((error) => {
  complain(error);
  main.replaceChildren(
    h("div", { class: "empty tall" }, h("h2", {}, "The workspace did not open"), h("p", {}, error.message)),
  );
});
