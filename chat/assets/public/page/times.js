// Each message has its time: that of the record where the conversation is shown again, else that of its first sight.

import { locale } from "./language.js";
import { onNote } from "./notes.js";

const MESSAGES = '.step[data-step-type$="_message"]';
const known = new Map(); // time by the id of the message

const zone = { timeZone: "Europe/Istanbul" }; // the operator's, as in every answer
const clock = new Intl.DateTimeFormat(locale, { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(locale, { ...zone, day: "numeric", month: "long" });

function words(at) {
  const isToday = day.format(at) === day.format(new Date());
  return isToday ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
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
