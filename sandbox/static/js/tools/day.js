// The day: what date the sandbox and the app live in, and moving it on.

import { getAs, post } from "../api.js";
import { coalesced, h } from "../dom.js";
import { ask } from "../confirm.js";
import { store } from "../store.js";
import { toast } from "../toast.js";
import { labelled, toolFrame } from "./frame.js";

const JUMPS = [
  [1, "Tomorrow"],
  [3, "In 3 days"],
  [7, "In a week"],
];
const DATE = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const DAY_MS = 86_400_000;

/** Shows the day in `root`. */
export function openDay(root) {
  const body = toolFrame(root, {
    mark: "calendar",
    title: "The day",
    about: "Trials end and alerts are sent by this date.",
  });
  const sheet = h("div", { class: "card day-sheet" });
  const wrong = h("p", { class: "field-error", role: "alert", hidden: true });
  const date = h("input", { type: "date", class: "field narrow", required: true });
  body.append(
    sheet,
    h(
      "div",
      { class: "card" },
      h("h3", {}, "Move on"),
      drawJumps(move),
      drawDateForm(date, move),
      wrong,
      drawReset(move),
    ),
  );

  function draw() {
    const today = new Date(store.day.now);
    sheet.replaceChildren(...drawSheet(today));
    date.min = new Date(today.getTime() + DAY_MS).toISOString().slice(0, 10);
  }

  async function move(to) {
    wrong.hidden = true;
    body.setAttribute("aria-busy", "true");
    try {
      const { day } = await post("day", to);
      store.day = day;
      draw();
      toast(`It is now ${DATE.format(new Date(day.now))}.`, "good");
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    } finally {
      body.removeAttribute("aria-busy");
    }
  }

  const refresh = coalesced(async () => {
    const { day } = await getAs("state");
    store.day = day;
    draw();
  });
  draw();
  return { refresh };
}

function drawSheet(today) {
  const moved = store.day.moved_days;
  const words = moved ? `${moved} ${moved === 1 ? "day" : "days"} ahead of the real date` : "The real date";
  return [
    h(
      "p",
      { class: "day-month" },
      new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long", year: "numeric" }).format(today),
    ),
    h("p", { class: "day-number" }, String(today.getUTCDate())),
    h("p", { class: "day-name" }, new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "long" }).format(today)),
    h("p", { class: "quiet" }, words),
  ];
}

function drawJumps(move) {
  return h(
    "div",
    { class: "actions-row" },
    JUMPS.map(([days, words]) =>
      h("button", { type: "button", class: "button primary", on: { click: () => move({ days }) } }, words),
    ),
  );
}

function drawDateForm(date, move) {
  const submit = (event) => {
    event.preventDefault();
    move({ to: date.value });
  };
  return h(
    "form",
    { class: "day-form", on: { submit } },
    labelled("Or to a date", date),
    h("button", { type: "submit", class: "button" }, "Go to this date"),
  );
}

function drawReset(move) {
  const sure = {
    title: "Back to the real date?",
    body: ["What the app has done in the days ahead stays done."],
    yes: "Go back",
    no: "Stay",
    style: "danger",
  };
  const reset = async () => (await ask(sure)) && move({ reset: true });
  return h(
    "p",
    { class: "day-back" },
    h("button", { type: "button", class: "button small", on: { click: reset } }, "Back to the real date"),
  );
}
