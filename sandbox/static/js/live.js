// The web socket on which the server says that something changed.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/** Listens for `as` until `stop()`; `onNudge` gets each message, `onReturn` runs after a lost connection is back. */
export function listen(as, { onNudge, onReturn, onLost }) {
  const link = { socket: null, timer: 0, wait: FIRST_WAIT_MS, stopped: false, lost: false };

  function connect() {
    const address = new URL(`/page/live?as=${encodeURIComponent(as)}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.hash = "";
    link.socket = new WebSocket(address);
    link.socket.addEventListener("open", opened);
    link.socket.addEventListener("message", (event) => onNudge(JSON.parse(event.data)));
    link.socket.addEventListener("close", closed);
  }

  function opened() {
    link.wait = FIRST_WAIT_MS;
    if (link.lost) onReturn();
    link.lost = false;
  }

  function closed() {
    if (link.stopped) return;
    if (!link.lost) onLost();
    link.lost = true;
    link.timer = setTimeout(connect, link.wait);
    link.wait = Math.min(link.wait * 2, LONGEST_WAIT_MS);
  }

  connect();
  return function stop() {
    link.stopped = true;
    clearTimeout(link.timer);
    link.socket.close();
  };
}
