// Faults: what the sandbox shall get wrong, to see how the app takes it.

import { get, post } from "../api.js";
import { coalesced, h } from "../dom.js";
import { labelled, toolFrame } from "./frame.js";

const KINDS = [
  ["fail", "Fail with an error"],
  ["lose", "Do it, but lose the answer"],
  ["late", "Answer late"],
];

/** Shows the faults in `root`. */
export function openFaults(root) {
  const body = toolFrame(root, { mark: "fault", title: "Faults", about: "Let calls of the app go wrong on purpose." });
  const list = h("div", {});
  const draw = coalesced(async () => {
    const answer = await get("faults");
    list.replaceChildren(drawTable(Array.isArray(answer) ? answer : answer.faults || []));
  });
  body.append(drawForm(draw), list);
  return { refresh: draw };
}

function drawForm(redraw) {
  const method = h("input", { class: "field", required: true, value: "chat.postMessage", spellcheck: "false" });
  const kind = h(
    "select",
    { class: "field" },
    KINDS.map(([value, words]) => h("option", { value }, words)),
  );
  const error = h("input", { class: "field", value: "internal_error", spellcheck: "false" });
  const seconds = h("input", { class: "field", inputmode: "decimal", value: "5" });
  const times = h("input", { class: "field", inputmode: "numeric", value: "1" });
  const wrong = h("p", { class: "field-error", role: "alert", hidden: true });
  const submit = async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    try {
      await post("faults", {
        method: method.value.trim(),
        kind: kind.value,
        error: kind.value === "fail" ? error.value.trim() : null,
        seconds: kind.value === "late" ? Number(seconds.value) : null,
        times: Number(times.value) || 1,
      });
      await redraw();
    } catch (problem) {
      wrong.textContent = problem.message;
      wrong.hidden = false;
    }
  };
  return h(
    "form",
    { class: "card fault-form", "aria-label": "Add a fault", on: { submit } },
    labelled("Method", method),
    labelled("What happens", kind),
    labelled("Error", error),
    labelled("Seconds late", seconds),
    labelled("Times", times),
    h("button", { type: "submit", class: "button primary" }, "Add fault"),
    wrong,
  );
}

function drawTable(faults) {
  if (!faults.length)
    return h(
      "div",
      { class: "empty" },
      h("h3", {}, "No faults"),
      h("p", {}, "Every call is answered as it should be."),
    );
  const words = Object.fromEntries(KINDS);
  const row = (fault) => [
    fault.method,
    words[fault.kind] || fault.kind,
    fault.error || (fault.seconds ? `${fault.seconds} s` : ""),
    String(fault.times ?? ""),
  ];
  return h(
    "div",
    { class: "table-scroll wide" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Method", "What happens", "Detail", "Times left"].map((one) => h("th", { scope: "col" }, one)),
        ),
      ),
      h(
        "tbody",
        {},
        faults.map((fault) =>
          h(
            "tr",
            {},
            row(fault).map((cell) => h("td", {}, cell)),
          ),
        ),
      ),
    ),
  );
}
