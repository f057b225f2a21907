// Each message has its time: that of the record where the conversation is shown again, else that of its first sight.

import { onNote } from "./notes.js";

const MESSAGES = '.step[data-step-type$="_message"]';
const known = new Map(); // time by the id of the message

const sameDay = (one, other) => one.toDateString() === other.toDateString();

function words(at) {
  const clock = at.toLocaleTimeString("tr-TR", { hour: "2-digit", minute: "2-digit" });
  if (sameDay(at, new Date())) return clock;
  return `${at.toLocaleDateString("tr-TR", { day: "numeric", month: "long" })} ${clock}`;
}

function mark() {
  for (const message of document.querySelectorAll(MESSAGES)) {
    const id = message.querySelector('[id^="step-"]')?.id.slice("step-".length);
    if (!id) continue;
    if (!known.has(id)) known.set(id, new Date());
    const shown = words(known.get(id));
    if (message.dataset.time !== shown) message.dataset.time = shown;
  }
}

onNote("times", ({ times }) => {
  for (const [id, at] of Object.entries(times || {})) known.set(id, new Date(at));
  mark();
});

new MutationObserver(mark).observe(document.documentElement, { childList: true, subtree: true });
