// A button's menu: opens on click, moves with the arrow keys, closes on Escape.

import { h } from "./dom.js";
import { float } from "./floating.js";

/** Opens a menu at `anchor`. Items: {content, onChoose, danger?, checked?, href?}. */
export function openMenu(anchor, items, { label, alignEnd = false, className = "" }) {
  const buttons = items.map((item) => drawItem(item, () => close()));
  const panel = h(
    "div",
    { class: `menu ${className}`, role: "menu", "aria-label": label, on: { keydown: onKey } },
    buttons,
  );
  (anchor.closest("dialog") || document.body).append(panel);
  anchor.setAttribute("aria-expanded", "true");
  const sink = float(panel, anchor, { onOutside: () => close(false), alignEnd });
  (buttons.find((button) => button.getAttribute("aria-checked") === "true") || buttons[0])?.focus();

  function close(refocus = true) {
    sink();
    panel.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus && anchor.isConnected) anchor.focus();
  }

  function onKey(event) {
    const at = buttons.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
    if (event.key in moves) buttons.at(moves[event.key] % buttons.length).focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") close(false);
    if (event.key in moves || event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
    }
  }
}

function drawItem(item, close) {
  const choose = () => {
    close();
    item.onChoose();
  };
  const checked = item.checked === undefined ? {} : { "aria-checked": String(item.checked) };
  return h(
    "button",
    {
      type: "button",
      class: item.danger ? "menu-item danger" : "menu-item",
      role: item.checked === undefined ? "menuitem" : "menuitemradio",
      tabindex: "-1",
      ...checked,
      on: { click: choose },
    },
    item.content,
  );
}
