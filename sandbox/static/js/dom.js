// Building the page: every node is made here, from text. Data never passes through HTML.

const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["value", "checked", "disabled", "hidden", "readOnly", "srcdoc", "open"]);

/** An element with attributes, listeners (`on`), data attributes (`data`) and children; strings become text. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat(Infinity).filter(isContent));
  return node;
}

function isContent(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (name === "data") {
    Object.assign(node.dataset, value);
  } else if (AS_PROPERTY.has(name)) {
    node[name] = value;
  } else {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

const STROKES = {
  hash: "M6.5 2 5 14M11 2 9.5 14M2.5 5.5h11M2 10.5h11",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  mail: "M2 4h12v8.5H2zM2.5 4.5 8 9l5.5-4.5",
  server: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01",
  calendar: "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3",
  fault: "M8 2.5 14 13H2zM8 6.5v3M8 11.3v.01",
  send: "M2.5 8 13.5 3 10 13.5 7.5 9z",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M4.5 6.5 8 10l3.5-3.5",
  file: "M4 2h5.5L12.5 5v9H4zM9 2v3.5h3.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  reply: "M6.5 4 3 7.5 6.5 11M3.5 7.5H9a4 4 0 0 1 4 4V13",
  plus: "M8 3v10M3 8h10",
  check: "M3 8.5 6.5 12 13 4.5",
  dots: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  back: "M9.5 3.5 5 8l4.5 4.5",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z",
  home: "M2.5 7.5 8 3l5.5 4.5v6h-11z",
};

/** A small line drawing, hidden from assistive technology: the words beside it carry the meaning. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", STROKES[name]);
  svg.append(path);
  return svg;
}

/** A button drawn as an icon alone; `label` is its name and its tooltip. */
export function iconButton(name, label, onClick, props = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onClick }, ...props },
    icon(name),
  );
}

let lastId = 0;

/** An id that is new on this page, to tie labels, hints and errors to their fields. */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** The address if a person may be led there (http, https, mailto, or a path of this server), else null. */
export function safeUrl(address) {
  try {
    const url = new URL(String(address), location.origin);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the page; an address that is not allowed leaves only its words. */
export function link(address, ...children) {
  const href = safeUrl(address);
  if (href === null) return h("span", {}, ...children);
  return h("a", { class: "link", href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Runs `work` once at a time: calls during a run share one more run after it, and wait for that one. */
export function coalesced(work) {
  let running = null;
  let next = null;
  return function run() {
    if (!running) {
      running = work().finally(() => (running = null));
      return running;
    }
    next ||= running
      .catch(() => {})
      .then(() => {
        next = null;
        return run();
      });
    return next;
  };
}
