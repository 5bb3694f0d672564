// The middle of the page for a channel, a direct message or the app.

import { getAs } from "./api.js";
import { changeChannel } from "./channels.js";
import { drawComposer } from "./composer.js";
import { coalesced, h, icon } from "./dom.js";
import { homeView } from "./home.js";
import { openMenu } from "./menu.js";
import { MessageList } from "./message-list.js";
import { go, routeTo } from "./route.js";
import { conversationById, store, titleOf } from "./store.js";

/** Shows a conversation in `root`; the answer is what live updates talk to. */
export function openConversation(root, id, tab) {
  const conversation = conversationById(id);
  if (!conversation) return openNothing(root);
  const isHome = conversation.kind === "app" && tab !== "messages";
  const head = h("header", { class: "head" });
  drawHead(head, conversation, isHome);
  const part = isHome ? homeView() : messagesPart(conversation);
  root.replaceChildren(head, ...part.nodes);
  part.focus?.();
  return {
    conversation: id,
    isHome,
    refresh: part.refresh,
    redrawHead: () => drawHead(head, conversationById(id) || conversation, isHome),
  };
}

function openNothing(root) {
  root.replaceChildren(
    h(
      "div",
      { class: "empty tall" },
      h("h2", {}, "Nothing here"),
      h("p", {}, `${store.me.real_name} is not in this conversation.`),
    ),
  );
  return { refresh: async () => {} };
}

function drawHead(head, conversation, isHome) {
  const mark = { channel: "hash", private: "lock" }[conversation.kind];
  head.replaceChildren(
    h(
      "div",
      { class: "head-row" },
      h("h2", { class: "head-title" }, mark && icon(mark), titleOf(conversation)),
      conversation.kind === "app" && h("span", { class: "badge" }, "APP"),
      conversation.topic && h("p", { class: "head-topic" }, conversation.topic),
      mark && channelMenu(conversation),
    ),
    conversation.kind === "app" ? drawTabs(conversation, isHome) : "",
  );
}

function channelMenu(conversation) {
  const { id, archived, has_bot: hasBot } = conversation;
  const items = [
    {
      content: hasBot ? `Remove ${store.app.name}` : `Add ${store.app.name}`,
      onChoose: () => changeChannel(id, hasBot ? "kick-bot" : "invite-bot"),
    },
    {
      content: archived ? "Bring back from the archive" : "Archive channel",
      danger: !archived,
      onChoose: () => changeChannel(id, archived ? "unarchive" : "archive"),
    },
  ];
  const button = h(
    "button",
    {
      type: "button",
      class: "button quiet-button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      on: { click: () => openMenu(button, items, { label: "Channel", alignEnd: true }) },
    },
    "Channel",
    icon("down"),
  );
  return button;
}

function drawTabs(conversation, isHome) {
  const tab = (name, words, current) =>
    h(
      "a",
      {
        class: "tab",
        href: routeTo({ as: store.as, in: conversation.id, tab: name }),
        "aria-current": current ? "page" : null,
      },
      words,
    );
  return h(
    "nav",
    { class: "tabs", "aria-label": titleOf(conversation) },
    tab("home", "Home", isHome),
    tab("messages", "Messages", !isHome),
  );
}

function messagesPart(conversation) {
  const name = ["channel", "private"].includes(conversation.kind) ? `#${titleOf(conversation)}` : titleOf(conversation);
  const list = new MessageList(`Messages in ${name}`, (message) => go({ thread: message.thread_ts || message.ts }));
  const composer = conversation.archived
    ? { node: h("p", { class: "archived-note" }, "This channel is archived."), focus: () => {} }
    : drawComposer({ conversation: conversation.id, name });
  const refresh = coalesced(async () => {
    const { messages } = await getAs("messages", { conversation: conversation.id });
    list.show(messages, emptyNote(conversation, name));
  });
  return { nodes: [list.node, composer.node], refresh, focus: () => composer.focus() };
}

function emptyNote(conversation, name) {
  const words =
    conversation.kind === "app"
      ? "Write a command to begin: type / and choose one."
      : "Nothing has been written here yet.";
  return h("div", { class: "empty" }, h("h3", {}, name), h("p", {}, words));
}
