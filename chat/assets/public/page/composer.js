// What is typed while the page connects, or goes over to the last conversation, is not lost: Chainlit's page draws its
// box anew then, and the new one is empty. An Enter that it did not take then counts as soon as it can be taken.

import { isOffline } from "./connection.js";

const LOOK_MS = 150;
const LATEST_MS = 20_000; // later the customer may no longer mean it: the words stay in the box

let box = null;
let words = "";
let wasSent = false;
let isFocused = false;

/** Tell whether the last words in the box were sent: their message may not stand on the page yet. */
export const hasSent = () => wasSent;

const isBox = (element) => element?.id === "chat-input";

document.addEventListener(
  "input",
  (event) => {
    if (!isBox(event.target)) return;
    box = event.target;
    words = box.value;
    wasSent = false;
  },
  true,
);

// The box is emptied by what sends it; a box that is emptied by nobody was drawn anew.
const noteSending = (event) => {
  const byKey = event.type === "keydown" && event.key === "Enter" && !event.shiftKey && isBox(event.target);
  if (byKey || event.target.closest?.("#chat-submit, #starters button")) wasSent = true;
};
document.addEventListener("keydown", noteSending, true);
document.addEventListener("click", noteSending, true);

/** Write something into the box, as if it were typed. */
export function fill(typed) {
  const shown = document.getElementById("chat-input");
  if (!shown) return;
  const { set } = Object.getOwnPropertyDescriptor(window.HTMLTextAreaElement.prototype, "value");
  set.call(shown, typed); // React notices what its own setter is told
  shown.dispatchEvent(new Event("input", { bubbles: true }));
}

// A box that is drawn anew below the customer's hands has the keyboard again: on a phone it would not by itself.
document.addEventListener("focusin", (event) => (isFocused = isBox(event.target)), true);
document.addEventListener("pointerdown", (event) => (isFocused &&= isBox(event.target)), true);

function restore() {
  const shown = document.getElementById("chat-input");
  if (!shown || shown === box || box?.isConnected) return;
  const kept = words;
  box = shown;
  if (isFocused && document.activeElement === document.body) shown.focus({ preventScroll: true });
  if (!wasSent && kept && !shown.value) fill(kept);
}

// Where there is no such button an answer is being written: a second "evet" must not wait for a question nobody has read.
const sendButton = () => document.getElementById("chat-submit");

function sendWhenReady(typed, latest) {
  const button = sendButton();
  const isUnsent = document.getElementById("chat-input")?.value === typed;
  if (!button || !isUnsent || isOffline() || Date.now() > latest) return;
  if (button.disabled) setTimeout(sendWhenReady, LOOK_MS, typed, latest);
  else button.click();
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !isBox(event.target)) return;
    const typed = event.target.value;
    if (sendButton() && typed.trim()) setTimeout(sendWhenReady, LOOK_MS, typed, Date.now() + LATEST_MS);
  },
  true,
);

new MutationObserver(restore).observe(document.documentElement, { childList: true, subtree: true });
