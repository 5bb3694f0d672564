// The window of modal views: the top of the person's stack, with its fields, errors and buttons.

import { ApiError, getAs, postAs } from "./api.js";
import { drawBlocks } from "./blocks/blocks.js";
import { coalesced, h, icon, iconButton } from "./dom.js";
import { rememberFocus } from "./focus.js";
import { Form } from "./form.js";
import { plain } from "./mrkdwn.js";
import { store } from "./store.js";
import { toast } from "./toast.js";

const forms = new Map();
let stack = [];
let drawn = null;
let cameFrom = null;

const title = h("h2", { id: "modal-title" });
const trail = h("p", { class: "modal-trail", hidden: true });
const body = h("div", { class: "dialog-body" });
const closeButton = h("button", { type: "button", class: "button", on: { click: () => close(false) } });
const submitButton = h("button", { type: "submit", class: "button primary" });
const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
const formNode = h(
  "form",
  { class: "modal-form", novalidate: true, on: { submit } },
  h(
    "header",
    { class: "dialog-head" },
    h("div", {}, trail, title),
    iconButton("close", "Dismiss", () => close(true)),
  ),
  body,
  h("footer", { class: "dialog-foot" }, wrong, closeButton, submitButton),
);
const dialog = h(
  "dialog",
  { class: "dialog modal", "aria-modal": "true", "aria-labelledby": "modal-title", on: { cancel: onEscape } },
  formNode,
);

/** Fetches the open views of the person acting and shows the top one. */
export const refreshModal = coalesced(async () => {
  const as = store.as;
  const { stack: views } = await getAs("views");
  if (as === store.as) show(views);
});

/** Forgets everything: another person acts now. */
export function resetModal() {
  forms.clear();
  stack = [];
  drawn = null;
  if (dialog.open) dialog.close();
}

function show(views) {
  stack = views;
  const ids = new Set(views.map((view) => view.id));
  for (const id of forms.keys()) if (!ids.has(id)) forms.delete(id);
  const view = views.at(-1);
  if (!view) return hide();
  if (!dialog.isConnected) document.body.append(dialog);
  draw(view);
  if (!dialog.open) openWindow();
  return undefined;
}

function openWindow() {
  cameFrom = document.activeElement;
  dialog.showModal();
  focusFirst();
}

function hide() {
  drawn = null;
  if (!dialog.open) return;
  dialog.close();
  if (cameFrom?.isConnected) cameFrom.focus();
  else document.querySelector(".composer textarea")?.focus();
}

function draw(view) {
  const print = JSON.stringify([view.blocks, view.title, view.submit, view.close, view.errors, view.banner]);
  if (drawn?.id === view.id && drawn.print === print) return;
  const another = drawn?.id !== view.id;
  const giveBack = rememberFocus(dialog);
  const top = body.scrollTop;
  drawHead(view);
  if (!forms.has(view.id)) forms.set(view.id, new Form({ type: "view", view_id: view.id }));
  body.replaceChildren(...drawBlocks(view.blocks, forms.get(view.id), view.errors || {}));
  body.scrollTop = another ? 0 : top;
  drawn = { id: view.id, print };
  if (dialog.open && !giveBack() && another) focusFirst();
}

function drawHead(view) {
  title.textContent = plain(view.title);
  const below = stack.slice(0, -1).map((one) => plain(one.title));
  trail.hidden = !below.length;
  trail.replaceChildren(icon("back"), below.join(" › "));
  const takesInput = (view.blocks || []).some((block) => block.type === "input");
  const submits = Boolean(view.submit) || takesInput;
  submitButton.hidden = !submits;
  submitButton.disabled = !submits;
  submitButton.textContent = plain(view.submit) || "Submit";
  closeButton.textContent = plain(view.close) || (submits ? "Cancel" : "Close");
  say(view.banner || "");
}

function say(sentence) {
  wrong.textContent = sentence;
  wrong.hidden = !sentence;
}

function focusFirst() {
  const first =
    body.querySelector("[aria-invalid=true]") || body.querySelector("input, textarea") || body.querySelector("button");
  (first || (submitButton.hidden ? closeButton : submitButton)).focus({ preventScroll: true });
}

function onEscape(event) {
  event.preventDefault();
  close(false);
}

async function close(all) {
  const view = stack.at(-1);
  if (!view) return hide();
  try {
    await postAs("close", { view_id: view.id, ...(all ? { all: true } : {}) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return refreshModal().catch((error) => toast(error.message, "bad"));
}

async function submit(event) {
  event.preventDefault();
  const view = stack.at(-1);
  if (!view || formNode.getAttribute("aria-busy") === "true") return;
  const form = forms.get(view.id);
  busy(true);
  try {
    await form.arrived;
    const { errors } = await postAs("submit", { view_id: view.id, state: form.values() });
    if (errors) showErrors(view, errors);
    else await refreshModal();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(error.message);
  } finally {
    busy(false);
  }
}

function showErrors(view, errors) {
  draw({ ...view, errors });
  const bad = body.querySelector("[aria-invalid=true]");
  (bad?.matches("input, textarea") ? bad : bad?.querySelector("input"))?.focus();
  bad?.closest(".block")?.scrollIntoView({ block: "center" });
}

function busy(on) {
  formNode.setAttribute("aria-busy", String(on));
  submitButton.setAttribute("aria-busy", String(on));
  submitButton.setAttribute("aria-disabled", String(on)); // not `disabled`, which would take the focus from it
}
