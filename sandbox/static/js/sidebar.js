// The left side: who acts, where they can go, and the sandbox's own tools.

import { postAs } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { avatar } from "./message.js";
import { openMenu } from "./menu.js";
import { newChannel } from "./channels.js";
import { drawUnpressed } from "./press.js";
import { go, readRoute, routeTo } from "./route.js";
import { store, titleOf } from "./store.js";
import { toast } from "./toast.js";

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });
const PAGE_ZONE = { timeZone: "UTC" };

/** Draws the side anew from the store and the address. */
export function drawSidebar(root) {
  drawUnpressed(root, () => draw(root));
}

function draw(root) {
  const top = root.querySelector(".side-scroll")?.scrollTop || 0;
  const kept = document.activeElement?.closest?.(".side-item")?.getAttribute("href");
  root.replaceChildren(drawHead(), drawSwitcher(), drawPlaces());
  root.querySelector(".side-scroll").scrollTop = top;
  if (kept) root.querySelector(`.side-item[href="${CSS.escape(kept)}"]`)?.focus();
}

function drawHead() {
  return h(
    "header",
    { class: "side-head" },
    h("h1", {}, store.workspace.name),
    h("span", { class: "mark" }, "Sandbox"),
  );
}

function languageOf(person) {
  return LANGUAGES.of((person.locale || "en").slice(0, 2));
}

function about(person, withTitle = false) {
  const role = person.role ? person.role[0].toUpperCase() + person.role.slice(1) : "";
  const title = withTitle && person.title.toLowerCase() !== person.role ? person.title : "";
  return [role, title, languageOf(person)].filter(Boolean).join(" · ");
}

function drawSwitcher() {
  const { me } = store;
  const button = h(
    "button",
    {
      type: "button",
      class: "switcher",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      on: { click: () => openPeople(button) },
    },
    avatar(me),
    h(
      "span",
      { class: "switcher-words" },
      h("span", { class: "switcher-label" }, "Acting as"),
      h("span", { class: "switcher-name" }, me.real_name || me.name),
      h("span", { class: "switcher-role" }, about(me)),
    ),
    icon("down"),
  );
  return button;
}

function openPeople(anchor) {
  const items = store.people.map((person) => ({
    content: [
      avatar({ ...person, size: "small" }),
      h(
        "span",
        { class: "person-words" },
        h("span", { class: "option-text" }, person.real_name || person.name),
        h("span", { class: "option-more" }, about(person, true)),
      ),
      person.id === store.as && icon("check"),
    ],
    checked: person.id === store.as,
    onChoose: () => go({ as: person.id, in: placeKeptFor() }),
  }));
  openMenu(anchor, items, { label: "Act as", className: "people" });
}

/** Tools and the app's Home stay open when another person takes over; conversations may not be theirs. */
function placeKeptFor() {
  const here = readRoute().in;
  return here && !store.conversations.some((one) => one.id === here) ? here : null;
}

function drawPlaces() {
  const channels = store.conversations.filter((one) => ["channel", "private"].includes(one.kind));
  const direct = store.conversations.filter((one) => one.kind === "im");
  const apps = store.conversations.filter((one) => one.kind === "app");
  return h(
    "div",
    { class: "side-scroll" },
    section("App", apps.map(drawConversation)),
    section(
      "Channels",
      channels.map(drawConversation),
      iconButton("plus", "Add a channel", newChannel, { class: "icon-button small" }),
    ),
    section("Direct messages", direct.map(drawConversation), messageSomebody()),
    section("Tools", drawTools()),
  );
}

function section(title, rows, extra = null) {
  return h(
    "section",
    { class: "side-section" },
    h("div", { class: "side-title" }, h("h2", {}, title), extra),
    h("ul", {}, rows),
  );
}

function item({ to, mark, words, unread = 0, note = null, dim = false }) {
  const here = readRoute().in === to || (!readRoute().in && to === store.opened);
  return h(
    "li",
    {},
    h(
      "a",
      {
        class: `side-item ${unread ? "unread" : ""} ${dim ? "dim" : ""}`,
        href: routeTo({ as: store.as, in: to }),
        "aria-current": here ? "page" : null,
      },
      mark,
      h("span", { class: "side-name" }, words),
      note && h("span", { class: "side-note" }, note),
      unread > 0 && h("span", { class: "count" }, String(unread)),
    ),
  );
}

function drawConversation(conversation) {
  const marks = {
    channel: () => icon("hash"),
    private: () => icon("lock"),
    app: () => avatar({ initials: store.app.initials, isBot: true, size: "tiny" }),
  };
  const person = store.people.find((one) => one.id === conversation.with);
  const mark =
    marks[conversation.kind]?.() || avatar({ initials: person?.initials, color: person?.color, size: "tiny" });
  return item({
    to: conversation.id,
    mark,
    words: titleOf(conversation),
    unread: conversation.unread,
    dim: conversation.archived,
    note: conversation.archived ? "archived" : null,
  });
}

function drawTools() {
  const day = store.day.now
    ? new Intl.DateTimeFormat("en-GB", { ...PAGE_ZONE, day: "numeric", month: "short" }).format(new Date(store.day.now))
    : null;
  return [
    item({ to: "mail", mark: icon("mail"), words: "Mailbox", unread: store.news.mail }),
    item({ to: "dns", mark: icon("server"), words: "Name server" }),
    item({ to: "day", mark: icon("calendar"), words: "The day", note: day }),
    item({ to: "faults", mark: icon("fault"), words: "Faults" }),
  ];
}

function messageSomebody() {
  const button = iconButton("plus", "Message somebody", () => choosePerson(button), { class: "icon-button small" });
  return button;
}

function choosePerson(anchor) {
  const others = store.people.filter((person) => person.id !== store.as);
  const items = others.map((person) => ({
    content: [
      avatar({ ...person, size: "small" }),
      h("span", { class: "option-text" }, person.real_name || person.name),
    ],
    onChoose: () => openDirect(person),
  }));
  openMenu(anchor, items, { label: "Message somebody", className: "people" });
}

async function openDirect(person) {
  try {
    const { conversation } = await postAs("dm", { with: person.id });
    go({ in: conversation });
  } catch (error) {
    toast(error.message, "bad");
  }
}
