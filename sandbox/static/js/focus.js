// Keeps the keyboard where it was when a part of the page is drawn again.

/** Remembers the focused field inside `root`; the returned function gives the focus back after drawing. */
export function rememberFocus(root) {
  const active = document.activeElement;
  const name = active && root.contains(active) ? nameOf(active) : null;
  const range = name && typeof active.selectionStart === "number" ? [active.selectionStart, active.selectionEnd] : null;
  return function giveBack() {
    if (!name) return false;
    const next = [...root.querySelectorAll(`[data-${name.kind}]`)].find((node) => node.dataset[name.kind] === name.value);
    if (!next) return false;
    next.focus({ preventScroll: true });
    if (range && next.setSelectionRange && next.type === "text") next.setSelectionRange(...range);
    return true;
  };
}

function nameOf(node) {
  const kind = ["key", "action"].find((one) => node.dataset[one]);
  return kind ? { kind, value: node.dataset[kind] } : null;
}
