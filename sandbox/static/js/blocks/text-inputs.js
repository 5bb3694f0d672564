// Inputs that take text, a date or a time.

import { toSeconds, toWall } from "../dates.js";
import { h } from "../dom.js";
import { keyOf } from "../form.js";
import { plain } from "../mrkdwn.js";

const TYPING_PAUSE_MS = 500;
const COUNTED_FROM = 0.8;

/** A plain text input, one line or several, with a counter once what is typed comes near its limit. */
export function drawPlainTextInput(element, context) {
  const counter = element.max_length ? h("span", { class: "counter", "aria-hidden": "true" }) : null;
  const field = typed(element.multiline ? "textarea" : "input", element, context, () => count(counter, field, element));
  if (element.multiline) field.rows = 4;
  else field.type = "text";
  count(counter, field, element);
  return counter ? h("div", { class: "counted" }, field, counter) : field;
}

function count(counter, field, element) {
  if (!counter) return;
  const length = [...field.value].length;
  counter.hidden = length < element.max_length * COUNTED_FROM;
  counter.textContent = `${length} / ${element.max_length}`;
  counter.classList.toggle("over", length > element.max_length);
}

const KEYBOARDS = { email_text_input: "email", url_text_input: "url", number_input: "decimal" };

/** An e-mail, web address or number input: text, so that the server can answer at the field. */
export function drawTypedInput(element, context) {
  const field = typed("input", element, context, () => {});
  field.type = "text";
  field.inputMode = KEYBOARDS[element.type];
  field.spellcheck = false;
  return field;
}

function typed(tag, element, context, afterInput) {
  const entry = context.form.entry(context.blockId, element);
  const field = h(tag, {
    ...context.aria,
    class: "field",
    placeholder: plain(element.placeholder) || null,
    autocomplete: "off",
    value: entry.value ?? "",
    data: { key: keyOf(context.blockId, element) },
    on: { input: noteTyping, keydown: onKey },
  });
  const triggers = dispatchTriggers(element, context);
  let pause = 0;

  function noteTyping() {
    context.form.set(context.blockId, element, { value: field.value || null });
    afterInput();
    if (!triggers.includes("on_character_entered")) return;
    clearTimeout(pause);
    pause = setTimeout(send, TYPING_PAUSE_MS);
  }

  function onKey(event) {
    if (event.key !== "Enter" || event.isComposing || tag === "textarea") return;
    if (!triggers.includes("on_enter_pressed")) return;
    event.preventDefault();
    send();
  }

  function send() {
    context.form.act(context.blockId, element, { value: field.value });
  }

  return field;
}

function dispatchTriggers(element, context) {
  if (!context.dispatch) return [];
  return element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
}

const MOMENTS = {
  datepicker: { type: "date", name: "selected_date", read: (text) => text, write: (value) => value },
  timepicker: { type: "time", name: "selected_time", read: (text) => text, write: (value) => value },
  datetimepicker: { type: "datetime-local", name: "selected_date_time", read: toSeconds, write: toWall },
};

/** A date picker, time picker or both, in the browser's own control. */
export function drawMomentInput(element, context) {
  const kind = MOMENTS[element.type];
  const value = context.form.entry(context.blockId, element)[kind.name];
  const field = h("input", {
    ...context.aria,
    type: kind.type,
    class: "field narrow",
    value: value === null ? "" : kind.write(value),
    title: plain(element.placeholder) || null,
    data: { key: keyOf(context.blockId, element) },
    on: { change: onChange },
  });

  function onChange() {
    const fields = { [kind.name]: field.value ? kind.read(field.value) : null };
    context.form.set(context.blockId, element, fields);
    if (context.dispatch) context.form.act(context.blockId, element, fields);
  }

  return field;
}
