// Where the options of a select come from: the element itself, the bot, or the workspace.
// Every source answers with groups: [{label, options: [{key, text, more, pick}]}]; `pick` is what goes into the entry.

import { postAs } from "../api.js";
import { plain } from "../mrkdwn.js";
import { nameOf, store, titleOf } from "../store.js";

const DEFAULT_MIN_QUERY = 3;

function fromOption(option) {
  return { key: option.value, text: plain(option.text), more: plain(option.description), pick: option };
}

function grouped(body) {
  const groups = body.option_groups?.length ? body.option_groups : [{ label: null, options: body.options || [] }];
  return groups.map((group) => ({ label: plain(group.label), options: (group.options || []).map(fromOption) }));
}

function matching(groups, query) {
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return groups;
  const fits = (option) => `${option.text} ${option.more || ""}`.toLocaleLowerCase().includes(wanted);
  return groups
    .map((group) => ({ ...group, options: group.options.filter(fits) }))
    .filter((group) => group.options.length);
}

function people() {
  const options = store.people.map((person) => ({
    key: person.id,
    text: nameOf(person.id),
    more: person.title,
    pick: person.id,
  }));
  return [{ label: null, options }];
}

function places(element, onlyChannels) {
  const kinds = onlyChannels ? ["channel"] : allowedKinds(element.filter?.include);
  const fits = (one) => kinds.includes(one.kind) && !one.archived;
  const options = store.conversations.filter(fits).map((one) => ({
    key: one.id,
    text: one.kind === "im" || one.kind === "app" ? titleOf(one) : `#${titleOf(one)}`,
    more: null,
    pick: one.id,
  }));
  return [{ label: null, options }];
}

function allowedKinds(include) {
  const names = { public: "channel", private: "private", im: "im", mpim: "im" };
  return include ? include.map((name) => names[name]) : ["channel", "private", "im", "app"];
}

async function fromBot(element, context, query) {
  const { form, blockId } = context;
  const asked = { container: form.container, block_id: blockId, action_id: element.action_id, value: query };
  return grouped(await postAs("options", asked));
}

const WORKSPACE = {
  users: () => people(),
  conversations: (element) => places(element, false),
  channels: (element) => places(element, true),
};

/** The source of a select's options: `find(query)` resolves to groups; `minQuery` letters are needed first. */
export function optionSource(element, context) {
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  if (kind === "external") {
    const minQuery = element.min_query_length ?? DEFAULT_MIN_QUERY;
    return { kind, minQuery, find: (query) => fromBot(element, context, query) };
  }
  const all = kind === "static" ? () => grouped(element) : () => WORKSPACE[kind](element);
  return { kind, minQuery: 0, find: async (query) => matching(all(), query) };
}

/** What is chosen in an entry, as options with text. */
export function chosenOptions(entry, kind) {
  if (kind === "static" || kind === "external") {
    const picks = entry.selected_options || (entry.selected_option ? [entry.selected_option] : []);
    return picks.map(fromOption);
  }
  const one = kind.replace(/s$/, "");
  const ids = entry[`selected_${kind}`] || (entry[`selected_${one}`] ? [entry[`selected_${one}`]] : []);
  return ids.map((id) => ({ key: id, text: nameOfPlace(kind, id), more: null, pick: id }));
}

function nameOfPlace(kind, id) {
  if (kind === "users") return nameOf(id);
  const place = store.conversations.find((one) => one.id === id);
  return place ? `#${titleOf(place)}` : "private channel";
}

/** The fields of an entry for these choices. */
export function entryFields(element, kind, chosen) {
  const picks = chosen.map((option) => option.pick);
  const multi = element.type.startsWith("multi_");
  const name = kind === "static" || kind === "external" ? "option" : kind.replace(/s$/, "");
  return multi ? { [`selected_${name}s`]: picks } : { [`selected_${name}`]: picks[0] ?? null };
}
