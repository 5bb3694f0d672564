// What all tools share: a head with a name and a sentence, and a scrolling body.

import { h, icon } from "../dom.js";

/** Puts a tool's head and body into `root`; returns the body. */
export function toolFrame(root, { mark, title, about, fill = false }) {
  const body = h("div", { class: fill ? "tool-fill" : "tool" });
  root.replaceChildren(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        { class: "head-row" },
        h("h2", { class: "head-title" }, icon(mark), title),
        h("p", { class: "head-topic" }, about),
      ),
    ),
    fill ? body : h("div", { class: "scroll", tabindex: "0" }, body),
  );
  return body;
}

/** A labelled field of a tool's form. */
export function labelled(label, field) {
  return h("label", { class: "tool-field" }, h("span", { class: "input-label" }, label), field);
}
