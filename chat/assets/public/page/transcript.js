// The conversation as a text file, made by the server from its records.

import { word } from "./language.js";
import { onNote, sendNote } from "./notes.js";

const PICTURE =
  '<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" ' +
  'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">' +
  '<path d="M12 15V3"/><path d="m7 10 5 5 5-5"/><path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/></svg>';

function offer() {
  const before = document.getElementById("theme-toggle");
  const hasMessages = document.querySelector('[data-step-type="user_message"]') !== null;
  const button = document.getElementById("telekom-transcript");
  if (button) button.hidden = !hasMessages;
  if (!before || button || !hasMessages) return;
  const made = document.createElement("button");
  made.id = "telekom-transcript";
  made.type = "button";
  made.title = word("transcript");
  made.setAttribute("aria-label", word("transcript"));
  made.innerHTML = PICTURE;
  made.addEventListener("click", () => sendNote("transcript"));
  before.before(made);
}

onNote("transcript", ({ text, name }) => {
  if (typeof text !== "string") return; // our own wish, which every window message passes
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

new MutationObserver(offer).observe(document.documentElement, { childList: true, subtree: true });
