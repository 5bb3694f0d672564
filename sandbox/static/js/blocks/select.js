// Select menus: a combobox that filters while one types; several choices stand before it as chips.

import { ApiError } from "../api.js";
import { h, iconButton, freshId, icon } from "../dom.js";
import { float } from "../floating.js";
import { keyOf } from "../form.js";
import { plain } from "../mrkdwn.js";
import { chosenOptions, entryFields, optionSource } from "./options.js";

const ASK_PAUSE_MS = 250;

export function drawSelect(element, context) {
  return new Select(element, context).node;
}

class Select {
  constructor(element, context) {
    this.element = element;
    this.context = context;
    this.multi = element.type.startsWith("multi_");
    this.source = optionSource(element, context);
    this.chosen = chosenOptions(context.form.entry(context.blockId, element), this.source.kind);
    this.rows = [];
    this.active = -1;
    this.sink = null;
    this.asked = 0;
    this.build();
    this.show();
  }

  build() {
    const listId = freshId("list");
    const name = this.context.aria["aria-labelledby"]
      ? {}
      : { "aria-label": plain(this.element.placeholder) || "Choose an option" };
    this.input = h("input", {
      ...this.context.aria,
      ...name,
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      autocomplete: "off",
      spellcheck: "false",
      data: { key: keyOf(this.context.blockId, this.element) },
      on: {
        click: () => this.openList(),
        input: () => this.typed(),
        keydown: (event) => this.onKey(event),
        blur: () => this.left(),
      },
    });
    this.chips = h("span", { class: "chips" });
    this.clear = iconButton("close", "Clear", () => this.choose([]), { class: "icon-button small", tabindex: "-1" });
    this.box = h(
      "div",
      { class: "select-box field", on: { click: () => this.input.focus() } },
      this.chips,
      this.input,
      this.clear,
      icon("down"),
    );
    this.list = h("div", {
      class: "listbox",
      role: "listbox",
      id: listId,
      "aria-label": "Options",
      "aria-multiselectable": this.multi ? "true" : null,
    });
    this.node = h("div", { class: "select" }, this.box, this.list);
  }

  /** Shows what is chosen. */
  show() {
    const hint = plain(this.element.placeholder) || (this.multi ? "Choose options" : "Choose an option");
    if (this.multi) this.chips.replaceChildren(...this.chosen.map((option) => this.drawChip(option)));
    else this.input.value = this.chosen[0]?.text || "";
    this.input.placeholder = this.multi && this.chosen.length ? "" : hint;
    this.clear.hidden = this.multi || !this.context.optional || !this.chosen.length;
  }

  drawChip(option) {
    const remove = () => this.choose(this.chosen.filter((one) => one.key !== option.key));
    return h(
      "span",
      { class: "chip" },
      option.text,
      iconButton("close", `Remove ${option.text}`, remove, { class: "icon-button small" }),
    );
  }

  /** Opens the list with all options; what was chosen is selected, so that typing replaces it. */
  openList() {
    this.unfold();
    if (!this.multi) this.input.select();
    return this.search("");
  }

  unfold() {
    this.sink ||= float(this.list, this.box, { onOutside: () => this.closeList() });
    this.input.setAttribute("aria-expanded", "true");
  }

  closeList() {
    this.sink?.();
    this.sink = null;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (this.multi) this.input.value = "";
    this.show();
  }

  left() {
    setTimeout(() => {
      if (this.sink && document.activeElement !== this.input) this.closeList();
    }, 150);
  }

  async typed() {
    const query = this.input.value;
    this.unfold();
    const turn = (this.asked += 1);
    if (this.source.kind === "external") await new Promise((resolve) => setTimeout(resolve, ASK_PAUSE_MS));
    if (turn === this.asked) await this.search(query);
  }

  async search(query) {
    const turn = (this.asked += 1);
    if (query.length < this.source.minQuery) {
      return this.say(`Type ${this.source.minQuery === 1 ? "a letter" : `${this.source.minQuery} letters`} to search`);
    }
    if (this.source.kind === "external") this.say("Searching…");
    try {
      const groups = await this.source.find(query);
      if (turn === this.asked) this.fill(groups);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.say(error.message);
    }
  }

  say(sentence) {
    this.rows = [];
    this.list.replaceChildren(h("p", { class: "list-note" }, sentence));
  }

  fill(groups) {
    this.rows = [];
    const nodes = groups.map((group) => this.drawGroup(group));
    if (!this.rows.length) return this.say("No matches");
    this.list.replaceChildren(...nodes);
    const chosenAt = this.rows.findIndex((row) => this.isChosen(row.option));
    return this.activate(chosenAt < 0 ? 0 : chosenAt);
  }

  drawGroup(group) {
    const rows = group.options.map((option) => this.drawRow(option));
    if (!group.label) return h("div", {}, rows);
    return h(
      "div",
      { role: "group", "aria-label": group.label },
      h("p", { class: "group-label", "aria-hidden": "true" }, group.label),
      rows,
    );
  }

  drawRow(option) {
    const chosen = this.isChosen(option);
    const node = h(
      "div",
      {
        class: "option",
        role: "option",
        id: freshId("row"),
        "aria-selected": String(chosen),
        on: { pointerdown: (event) => event.preventDefault(), click: () => this.pick(option) },
      },
      h(
        "span",
        { class: "option-body" },
        h("span", { class: "option-text" }, option.text),
        option.more && h("span", { class: "option-more" }, option.more),
      ),
      chosen && icon("check"),
    );
    this.rows.push({ option, node });
    return node;
  }

  isChosen(option) {
    return this.chosen.some((one) => one.key === option.key);
  }

  activate(index) {
    this.rows[this.active]?.node.classList.remove("active");
    this.active = index;
    const row = this.rows[index];
    if (!row) return;
    row.node.classList.add("active");
    row.node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row.node.id);
  }

  onKey(event) {
    const opened = this.sink !== null;
    if (event.key === "Backspace" && this.multi && !this.input.value && this.chosen.length)
      return this.choose(this.chosen.slice(0, -1));
    if (["ArrowDown", "ArrowUp"].includes(event.key)) this.step(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && opened && this.rows[this.active]) this.pick(this.rows[this.active].option);
    else if (event.key === "Escape" && opened) this.closeList();
    else if (event.key === "Tab") return this.closeList();
    else return undefined;
    event.preventDefault();
    return event.stopPropagation();
  }

  step(by) {
    if (!this.sink) this.openList();
    else if (this.rows.length) this.activate((this.active + by + this.rows.length) % this.rows.length);
  }

  pick(option) {
    if (!this.multi) this.choose([option]);
    else if (this.isChosen(option)) this.choose(this.chosen.filter((one) => one.key !== option.key));
    else this.choose([...this.chosen, option].slice(0, this.element.max_selected_items || Infinity));
  }

  async choose(chosen) {
    const before = this.chosen;
    this.chosen = chosen;
    this.closeList();
    this.input.focus();
    const { form, blockId, dispatch } = this.context;
    const fields = entryFields(this.element, this.source.kind, chosen);
    form.set(blockId, this.element, fields);
    if (!dispatch || (await form.act(blockId, this.element, fields))) return;
    this.chosen = before;
    form.set(blockId, this.element, entryFields(this.element, this.source.kind, before));
    this.show();
  }
}
