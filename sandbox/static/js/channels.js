// Making, archiving and restoring channels, and letting the app in or out.

import { post, postAs } from "./api.js";
import { h, freshId, iconButton } from "./dom.js";
import { go } from "./route.js";
import { store } from "./store.js";
import { toast } from "./toast.js";

/** Opens the window; a made channel is gone to. */
export function newChannel() {
  const titleId = freshId("channel-title");
  const name = h("input", {
    class: "field",
    id: freshId("channel-name"),
    required: true,
    autocomplete: "off",
    placeholder: "for example partners-north",
  });
  const isPrivate = tick("Private");
  const withBot = tick(`Add ${store.app.name}`, true);
  const others = store.people.filter((person) => person.id !== store.as);
  const members = others.map((person) => ({ id: person.id, ...tick(person.real_name || person.name) }));
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const shut = () => {
    dialog.close();
    dialog.remove();
  };
  const submit = async (event) => {
    event.preventDefault();
    const chosen = members.filter((member) => member.box.checked).map((member) => member.id);
    try {
      const made = await postAs("channels", {
        name: name.value.trim(),
        private: isPrivate.box.checked,
        members: chosen,
        with_bot: withBot.box.checked,
      });
      shut();
      if (made.id) go({ in: made.id });
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    }
  };
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-modal": "true", "aria-labelledby": titleId },
    h(
      "form",
      { class: "modal-form", on: { submit } },
      h(
        "header",
        { class: "dialog-head" },
        h("h2", { id: titleId }, "New channel"),
        iconButton("close", "Dismiss", shut),
      ),
      h(
        "div",
        { class: "dialog-body stack" },
        h("div", { class: "input-block" }, h("label", { class: "input-label", for: name.id }, "Name"), name),
        isPrivate.node,
        withBot.node,
        h(
          "fieldset",
          { class: "plain-set" },
          h("legend", { class: "input-label" }, "Members besides you"),
          members.map((member) => member.node),
        ),
      ),
      h(
        "footer",
        { class: "dialog-foot" },
        wrong,
        h("button", { type: "button", class: "button", on: { click: shut } }, "Cancel"),
        h("button", { type: "submit", class: "button primary" }, "Make channel"),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  name.focus();
}

function tick(words, checked = false) {
  const box = h("input", { type: "checkbox", id: freshId("tick"), checked });
  return { box, node: h("div", { class: "choice" }, box, h("label", { for: box.id }, words)) };
}

/** Archives a channel, brings it back, or lets the app in or out. */
export async function changeChannel(id, change) {
  try {
    await post(`channels/${id}/${change}`, { as: store.as });
  } catch (error) {
    toast(error.message, "bad");
  }
}
