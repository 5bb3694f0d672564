// rich_text blocks: sections, lists, quotes and preformatted text with styled pieces.

import { dateToken } from "../dates.js";
import { h, link } from "../dom.js";
import { emoji } from "../emoji.js";
import { channelName, codeBlock, mention } from "../mrkdwn.js";
import { nameOf } from "../store.js";

const STYLES = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

/** Draws the elements of a rich_text block (or of a table cell). */
export function drawRichText(block) {
  return h("div", { class: "rich" }, (block.elements || []).map(drawPart));
}

function drawPart(part) {
  const pieces = part.elements || [];
  if (part.type === "rich_text_list") return drawList(part);
  if (part.type === "rich_text_preformatted") return codeBlock(pieces.map(pieceText).join(""));
  if (part.type === "rich_text_quote") return h("blockquote", {}, pieces.map(drawPiece));
  return h("div", { class: "lines" }, pieces.map(drawPiece));
}

function drawList(part) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const depth = Math.min(part.indent || 0, 8);
  const start = tag === "ol" && part.offset ? { start: part.offset + 1 } : {};
  return h(
    tag,
    { class: `depth-${depth}`, ...start },
    (part.elements || []).map((item) => h("li", {}, (item.elements || []).map(drawPiece))),
  );
}

function pieceText(piece) {
  return piece.text ?? piece.url ?? piece.fallback ?? "";
}

const PIECES = {
  text: (piece) => piece.text,
  link: (piece) => link(piece.url, piece.text || piece.url),
  emoji: (piece) => emojiPiece(piece),
  user: (piece) => mention(`@${nameOf(piece.user_id)}`),
  usergroup: () => mention("@group"),
  channel: (piece) => mention(`#${channelName(piece.channel_id)}`),
  broadcast: (piece) => mention(`@${piece.range}`),
  date: (piece) => datePiece(piece),
  color: (piece) => piece.value,
};

function drawPiece(piece) {
  const inner = (PIECES[piece.type] || pieceText)(piece);
  return STYLES.reduce(
    (node, [style, tag]) => (piece.style?.[style] ? h(tag, { class: style === "code" ? "code" : null }, node) : node),
    inner,
  );
}

function emojiPiece(piece) {
  if (!piece.unicode) return emoji(piece.name) || `:${piece.name}:`;
  return String.fromCodePoint(...piece.unicode.split("-").map((code) => parseInt(code, 16)));
}

function datePiece(piece) {
  const words = dateToken(piece.timestamp, piece.format || "{date}") || piece.fallback || "";
  return piece.url ? link(piece.url, words) : h("time", { title: piece.fallback }, words);
}
