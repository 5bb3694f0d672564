// Block Kit: one function draws a list of blocks; a table says which function draws which type.

import { freshId, h, safeUrl } from "../dom.js";
import { drawMrkdwn, drawText, plain } from "../mrkdwn.js";
import { drawCheckboxes, drawRadioButtons } from "./choices.js";
import { drawButton, drawImageElement, drawOverflow, imageAddress } from "./elements.js";
import { drawFileInput } from "./files.js";
import { drawRichText } from "./richtext.js";
import { drawSelect } from "./select.js";
import { drawMomentInput, drawPlainTextInput, drawTypedInput } from "./text-inputs.js";

const ELEMENTS = {
  button: drawButton,
  overflow: drawOverflow,
  image: (element) => drawImageElement(element),
  checkboxes: drawCheckboxes,
  radio_buttons: drawRadioButtons,
  plain_text_input: drawPlainTextInput,
  email_text_input: drawTypedInput,
  url_text_input: drawTypedInput,
  number_input: drawTypedInput,
  file_input: drawFileInput,
  datepicker: drawMomentInput,
  timepicker: drawMomentInput,
  datetimepicker: drawMomentInput,
  workflow_button: drawButton,
};

const BLOCKS = {
  section: drawSection,
  header: (block) => h("h3", { class: "heading" }, plain(block.text)),
  context: drawContext,
  divider: () => h("hr", { class: "rule" }),
  actions: drawActions,
  input: drawInput,
  image: drawImage,
  rich_text: drawRichText,
  table: drawTable,
  markdown: (block) => h("div", { class: "text" }, drawMrkdwn(block.text)),
};

/**
 * Draws blocks.
 * @param form the Form that keeps what is entered in them
 * @param errors texts by block_id, shown at their fields
 */
export function drawBlocks(blocks, form, errors = {}) {
  form.startDrawing();
  const nodes = (blocks || []).map((block) => drawBlock(block, form, errors));
  form.endDrawing();
  return nodes;
}

function drawBlock(block, form, errors) {
  const draw = BLOCKS[block.type];
  const body = draw
    ? draw(block, form, errors[block.block_id])
    : h("p", { class: "quiet" }, `This page cannot draw a block of type ${block.type}.`);
  return h(
    "div",
    { class: `block block-${block.type.replaceAll("_", "-")}`, data: { block: block.block_id || "" } },
    body,
  );
}

function drawElement(element, context) {
  const draw = ELEMENTS[element.type] || (element.type.endsWith("_select") ? drawSelect : null);
  return draw
    ? draw(element, context)
    : h("p", { class: "quiet" }, `This page cannot draw an element of type ${element.type}.`);
}

/** An element outside an input block: it acts at once, and its placeholder is its name. */
function drawActing(element, block, form) {
  const name = plain(element.placeholder);
  const nameless = ["checkboxes", "radio_buttons"].includes(element.type);
  const aria = { "aria-label": name || (nameless ? "Options" : null) };
  return drawElement(element, { form, blockId: block.block_id, aria, dispatch: true, optional: false });
}

function drawSection(block, form) {
  const text = block.text && h("div", { class: "text" }, drawText(block.text));
  const fields =
    block.fields &&
    h(
      "div",
      { class: "fields" },
      block.fields.map((field) => h("div", { class: "text" }, drawText(field))),
    );
  const accessory = block.accessory && h("div", { class: "accessory" }, drawActing(block.accessory, block, form));
  const words = h("div", { class: "section-words" }, text, fields);
  return accessory ? h("div", { class: "section-row" }, words, accessory) : words;
}

function drawContext(block) {
  const pieces = (block.elements || []).map((element) =>
    element.type === "image"
      ? drawImageElement(element, "context-image")
      : h("span", { class: "text" }, drawText(element)),
  );
  return h("div", { class: "context-row" }, pieces);
}

function drawActions(block, form) {
  return h(
    "div",
    { class: "actions-row" },
    (block.elements || []).map((element) => drawActing(element, block, form)),
  );
}

function drawInput(block, form, error) {
  const [fieldId, labelId, hintId, errorId] = ["field", "label", "hint", "error"].map(freshId);
  const described = [block.hint && hintId, error && errorId].filter(Boolean).join(" ");
  const aria = {
    id: fieldId,
    "aria-labelledby": labelId,
    "aria-describedby": described || null,
    "aria-invalid": error ? "true" : null,
    "aria-required": block.optional ? null : "true",
  };
  const context = {
    form,
    blockId: block.block_id,
    aria,
    dispatch: block.dispatch_action === true,
    optional: block.optional === true,
  };
  return h(
    "div",
    { class: error ? "input-block wrong" : "input-block" },
    h(
      "label",
      { id: labelId, for: fieldId, class: "input-label" },
      plain(block.label),
      block.optional && h("span", { class: "optional" }, " (optional)"),
    ),
    drawElement(block.element, context),
    block.hint && h("p", { class: "hint", id: hintId }, plain(block.hint)),
    error && h("p", { class: "field-error", id: errorId, role: "alert" }, error),
  );
}

function drawImage(block) {
  const address = imageAddress(block);
  const picture = h("img", { class: "block-picture", src: address || "", alt: block.alt_text || "", loading: "lazy" });
  return h(
    "figure",
    {},
    block.title && h("figcaption", {}, plain(block.title)),
    address && safeUrl(address)
      ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, picture)
      : block.alt_text || "",
  );
}

function drawTable(block) {
  const [head = [], ...rows] = block.rows || [];
  const cells = (tag, row) =>
    row.map((cell, index) =>
      h(
        tag,
        { class: cellClass(cell, block.column_settings?.[index]), scope: tag === "th" ? "col" : null },
        drawCell(cell),
      ),
    );
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, cells("th", head))),
      h(
        "tbody",
        {},
        rows.map((row) => h("tr", {}, cells("td", row))),
      ),
    ),
  );
}

/** A short word, such as a date or a domain, is never broken; longer ones may be, so that all columns fit. */
function cellClass(cell, settings) {
  const whole = cell.type !== "rich_text" && /^\S{1,22}$/.test(cell.text ?? "");
  return (
    [settings?.align && `align-${settings.align}`, settings?.is_wrapped && "wrapped", whole && "whole"]
      .filter(Boolean)
      .join(" ") || null
  );
}

function drawCell(cell) {
  if (cell.type === "rich_text") return drawRichText(cell);
  return cell.text === undefined ? String(cell.value ?? "") : cell.text;
}
