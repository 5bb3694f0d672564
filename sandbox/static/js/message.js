// One message: who, when, what, and what can be done with it.

import { drawBlocks } from "./blocks/blocks.js";
import { clock, moment } from "./dates.js";
import { freshId, h, icon, iconButton, link, safeUrl } from "./dom.js";
import { Form } from "./form.js";
import { drawMrkdwn } from "./mrkdwn.js";
import { personById, store } from "./store.js";

const forms = new Map();
const KB = 1024;
const SLACKBOT = "USLACKBOT";

/** The form of a message, which outlives its drawing. */
function formOf(message) {
  const key = `${store.as}/${message.conversation}/${message.ts}`;
  if (!forms.has(key)) {
    const container = {
      type: "message",
      conversation: message.conversation,
      ts: message.ts,
      ephemeral: Boolean(message.ephemeral),
    };
    forms.set(key, new Form(container));
  }
  return forms.get(key);
}

/** A round sign with initials for a person, a squared one for the app. */
export function avatar({ initials, color, isBot = false, size = "" }) {
  const node = h("span", { class: `avatar ${isBot ? "bot" : ""} ${size}`, "aria-hidden": "true" }, initials || "?");
  if (/^#?[0-9a-f]{6}$/i.test(color || ""))
    node.style.setProperty("--sign", color.startsWith("#") ? color : `#${color}`);
  return node;
}

/** The sign of a user or bot id. */
export function avatarOf(id, name, isBot, size = "") {
  if (id === SLACKBOT) return avatar({ initials: "S", size });
  if (isBot) return avatar({ initials: store.app.initials, isBot: true, size });
  const person = personById(id);
  return avatar({ initials: person?.initials || initialsOf(name), color: person?.color, size });
}

function initialsOf(name) {
  return (name || "?")
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("")
    .toUpperCase();
}

/**
 * Draws a message.
 * @param joined true when it follows another of the same sender at once and needs no head
 * @param onThread opens its thread; null inside a thread
 */
export function drawMessage(message, { joined = false, onThread = null } = {}) {
  const nameId = freshId("sender");
  const body = h("div", { class: "message-body" }, joined ? null : drawHead(message, nameId), drawContent(message));
  if (onThread && message.reply_count) body.append(drawReplies(message, onThread));
  const left = joined
    ? h("time", { class: "message-side-time", datetime: message.time }, clock(new Date(message.time)))
    : avatarOf(message.user, message.name, message.is_bot);
  const classes = ["message", joined && "joined", message.ephemeral && "ephemeral"].filter(Boolean).join(" ");
  return h(
    "article",
    {
      class: classes,
      data: { ts: message.ts },
      "aria-label": joined ? message.name : null,
      "aria-labelledby": joined ? null : nameId,
    },
    message.ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
    h("div", { class: "message-left" }, left),
    body,
    onThread &&
      !message.ephemeral &&
      h(
        "div",
        { class: "message-tools" },
        iconButton("reply", "Reply in thread", () => onThread(message)),
      ),
  );
}

function drawHead(message, nameId) {
  const time = new Date(message.time);
  return [
    message.response_to && h("p", { class: "response-to" }, icon("reply"), `${message.response_to}`),
    h(
      "p",
      { class: "message-head" },
      h("span", { class: "sender", id: nameId }, message.name),
      message.is_bot && h("span", { class: "badge" }, "APP"),
      h("time", { datetime: message.time, title: moment(time) }, clock(time)),
    ),
  ];
}

function drawContent(message) {
  const parts = [];
  if (message.blocks?.length) parts.push(...drawBlocks(message.blocks, formOf(message)));
  else if (message.text) parts.push(h("div", { class: "text" }, drawMrkdwn(message.text)));
  if (message.edited) parts.push(h("span", { class: "edited" }, "(edited)"));
  parts.push(...(message.attachments || []).map((attachment) => drawAttachment(attachment, message)));
  parts.push(...(message.files || []).map(drawFile));
  return parts;
}

function drawAttachment(attachment, message) {
  const node = h("div", { class: "attachment" });
  const color = { good: "#1d8a5f", warning: "#b7791f", danger: "#b3261e" }[attachment.color] || attachment.color;
  if (/^#?[0-9a-f]{6}$/i.test(color || ""))
    node.style.setProperty("--bar", color.startsWith("#") ? color : `#${color}`);
  if (attachment.blocks) node.append(...drawBlocks(attachment.blocks, formOf(message)));
  else node.append(...drawOldAttachment(attachment));
  return node;
}

function drawOldAttachment(attachment) {
  const title =
    attachment.title &&
    h(
      "p",
      { class: "attachment-title" },
      attachment.title_link ? link(attachment.title_link, attachment.title) : attachment.title,
    );
  const text = h("div", { class: "text" }, drawMrkdwn(attachment.text || attachment.fallback || ""));
  return [title, text].filter(Boolean);
}

function drawFile(file) {
  const address = safeUrl(file.url);
  const words = [h("span", { class: "file-name" }, file.name), h("span", { class: "file-size" }, sizeOf(file.size))];
  const card = address
    ? h(
        "a",
        { class: "file", href: address, download: file.name },
        icon("file"),
        h("span", { class: "file-words" }, words),
      )
    : h("span", { class: "file" }, icon("file"), h("span", { class: "file-words" }, words));
  const isImage = address && /^image\/(png|jpeg|gif|webp|svg\+xml)$/.test(file.mimetype || "");
  if (!isImage) return card;
  const picture = h("img", { class: "block-picture", src: address, alt: file.name, loading: "lazy" });
  return h(
    "div",
    { class: "file-with-picture" },
    h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, picture),
    card,
  );
}

function sizeOf(bytes) {
  if (bytes < KB) return `${bytes} B`;
  return bytes < KB * KB ? `${Math.round(bytes / KB)} KB` : `${(bytes / KB / KB).toFixed(1)} MB`;
}

function drawReplies(message, onThread) {
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h(
    "button",
    { type: "button", class: "replies", on: { click: () => onThread(message) } },
    icon("reply"),
    words,
  );
}
