// Keeps the keyboard where it was when a part of the page is drawn again.

/** Remembers the focused element inside `root`; the returned function gives the focus back after drawing. */
export function rememberFocus(root) {
  const active = document.activeElement;
  const place = active && root.contains(active) ? placeOf(active) : null;
  const range =
    place && typeof active.selectionStart === "number" ? [active.selectionStart, active.selectionEnd] : null;
  return function giveBack() {
    if (!place) return false;
    if (document.activeElement === active) return true;
    const next = [...root.querySelectorAll("[data-key], [data-action]")].find((node) => placeOf(node) === place);
    if (!next) return false;
    next.focus({ preventScroll: true });
    if (range && next.setSelectionRange && next.type === active.type) next.setSelectionRange(...range);
    return true;
  };
}

/** Where an element stands, in words that outlive its drawing: message, block, and its own key or action. */
function placeOf(node) {
  const own = node.dataset.key ?? node.dataset.action;
  if (own === undefined) return null;
  const message = node.closest("[data-ts]")?.dataset.ts;
  const block = node.closest("[data-block]")?.dataset.block;
  return JSON.stringify([message, block, own]);
}
