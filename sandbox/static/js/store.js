// What the page knows: the person acting and the state the server gave for them.

export const store = {
  as: null,
  workspace: { id: "", name: "", domain: "" },
  me: { id: "", name: "", real_name: "", locale: "en-US", tz: "UTC" },
  people: [],
  conversations: [],
  app: { id: "", bot_user_id: "", name: "", initials: "" },
  commands: [],
  day: { now: null, moved_days: 0 },
  bot: { reachable: true, last_error: null },
  news: { mail: 0 },
  clockAhead: 0,
};

/** Takes over a fresh `/page/state`. */
export function takeState(state) {
  Object.assign(store, state);
  store.as = state.me.id;
  store.clockAhead = state.day?.now ? Date.parse(state.day.now) - Date.now() : 0;
}

/** The sandbox's present moment, which the day tool may have moved ahead of the real one. */
export function now() {
  return new Date(Date.now() + store.clockAhead);
}

export function personById(id) {
  return store.people.find((person) => person.id === id) || null;
}

export function conversationById(id) {
  return store.conversations.find((conversation) => conversation.id === id) || null;
}

/** The app's own conversation with the person acting. */
export function appConversation() {
  return store.conversations.find((conversation) => conversation.kind === "app") || null;
}

/** The name shown for a user or bot id; never the id itself. */
export function nameOf(id) {
  if (id === store.app.bot_user_id || id === store.app.id) return store.app.name;
  const person = personById(id);
  return person ? person.real_name || person.name : "someone";
}

/** The name shown for a conversation, without its mark. */
export function titleOf(conversation) {
  if (conversation.kind === "app") return store.app.name;
  if (conversation.kind === "im" && conversation.with) return nameOf(conversation.with);
  return conversation.name;
}
