// A list of messages that changes in place: only what differs is drawn again.

import { dayKey, dayLabel } from "./dates.js";
import { h } from "./dom.js";
import { rememberFocus } from "./focus.js";
import { drawMessage } from "./message.js";

const JOIN_WITHIN_MS = 5 * 60_000;
const NEAR_END_PX = 120;

export class MessageList {
  /** @param onThread opens a message's thread; null where messages have none */
  constructor(label, onThread = null) {
    this.onThread = onThread;
    this.rows = new Map();
    this.list = h("div", { class: "messages", role: "log", "aria-label": label, "aria-live": "polite" });
    this.node = h("div", { class: "scroll", tabindex: "0" }, this.list);
    this.fresh = true;
  }

  /** Shows these messages, oldest first; stays at the end when the reader was there. */
  show(messages, emptyNode) {
    const atEnd = this.fresh || this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END_PX;
    const giveBack = rememberFocus(this.list);
    const seen = messages.filter((message) => !message.deleted);
    const rows = this.rowsFor(seen);
    this.rows = new Map(rows.map((row) => [row.key, row]));
    place(this.list, seen.length ? rows.map((row) => row.node) : [emptyNode]);
    giveBack();
    if (atEnd) this.toEnd();
    this.fresh = false;
  }

  rowsFor(messages) {
    const rows = [];
    let before = null;
    for (const message of messages) {
      const newDay = !before || dayKey(new Date(before.time)) !== dayKey(new Date(message.time));
      if (newDay) rows.push(this.dayRow(new Date(message.time)));
      const joined = !newDay && joins(before, message);
      rows.push(
        this.row(`m${message.ts}${message.ephemeral ? "e" : ""}`, [message, joined], () =>
          drawMessage(message, { joined, onThread: this.onThread }),
        ),
      );
      before = message;
    }
    return rows;
  }

  dayRow(date) {
    const words = dayLabel(date);
    return this.row(`d${dayKey(date)}`, words, () => h("div", { class: "day-line" }, h("span", {}, words)));
  }

  row(key, content, draw) {
    const print = JSON.stringify(content);
    const known = this.rows.get(key);
    return known?.print === print ? known : { key, print, node: draw() };
  }

  toEnd() {
    const end = () => (this.node.scrollTop = this.node.scrollHeight);
    end();
    for (const picture of this.list.querySelectorAll("img")) picture.addEventListener("load", end, { once: true });
  }
}

function joins(before, message) {
  const plainPair = !before.ephemeral && !message.ephemeral && !before.reply_count && !message.response_to;
  return (
    plainPair && before.user === message.user && Date.parse(message.time) - Date.parse(before.time) < JOIN_WITHIN_MS
  );
}

/** Makes `parent` hold exactly `nodes`, touching only those that are new, gone or moved. */
function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] || null);
  });
}
