// The file input: files are dropped on it or chosen, uploaded at once, and listed with a cross to take them out again.

import { ApiError, upload } from "../api.js";
import { h, icon, iconButton } from "../dom.js";
import { keyOf } from "../form.js";
import { toast } from "../toast.js";

const MOST_FILES = 10;

/** A place to drop files on, with a button to choose them; after the last one that may come it says so. */
export function drawFileInput(element, context) {
  const most = element.max_files || MOST_FILES;
  const chooser = h("input", {
    ...context.aria,
    type: "file",
    class: "file-chooser",
    multiple: most > 1,
    accept: (element.filetypes || []).map((kind) => `.${kind}`).join(",") || null,
    data: { key: keyOf(context.blockId, element) },
    on: { change: () => bring(chooser.files) },
  });
  const list = h("ul", { class: "file-list" });
  const prompt = h(
    "p",
    { class: "file-prompt" },
    h("button", { type: "button", class: "button", on: { click: () => chooser.click() } }, icon("plus"), "Add files"),
    h("span", { class: "hint" }, "or drop them here"),
  );
  const box = h(
    "div",
    { class: "file-box", on: { dragover: onDragOver, dragleave: onDragLeave, drop: onDrop } },
    list,
    prompt,
    chooser,
  );
  show();
  return box;

  function files() {
    return context.form.entry(context.blockId, element).files || [];
  }

  function keep(kept) {
    context.form.set(context.blockId, element, { files: kept });
    show();
  }

  function show() {
    list.replaceChildren(...files().map(drawEntry));
    list.hidden = !files().length;
    prompt.hidden = files().length >= most;
  }

  function drawEntry(file) {
    const takeOut = () => keep(files().filter((one) => one.id !== file.id));
    return h("li", {}, icon("file"), h("span", { class: "file-name" }, file.name), iconButton("close", "Remove", takeOut));
  }

  function bring(chosen) {
    const files = [...chosen];
    context.form.arrived = context.form.arrived.then(() => take(files));
  }

  async function take(chosen) {
    box.setAttribute("aria-busy", "true");
    try {
      for (const file of chosen.slice(0, most - files().length)) keep([...files(), await upload(file)]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(error.message, "bad");
    } finally {
      box.removeAttribute("aria-busy");
      chooser.value = "";
    }
  }

  function onDragOver(event) {
    event.preventDefault();
    box.classList.add("over");
  }

  function onDragLeave() {
    box.classList.remove("over");
  }

  function onDrop(event) {
    event.preventDefault();
    box.classList.remove("over");
    bring(event.dataTransfer.files);
  }
}
