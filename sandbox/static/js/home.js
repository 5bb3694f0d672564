// The app's Home tab of the person acting.

import { getAs } from "./api.js";
import { drawBlocks } from "./blocks/blocks.js";
import { coalesced, h } from "./dom.js";
import { rememberFocus } from "./focus.js";
import { Form } from "./form.js";
import { store } from "./store.js";

/** The Home tab: opening it tells the bot; refreshing it does not. */
export function homeView() {
  const page = h("div", { class: "home" }, h("p", { class: "quiet" }, "Opening…"));
  const scroll = h("div", { class: "scroll", tabindex: "0" }, page);
  const kept = { form: null, id: null, print: null, opened: false };

  const refresh = coalesced(async () => {
    const { view } = await getAs("home", kept.opened ? { refresh: 1 } : {});
    kept.opened = true;
    show(view);
  });

  function show(view) {
    const print = JSON.stringify(view?.blocks || null);
    if (print === kept.print) return;
    kept.print = print;
    if (!view) return page.replaceChildren(...nothingYet());
    if (kept.id !== view.id) kept.form = new Form({ type: "view", view_id: view.id });
    kept.id = view.id;
    const giveBack = rememberFocus(page);
    page.replaceChildren(...drawBlocks(view.blocks, kept.form));
    return giveBack();
  }

  return { nodes: [scroll], refresh };
}

function nothingYet() {
  return [h("div", { class: "empty" }, h("h3", {}, store.app.name), h("p", {}, "The app has not drawn its Home yet."))];
}
