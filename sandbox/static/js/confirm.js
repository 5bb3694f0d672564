// The dialog that asks before an action is sent.

import { freshId, h } from "./dom.js";
import { drawText, plain } from "./mrkdwn.js";

/** Asks with a Block Kit confirm object; resolves to true or false. */
export function confirmed(confirm) {
  const style = confirm.style === "danger" ? "danger" : "primary";
  return ask({
    title: plain(confirm.title),
    body: drawText(confirm.text),
    yes: plain(confirm.confirm) || "Yes",
    no: plain(confirm.deny) || "Cancel",
    style,
  });
}

/** Asks in a dialog of the page; resolves to true or false. */
export function ask({ title, body, yes, no, style }) {
  const back = document.activeElement;
  const [titleId, textId] = [freshId("confirm-title"), freshId("confirm-text")];
  return new Promise((resolve) => {
    const answer = (value) => {
      dialog.close();
      dialog.remove();
      if (back?.isConnected) back.focus();
      resolve(value);
    };
    const dialog = h(
      "dialog",
      {
        class: "dialog small",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": titleId,
        "aria-describedby": textId,
      },
      h("header", { class: "dialog-head" }, h("h2", { id: titleId }, title)),
      h("div", { class: "dialog-body", id: textId }, body),
      h(
        "footer",
        { class: "dialog-foot" },
        h("button", { type: "button", class: "button", on: { click: () => answer(false) } }, no),
        h(
          "button",
          { type: "button", class: `button ${style}`, autofocus: true, on: { click: () => answer(true) } },
          yes,
        ),
      ),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      answer(false);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
