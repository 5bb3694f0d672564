// Slack's own light mark-up, drawn as nodes.

import { dateToken } from "./dates.js";
import { h, icon, link } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { conversationById, nameOf, titleOf } from "./store.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Turns Slack's three escapes back into their characters. */
export function unescape(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

/** Draws a text object (`mrkdwn` or `plain_text`) as inline or block nodes. */
export function drawText(object) {
  if (!object) return [];
  if (typeof object === "string") return [object];
  if (object.type === "mrkdwn") return drawMrkdwn(object.text);
  return [h("span", { class: "plain" }, plain(object))];
}

/** The characters of a plain text object, with emoji unless it asks for none. */
export function plain(object) {
  if (!object) return "";
  if (typeof object === "string") return object;
  return object.emoji === false ? object.text : withEmoji(object.text);
}

/** Draws mrkdwn: fenced code first, then lines. */
export function drawMrkdwn(text) {
  const parts = String(text).split(/```([\s\S]+?)```/);
  return parts.flatMap((part, index) => (index % 2 ? [codeBlock(codeText(part))] : drawLines(part)));
}

/** A block of code with a button that copies it. */
export function codeBlock(text) {
  const body = text.replace(/^\n|\n$/g, "");
  const words = h("span", {}, "Copy");
  const button = h(
    "button",
    { type: "button", class: "copy", on: { click: () => copy(body, words) } },
    icon("copy"),
    words,
  );
  return h(
    "div",
    { class: "code-block" },
    h("pre", { tabindex: "0", role: "group", "aria-label": "Code" }, h("code", {}, body)),
    button,
  );
}

async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
    words.textContent = "Copied";
  } catch {
    words.textContent = "Could not copy";
  }
  setTimeout(() => (words.textContent = "Copy"), 1600);
}

function codeText(raw) {
  return unescape(raw.replace(/<([^<>|\n]+)(?:\|([^<>\n]+))?>/g, (_, target, label) => label || target));
}

const KINDS = [
  { kind: "quote", pattern: /^(?:&gt;|>)\s?(.*)$/ },
  { kind: "item", pattern: /^(\s*)([•◦▪]|-|\d+\.)\s+(.+)$/ },
];

function kindOf(line) {
  for (const { kind, pattern } of KINDS) {
    const match = pattern.exec(line);
    if (match) return { kind, match };
  }
  return { kind: "text", match: [line, line] };
}

function drawLines(text) {
  const nodes = [];
  let run = [];
  let open = null;
  for (const line of text.replace(/^\n+|\n+$/g, "").split("\n")) {
    const { kind, match } = kindOf(line);
    if (kind !== open) {
      nodes.push(...drawRun(open, run));
      run = [];
    }
    run.push(match);
    open = kind;
  }
  nodes.push(...drawRun(open, run));
  return nodes;
}

function drawRun(kind, run) {
  if (!run.length) return [];
  if (kind === "item") return run.map(drawItem);
  const body = run.map((match) => match[1]).join("\n");
  if (kind === "quote") return [h("blockquote", {}, inline(body))];
  return [h("span", { class: body === "" ? "gap" : "lines" }, inline(body))];
}

function drawItem([, indent, mark, body]) {
  return h(
    "span",
    { class: indent ? "item deep" : "item" },
    h("span", { class: "item-mark" }, `${mark} `),
    h("span", {}, inline(body)),
  );
}

// A mark opens after a non-letter and before a non-space, and closes the other way round. Slack counts the
// zero-width space as a space, so the patterns do too.
const SPACE = "[\\s\\u200b]";
function marked(mark) {
  return new RegExp(`[${mark}](?!${SPACE}|[${mark}])([^\\n]*?[^\\s\\u200b${mark}])[${mark}](?![\\p{L}\\p{N}])`, "uy");
}

const RULES = {
  "<": [{ pattern: /<([^<>\n]+)>/y, draw: (match) => drawToken(match[1]) }],
  "`": [{ pattern: /`([^`\n]+)`/y, draw: (match) => h("code", { class: "code" }, codeText(match[1])) }],
  "*": [{ pattern: marked("*"), atWordStart: true, draw: (match) => h("strong", {}, inline(match[1])) }],
  _: [{ pattern: marked("_"), atWordStart: true, draw: (match) => h("em", {}, inline(match[1])) }],
  "~": [{ pattern: marked("~"), atWordStart: true, draw: (match) => h("s", {}, inline(match[1])) }],
  ":": [{ pattern: /:([a-z0-9_+-]+):/y, draw: (match) => emoji(match[1]) }],
};

/** Draws one run of mrkdwn without line structure. */
export function inline(text) {
  const nodes = [];
  let start = 0;
  for (let at = 0; at < text.length;) {
    const found = ruleAt(text, at);
    if (!found) {
      at += 1;
      continue;
    }
    if (at > start) nodes.push(unescape(text.slice(start, at)));
    nodes.push(found.node);
    at = start = found.end;
  }
  if (start < text.length) nodes.push(unescape(text.slice(start)));
  return nodes;
}

function ruleAt(text, at) {
  for (const rule of RULES[text[at]] || []) {
    if (rule.atWordStart && at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1])) continue;
    rule.pattern.lastIndex = at;
    const match = rule.pattern.exec(text);
    const end = rule.pattern.lastIndex;
    const node = match && rule.draw(match);
    if (node) return { node, end };
  }
  return null;
}

function drawToken(token) {
  const [target, ...rest] = token.split("|");
  const label = rest.length ? unescape(rest.join("|")) : null;
  if (target.startsWith("@")) return mention(`@${nameOf(target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${channelName(target.slice(1), label)}`);
  if (target.startsWith("!")) return drawSpecial(target.slice(1), label);
  const address = unescape(target);
  return link(address, label || address.replace(/^mailto:/, ""));
}

/** A person, channel or group named inside a text. */
export function mention(text) {
  return h("span", { class: "mention" }, text);
}

/** The name of a channel for a mention, with the writer's own words for one the reader cannot see. */
export function channelName(id, fallback) {
  const conversation = conversationById(id);
  return conversation ? titleOf(conversation) : fallback || "private channel";
}

function drawSpecial(token, label) {
  const [name, ...parts] = token.split("^");
  if (name === "date") return drawDate(parts, label);
  if (name === "subteam") return mention(label || "@group");
  if (["channel", "here", "everyone"].includes(name)) return mention(`@${name}`);
  return h("span", {}, label || `<${name}>`);
}

function drawDate([seconds, pattern = "", target], label) {
  const words = dateToken(seconds, unescape(pattern)) || label || "";
  return target ? link(unescape(target), words) : h("time", { title: label }, words);
}
