// Where a person writes: plain text becomes a message, a line that starts with / a command.

import { ApiError, postAs } from "./api.js";
import { freshId, h, iconButton } from "./dom.js";
import { float } from "./floating.js";
import { store } from "./store.js";

/** A composer for a conversation, or for a thread of it. */
export function drawComposer({ conversation, name, threadTs = null }) {
  return new Composer(conversation, name, threadTs);
}

/** The commands that begin with what is typed, an exact one first. */
function commandsFor(typed) {
  const fitting = store.commands.filter((one) => one.command.startsWith(typed));
  return fitting.sort((a, b) => Number(b.command === typed) - Number(a.command === typed));
}

class Composer {
  constructor(conversation, name, threadTs) {
    this.conversation = conversation;
    this.threadTs = threadTs;
    this.matches = [];
    this.active = 0;
    this.sink = null;
    this.build(threadTs ? "Reply in thread" : `Message ${name}`);
  }

  build(label) {
    const listId = freshId("commands");
    this.field = h("textarea", {
      rows: 1,
      placeholder: label,
      "aria-label": label,
      "aria-controls": listId,
      "aria-autocomplete": "list",
      on: {
        input: () => this.changed(),
        keydown: (event) => this.onKey(event),
        blur: () => setTimeout(() => this.closeList(), 150),
      },
    });
    this.list = h("div", { class: "listbox commands", role: "listbox", id: listId, "aria-label": "Commands" });
    this.note = h("p", { class: "composer-note", role: "alert", hidden: true });
    this.box = h(
      "div",
      { class: "composer-box" },
      this.field,
      iconButton("send", "Send", () => this.send(), { class: "icon-button send" }),
    );
    const help = this.threadTs
      ? null
      : h("p", { class: "composer-help", "aria-hidden": "true" }, h("kbd", {}, "/"), " for commands");
    this.node = h("div", { class: "composer" }, this.note, this.box, this.list, help);
  }

  changed() {
    this.note.hidden = true;
    this.resize();
    this.offer();
  }

  resize() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 220)}px`;
  }

  offer() {
    const text = this.field.value;
    const typing = /^\/[^\s]*$/.test(text) && !this.threadTs;
    this.matches = typing ? commandsFor(text.toLowerCase()) : [];
    if (!this.matches.length) return this.closeList();
    this.list.replaceChildren(...this.matches.map((command, index) => this.drawOffer(command, index)));
    this.sink ||= float(this.list, this.box, { onOutside: () => this.closeList() });
    dispatchEvent(new Event("resize"));
    return this.activate(0);
  }

  drawOffer(command, index) {
    return h(
      "div",
      {
        class: "option command",
        role: "option",
        id: freshId("command"),
        "aria-selected": "false",
        on: { pointerdown: (event) => event.preventDefault(), click: () => this.complete(index) },
      },
      h(
        "span",
        { class: "command-line" },
        h("span", { class: "command-name" }, command.command),
        command.hint && h("span", { class: "command-hint" }, ` ${command.hint}`),
      ),
      h("span", { class: "option-more" }, command.description),
    );
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((node, at) => {
      node.classList.toggle("active", at === index);
      node.setAttribute("aria-selected", String(at === index));
    });
    this.list.children[index].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", this.list.children[index].id);
  }

  closeList() {
    this.sink?.();
    this.sink = null;
    this.matches = [];
    this.field.removeAttribute("aria-activedescendant");
  }

  complete(index) {
    this.field.value = `${this.matches[index].command} `;
    this.closeList();
    this.resize();
    this.field.focus();
  }

  onKey(event) {
    if (event.isComposing) return;
    const handled = this.matches.length ? this.listKey(event) : this.plainKey(event);
    if (handled) event.preventDefault();
  }

  listKey(event) {
    const count = this.matches.length;
    const typedWhole = this.matches[this.active].command === this.field.value;
    if (event.key === "ArrowDown") this.activate((this.active + 1) % count);
    else if (event.key === "ArrowUp") this.activate((this.active - 1 + count) % count);
    else if (event.key === "Enter" && typedWhole) this.send();
    else if (event.key === "Enter" || event.key === "Tab") this.complete(this.active);
    else if (event.key === "Escape") this.closeList();
    else return false;
    return true;
  }

  plainKey(event) {
    if (event.key !== "Enter" || event.shiftKey) return false;
    this.send();
    return true;
  }

  async send() {
    const text = this.field.value.trim();
    if (!text || this.node.getAttribute("aria-busy") === "true") return;
    this.closeList();
    this.node.setAttribute("aria-busy", "true");
    this.field.value = "";
    this.resize();
    try {
      await this.post(text);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refused(text, error.message);
    } finally {
      this.node.removeAttribute("aria-busy");
    }
  }

  post(text) {
    const isCommand = text.startsWith("/") && !this.threadTs;
    if (isCommand) return postAs("command", { conversation: this.conversation, text });
    return postAs("message", {
      conversation: this.conversation,
      text,
      ...(this.threadTs ? { thread_ts: this.threadTs } : {}),
    });
  }

  refused(text, sentence) {
    this.note.textContent = sentence;
    this.note.hidden = false;
    if (!this.field.value) this.field.value = text;
    this.resize();
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }
}
