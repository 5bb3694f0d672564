// What a person has entered in one view or message, apart from how it is drawn:
// drawing again (views.update) keeps what was typed where block_id and action_id stay.

import { ApiError, postAs } from "./api.js";
import { confirmed } from "./confirm.js";
import { toast } from "./toast.js";

const INITIAL = {
  plain_text_input: (e) => ({ value: e.initial_value ?? null }),
  email_text_input: (e) => ({ value: e.initial_value ?? null }),
  url_text_input: (e) => ({ value: e.initial_value ?? null }),
  number_input: (e) => ({ value: e.initial_value ?? null }),
  file_input: () => ({ files: [] }),
  datepicker: (e) => ({ selected_date: e.initial_date ?? null }),
  timepicker: (e) => ({ selected_time: e.initial_time ?? null }),
  datetimepicker: (e) => ({ selected_date_time: e.initial_date_time ?? null }),
  checkboxes: (e) => ({ selected_options: e.initial_options ?? [] }),
  radio_buttons: (e) => ({ selected_option: e.initial_option ?? null }),
  static_select: (e) => ({ selected_option: e.initial_option ?? null }),
  external_select: (e) => ({ selected_option: e.initial_option ?? null }),
  users_select: (e) => ({ selected_user: e.initial_user ?? null }),
  conversations_select: (e) => ({ selected_conversation: e.initial_conversation ?? null }),
  channels_select: (e) => ({ selected_channel: e.initial_channel ?? null }),
  multi_static_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  multi_external_select: (e) => ({ selected_options: e.initial_options ?? [] }),
  multi_users_select: (e) => ({ selected_users: e.initial_users ?? [] }),
  multi_conversations_select: (e) => ({ selected_conversations: e.initial_conversations ?? [] }),
  multi_channels_select: (e) => ({ selected_channels: e.initial_channels ?? [] }),
};

export class Form {
  /** @param container where the blocks stand, as `/page/action` wants it: a message or a view. */
  constructor(container) {
    this.container = container;
    this.entries = new Map();
    this.seen = new Set();
    this.arrived = Promise.resolve(); // when every file that was put in is with Slack
  }

  /** Call before and after drawing: entries of inputs that are gone are forgotten. */
  startDrawing() {
    this.seen = new Set();
  }

  endDrawing() {
    for (const key of this.entries.keys()) {
      if (!this.seen.has(key)) this.entries.delete(key);
    }
  }

  /** The present entry of an input, its initial one when it is new. */
  entry(blockId, element) {
    const key = keyOf(blockId, element);
    const known = this.entries.get(key);
    this.seen.add(key);
    if (known && known.entry.type === element.type) return known.entry;
    const entry = { type: element.type, ...INITIAL[element.type]?.(element) };
    this.entries.set(key, { blockId, actionId: element.action_id, entry });
    return entry;
  }

  /** Notes what a person entered, without telling the bot. */
  set(blockId, element, fields) {
    const entry = { type: element.type, ...fields };
    this.entries.set(keyOf(blockId, element), { blockId, actionId: element.action_id, entry });
  }

  /** All entries as Slack's `state.values`. */
  values() {
    const values = {};
    for (const { blockId, actionId, entry } of this.entries.values()) {
      values[blockId] = { ...values[blockId], [actionId]: entry };
    }
    return values;
  }

  /**
   * Sends an action to the bot, after the element's confirm dialog. True when it was sent.
   * @param onSend called once the person has confirmed
   */
  async act(blockId, element, fields, onSend = () => {}) {
    if (element.confirm && !(await confirmed(element.confirm))) return false;
    onSend();
    const action = { block_id: blockId, action_id: element.action_id, type: element.type, ...fields };
    try {
      await postAs("action", { container: this.container, action, state: this.values() });
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(error.message, "bad");
      return false;
    }
  }
}

/** The key under which an input's entry is kept and found again after drawing. */
export function keyOf(blockId, element) {
  return `${blockId}\n${element.action_id}`;
}
