// The name server: the records it answers with, and a form to publish more.

import { get, post, remove } from "../api.js";
import { coalesced, h } from "../dom.js";
import { toast } from "../toast.js";
import { labelled, toolFrame } from "./frame.js";

const TYPES = ["TXT", "CNAME", "MX", "A", "AAAA", "NS"];
const DEFAULT_TTL_S = 300;

/** Shows the name server in `root`. */
export function openDns(root) {
  const body = toolFrame(root, { mark: "server", title: "Name server", about: "The only one that the app asks here." });
  const address = h("p", { class: "tool-lead" });
  const table = h("div", {});
  const draw = coalesced(async () => {
    const { records, server } = await get("dns");
    address.replaceChildren("Answers at ", h("code", { class: "code" }, server || "—"), " over UDP and TCP.");
    table.replaceChildren(drawTable(records, draw));
  });
  body.append(address, drawForm(draw), table);
  return { refresh: draw };
}

function drawForm(redraw) {
  const name = h("input", {
    class: "field",
    required: true,
    placeholder: "shop.example",
    spellcheck: "false",
    autocomplete: "off",
  });
  const type = h(
    "select",
    { class: "field" },
    TYPES.map((one) => h("option", { value: one }, one)),
  );
  const value = h("input", {
    class: "field",
    required: true,
    placeholder: "what it answers",
    spellcheck: "false",
    autocomplete: "off",
  });
  const ttl = h("input", { class: "field", inputmode: "numeric", value: String(DEFAULT_TTL_S) });
  const wrong = h("p", { class: "field-error", role: "alert", hidden: true });
  const submit = async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    try {
      await post("dns", {
        name: name.value.trim(),
        type: type.value,
        value: value.value.trim(),
        ttl: Number(ttl.value) || DEFAULT_TTL_S,
      });
      name.value = value.value = "";
      name.focus();
      await redraw();
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    }
  };
  return h(
    "form",
    { class: "card dns-form", "aria-label": "Publish a record", on: { submit } },
    labelled("Name", name),
    labelled("Type", type),
    labelled("Value", value),
    labelled("TTL in seconds", ttl),
    h("button", { type: "submit", class: "button primary" }, "Publish"),
    wrong,
  );
}

function drawTable(records, redraw) {
  if (!records.length)
    return h(
      "div",
      { class: "empty" },
      h("h3", {}, "No records"),
      h("p", {}, "Publish one above; it is answered at once."),
    );
  const heads = ["Name", "Type", "Value", "TTL", ""].map((words) =>
    h("th", { scope: "col" }, words || h("span", { class: "unseen" }, "Remove")),
  );
  return h(
    "div",
    { class: "table-scroll wide" },
    h(
      "table",
      { class: "records" },
      h("thead", {}, h("tr", {}, heads)),
      h(
        "tbody",
        {},
        records.map((record) => drawRecord(record, redraw)),
      ),
    ),
  );
}

function drawRecord(record, redraw) {
  const take = async () => {
    try {
      await remove(`dns/${encodeURIComponent(record.id)}`);
      await redraw();
    } catch (error) {
      toast(error.message, "bad");
    }
  };
  const button = h(
    "button",
    { type: "button", class: "button small", "aria-description": `${record.type} ${record.name}`, on: { click: take } },
    "Remove",
  );
  return h(
    "tr",
    {},
    h("td", {}, h("span", { class: "mono" }, record.name)),
    h("td", {}, h("span", { class: "type-mark" }, record.type)),
    h("td", { class: "wrapped" }, h("span", { class: "mono" }, record.value)),
    h("td", { class: "align-right" }, String(record.ttl)),
    h("td", { class: "align-right" }, button),
  );
}
