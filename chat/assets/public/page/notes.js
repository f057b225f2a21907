// Notes between this script and the server, carried by Chainlit's window messages.

export const ROOT = document.querySelector('meta[property="og:root_path"]')?.content || "/chat";

const listeners = new Map();

/** Call a function with each note of this kind that the server sends. */
export function onNote(kind, listener) {
  listeners.set(kind, [...(listeners.get(kind) || []), listener]);
}

/** Send a note to the server; it is lost where there is no connection. */
export function sendNote(kind) {
  window.postMessage({ telekom: kind }, window.location.origin);
}

window.addEventListener("message", (event) => {
  if (event.source !== window || event.origin !== window.location.origin) return;
  const note = event.data;
  if (note && typeof note === "object") listeners.get(note.telekom)?.forEach((listener) => listener(note));
});
