// Elements that act at once: buttons, overflow menus, images.

import { h, icon, safeUrl } from "../dom.js";
import { openMenu } from "../menu.js";
import { plain } from "../mrkdwn.js";

/** A button; while its action is on the way it shows so and takes no second click. */
export function drawButton(element, context) {
  const style = element.style === "danger" || element.style === "primary" ? element.style : "";
  const button = h(
    "button",
    {
      type: "button",
      class: `button ${style}`,
      "aria-description": element.accessibility_label,
      data: { action: element.action_id || "" },
      on: { click: () => press(button, element, context) },
    },
    plain(element.text),
  );
  return button;
}

async function press(button, element, context) {
  if (button.getAttribute("aria-busy") === "true") return;
  const address = element.url ? safeUrl(element.url) : null;
  if (address) open(address, "_blank", "noopener,noreferrer");
  const fields = element.value === undefined ? {} : { value: element.value };
  const showBusy = () => button.setAttribute("aria-busy", "true");
  await context.form.act(context.blockId, element, { ...fields, text: element.text }, showBusy);
  button.removeAttribute("aria-busy");
}

export function drawOverflow(element, context) {
  const choose = (option) => {
    const address = option.url ? safeUrl(option.url) : null;
    if (address) open(address, "_blank", "noopener,noreferrer");
    context.form.act(context.blockId, element, { selected_option: option });
  };
  const items = (element.options || []).map((option) => ({
    content: optionLines(option),
    onChoose: () => choose(option),
  }));
  const button = h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      on: { click: () => openMenu(button, items, { label: "More actions", alignEnd: true }) },
    },
    icon("dots"),
  );
  return button;
}

/** An option's words and, under them, its description. */
export function optionLines(option) {
  return [
    h("span", { class: "option-text" }, plain(option.text)),
    option.description && h("span", { class: "option-more" }, plain(option.description)),
  ];
}

/** The address of an image given by URL or as a file of the workspace. */
export function imageAddress(element) {
  const file = element.slack_file;
  return safeUrl(element.image_url || file?.url || (file?.id ? `/page/files/${encodeURIComponent(file.id)}/` : ""));
}

export function drawImageElement(element, className = "thumb") {
  const address = imageAddress(element);
  if (!address) return h("span", { class: "quiet" }, element.alt_text || "");
  return h("img", { class: className, src: address, alt: element.alt_text || "", loading: "lazy" });
}
