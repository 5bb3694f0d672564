// Checkboxes and radio buttons.

import { freshId, h } from "../dom.js";
import { keyOf } from "../form.js";
import { drawText } from "../mrkdwn.js";

export function drawCheckboxes(element, context) {
  const chosen = new Set(context.form.entry(context.blockId, element).selected_options.map((option) => option.value));
  return drawGroup("checkbox", element, context, {
    isChosen: (option) => chosen.has(option.value),
    onChange: (option, on) => {
      if (on) chosen.add(option.value);
      else chosen.delete(option.value);
      return { selected_options: element.options.filter((one) => chosen.has(one.value)) };
    },
  });
}

export function drawRadioButtons(element, context) {
  const chosen = context.form.entry(context.blockId, element).selected_option;
  return drawGroup("radio", element, context, {
    isChosen: (option) => option.value === chosen?.value,
    onChange: (option) => ({ selected_option: option }),
  });
}

function drawGroup(type, element, context, { isChosen, onChange }) {
  const name = freshId("choice");
  const change = (option, on) => {
    const fields = onChange(option, on);
    context.form.set(context.blockId, element, fields);
    if (context.dispatch) context.form.act(context.blockId, element, fields);
  };
  const rows = (element.options || []).map((option) =>
    drawChoice(type, name, option, isChosen(option), context, element, change),
  );
  const { id, ...aria } = context.aria;
  return h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", ...aria }, rows);
}

function drawChoice(type, name, option, checked, context, element, change) {
  const [id, more] = [freshId("option"), freshId("option-more")];
  const box = h("input", {
    type,
    id,
    name,
    checked,
    "aria-describedby": option.description ? more : null,
    data: { key: `${keyOf(context.blockId, element)}\n${option.value}` },
    on: { change: () => change(option, box.checked) },
  });
  return h(
    "div",
    { class: "choice" },
    box,
    h(
      "div",
      {},
      h("label", { for: id }, drawText(option.text)),
      option.description && h("div", { class: "option-more", id: more }, drawText(option.description)),
    ),
  );
}
