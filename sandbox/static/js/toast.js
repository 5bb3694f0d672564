// Short notices at the top of the page, where they cover neither the last message nor what is being written.

import { h } from "./dom.js";

const SHOWN_MS = 6000;

/** Shows a sentence for some seconds; `tone` is "good", "bad" or null. */
export function toast(sentence, tone = null) {
  const node = h("p", { class: tone ? `toast ${tone}` : "toast" }, sentence);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), SHOWN_MS);
}
