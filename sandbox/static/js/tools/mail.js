// The mailbox: every letter that was sent on this machine.

import { get } from "../api.js";
import { moment, shortMoment } from "../dates.js";
import { coalesced, h } from "../dom.js";
import { toolFrame } from "./frame.js";

const VIEWS = [
  ["html", "Letter"],
  ["text", "Plain text"],
  ["headers", "Headers"],
];

/** Shows the mailbox in `root`. */
export function openMail(root) {
  const body = toolFrame(root, {
    mark: "mail",
    title: "Mailbox",
    about: "Letters sent on this machine; none leaves it.",
    fill: true,
  });
  const list = h("ul", { class: "letters", "aria-label": "Letters" });
  const reader = h("article", { class: "letter", "aria-label": "Letter" });
  body.append(h("div", { class: "mailbox" }, list, reader));
  const kept = { letters: [], open: null, view: "html", shown: null };

  function choose(id) {
    kept.open = id;
    draw();
  }

  function draw() {
    const letter = kept.letters.find((one) => one.id === kept.open) || kept.letters[0];
    list.replaceChildren(...kept.letters.map((one) => drawRow(one, one === letter, choose)));
    if (!letter)
      return reader.replaceChildren(
        h(
          "div",
          { class: "empty" },
          h("h3", {}, "No letters yet"),
          h("p", {}, "What the app sends by e-mail arrives here."),
        ),
      );
    const shown = `${letter.id} ${kept.view}`;
    if (shown !== kept.shown) reader.replaceChildren(...drawLetter(letter, kept, draw));
    kept.shown = shown;
    return undefined;
  }

  const refresh = coalesced(async () => {
    const { letters } = await get("mail");
    kept.letters = [...letters].sort((a, b) => Date.parse(b.date) - Date.parse(a.date));
    draw();
  });
  return { refresh };
}

function drawRow(letter, current, choose) {
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "letter-row",
        "aria-current": current ? "true" : null,
        on: { click: () => choose(letter.id) },
      },
      h("span", { class: "letter-to" }, addresses(letter.to)),
      h("time", { title: moment(new Date(letter.date)) }, shortMoment(new Date(letter.date))),
      h("span", { class: "letter-subject" }, letter.subject || "(no subject)"),
    ),
  );
}

function addresses(value) {
  return Array.isArray(value) ? value.join(", ") : value;
}

function drawLetter(letter, kept, redraw) {
  const available = VIEWS.filter(([name]) => name === "headers" || letter[name]);
  const view = available.some(([name]) => name === kept.view) ? kept.view : available[0][0];
  const tab = ([name, words]) => {
    const show = () => {
      kept.view = name;
      redraw();
    };
    return h(
      "button",
      { type: "button", class: "tab", role: "tab", "aria-selected": String(name === view), on: { click: show } },
      words,
    );
  };
  const row = (label, value) => [h("dt", {}, label), h("dd", {}, value)];
  return [
    h("h3", { class: "letter-title" }, letter.subject || "(no subject)"),
    h(
      "dl",
      { class: "letter-meta" },
      row("From", addresses(letter.from)),
      row("To", addresses(letter.to)),
      row("Date", moment(new Date(letter.date))),
    ),
    h("div", { class: "tabs", role: "tablist", "aria-label": "Show" }, available.map(tab)),
    drawView(letter, view),
  ];
}

function drawView(letter, view) {
  if (view === "html") return drawHtml(letter);
  if (view === "text") return h("pre", { class: "letter-text", tabindex: "0" }, letter.text);
  const rows = Object.entries(letter.headers || {}).map(([name, value]) =>
    h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, addresses(value))),
  );
  return h("div", { class: "table-scroll" }, h("table", { class: "headers" }, h("tbody", {}, rows)));
}

/** The HTML of a letter in a frame that runs no scripts; its links open beside the page. */
function drawHtml(letter) {
  return h("iframe", {
    class: "letter-frame",
    title: letter.subject || "Letter",
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
    referrerpolicy: "no-referrer",
    srcdoc: `<base target="_blank">${letter.html}`,
  });
}
