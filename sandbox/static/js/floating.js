// Lists and menus that float over the page in the browser's top layer, so that no scrolling box cuts them.

const GAP = 4;
const EDGE = 8;
const TALLEST = { menu: 560, listbox: 320 };

/** Opens `panel` (a popover) under or over `anchor`; returns a function that closes it. */
export function float(panel, anchor, { onOutside, alignEnd = false }) {
  panel.setAttribute("popover", "manual");
  panel.showPopover();
  const place = () => position(panel, anchor, alignEnd);
  const outside = (event) => {
    if (!panel.contains(event.target) && !anchor.contains(event.target)) onOutside();
  };
  place();
  addEventListener("resize", place);
  addEventListener("scroll", place, true);
  document.addEventListener("pointerdown", outside, true);
  return function sink() {
    removeEventListener("resize", place);
    removeEventListener("scroll", place, true);
    document.removeEventListener("pointerdown", outside, true);
    if (panel.isConnected && panel.matches(":popover-open")) panel.hidePopover();
  };
}

function position(panel, anchor, alignEnd) {
  const box = anchor.getBoundingClientRect();
  if (!alignEnd) panel.style.minWidth = `${Math.min(box.width, 620)}px`;
  const height = panel.offsetHeight;
  const below = innerHeight - box.bottom - GAP - EDGE;
  const above = box.top - GAP - EDGE;
  const over = height > below && above > below;
  panel.style.maxHeight = `${Math.max(120, Math.min(TALLEST[panel.getAttribute("role")], over ? above : below))}px`;
  const wanted = alignEnd ? box.right - panel.offsetWidth : box.left;
  panel.style.left = `${Math.max(EDGE, Math.min(wanted, innerWidth - panel.offsetWidth - EDGE))}px`;
  panel.style.top = over ? `${Math.max(EDGE, box.top - GAP - panel.offsetHeight)}px` : `${box.bottom + GAP}px`;
}
