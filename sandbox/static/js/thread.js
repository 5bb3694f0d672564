// The pane beside a conversation that shows one thread.

import { getAs } from "./api.js";
import { drawComposer } from "./composer.js";
import { coalesced, h, iconButton } from "./dom.js";
import { MessageList } from "./message-list.js";
import { go } from "./route.js";
import { conversationById, titleOf } from "./store.js";

/** Shows the thread of `ts`; the answer is what live updates talk to. */
export function openThread(root, conversation, ts) {
  const list = new MessageList("Thread");
  const composer = drawComposer({ conversation, name: "", threadTs: ts });
  const place = conversationById(conversation);
  root.replaceChildren(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        { class: "head-row" },
        h("h2", { class: "head-title" }, "Thread"),
        h("p", { class: "head-topic" }, place ? titleOf(place) : ""),
        iconButton("close", "Close thread", () => go({ thread: null })),
      ),
    ),
    list.node,
    composer.node,
  );
  root.hidden = false;
  composer.focus();
  const refresh = coalesced(async () => {
    const { messages } = await getAs("thread", { conversation, ts });
    list.show(messages, h("p", { class: "quiet" }, "This thread is gone."));
  });
  return { ts, refresh };
}

export function closeThread(root) {
  root.hidden = true;
  root.replaceChildren();
}
