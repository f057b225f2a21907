// A lost connection: a quiet bar, the words kept, and the conversation as it is once the server is back.
//
// Chainlit's page takes any failure of a request for its user as a log-out, and leaves for the login page, or for the
// browser's error page where there is no network. Here such a request waits until the server answers.

import { word } from "./language.js";
import { ROOT, sendNote } from "./notes.js";

const WAITING = ["/user", "/auth/config", "/project/settings", "/project/translations", "/project/threads"];
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 4000;
const GRACE_MS = 1500; // a connection that is back by then was changed, not lost

let socket = null; // the open connection
let wasLost = false;
let unanswered = 0; // requests that wait for the server
let timer = 0;

export const isConnected = () => socket !== null && !isOffline();
export const isOffline = () => !navigator.onLine || wasLost || unanswered > 0;

function show() {
  let bar = document.getElementById("telekom-connection");
  if (!bar) {
    bar = document.createElement("div");
    bar.id = "telekom-connection";
    bar.setAttribute("role", "status");
    document.body.append(bar);
  }
  bar.textContent = isOffline() ? word("offline") : "";
  bar.hidden = !isOffline();
}

const pause = (milliseconds) =>
  new Promise((resolve) => {
    const end = setTimeout(resolve, milliseconds);
    window.addEventListener("online", () => (clearTimeout(end), resolve()), { once: true });
  });

const plainFetch = window.fetch.bind(window);

window.fetch = async (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : input, window.location.href);
  const waits = url.origin === window.location.origin && WAITING.includes(url.pathname.slice(ROOT.length));
  if (!waits) return plainFetch(input, init);
  let counted = false;
  try {
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      try {
        const answer = await plainFetch(input, init);
        if (answer.status < 500) return answer;
      } catch (error) {
        if (init.signal?.aborted) throw error;
      }
      if (!counted) unanswered += 1;
      counted = true;
      show();
      await pause(wait);
    }
  } finally {
    if (counted) unanswered -= 1;
    if (counted) show();
  }
};

function opened(connection) {
  clearTimeout(timer);
  socket = connection;
  const returned = wasLost;
  wasLost = false;
  show();
  if (returned) setTimeout(() => sendNote("sync"), 300); // behind Chainlit's own greeting
}

function closed(connection) {
  if (socket === connection) socket = null;
  if (connection.isLeft) return;
  clearTimeout(timer);
  const gone = () => ((wasLost = true), show());
  if (connection.isDropped || !navigator.onLine) gone();
  else timer = setTimeout(gone, GRACE_MS);
}

const PlainSocket = window.WebSocket;

window.WebSocket = class extends PlainSocket {
  constructor(url, ...rest) {
    super(url, ...rest);
    if (!String(url).includes("/ws/socket.io")) return;
    this.addEventListener("message", ({ data }) => {
      if (typeof data === "string" && data.startsWith("40")) opened(this);
    });
    this.addEventListener("close", (event) => {
      this.isDropped = !event.wasClean;
      closed(this);
    });
  }

  send(data) {
    if (typeof data === "string" && data.startsWith("41")) this.isLeft = true; // the page leaves by itself
    super.send(data);
  }
};

window.addEventListener("offline", () => {
  wasLost = true;
  show();
});

window.addEventListener("online", () => {
  // What stood open before may be dead without knowing it: a new one is certain.
  if (socket) socket.close();
  else show();
});

let hiddenSince = 0;

document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenSince = Date.now();
  else if (Date.now() - hiddenSince > 2000) sendNote("look"); // another tab may have gone on
});

// Nothing is sent into a dead connection: the words stay in the box.
const keepWords = (event) => {
  if (!isOffline()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
};

document.addEventListener(
  "keydown",
  (event) => event.key === "Enter" && !event.shiftKey && event.target.id === "chat-input" && keepWords(event),
  true,
);
document.addEventListener("click", (event) => event.target.closest?.("#chat-submit") && keepWords(event), true);
