// What is seen, heard and reached: names and landmarks for screen readers, answers read out, the end kept in view.

import { word } from "./language.js";
import { onNote } from "./notes.js";

const NAMES = [
  ["#chat-submit", word("send")],
  ["#stop-button", word("stop")],
  ["#chat-input", word("message")],
  ["#upload-button, #upload-button-loading, #upload-button-input", word("add_photo")],
  ["#new-chat-button", word("new_chat")],
  ["#search-chats-button", word("search")],
  ["#sidebar-trigger-button", word("conversations")],
  ["#thread-options", word("options")],
  ["#user-nav-button", word("account")],
  ["#chat-settings-open-modal, #chat-settings-header-button", word("settings")],
  ["button.positive-feedback-on, button.positive-feedback-off", word("useful")],
  ["button.negative-feedback-on, button.negative-feedback-off", word("not_useful")],
  ['button:has(> svg.lucide-copy), button:has(> svg.lucide-check):not([id])', word("copy")],
  ["button:has(> svg.lucide-arrow-down)", word("to_end")],
];
// What Chainlit's page calls otherwise than it is: an attribute and its value.
const ROLES = [
  ["#thread-options", "role", "button"],
  ['[data-sidebar="sidebar"]', "role", "navigation"],
  ['[data-sidebar="sidebar"]', "aria-label", word("conversations")],
  ['ul[data-sidebar="menu"]:has(> #thread-history)', "role", "none"],
  ['#starters img, img[alt="Image"]', "alt", ""],
  [".step h3[data-state]", "aria-level", "2"],
  ['[data-step-type="user_message"] img.inline-image', "alt", word("your_photo")],
];
const ANSWERS = '[data-step-type="assistant_message"]';
const BUTTONS = `${ANSWERS} .ai-message .flex-wrap > button[id]`;
const STILL_MS = 900;
const DRAWING_MS = 8000; // time in which the pictures of a conversation that is shown again come
const NEAR_PX = 160; // so near to the end one reads the end
const TITLE = word("title");

const live = document.createElement("div");
live.id = "telekom-live";
live.className = "telekom-unseen";
live.setAttribute("role", "log");
live.setAttribute("aria-live", "polite");
live.setAttribute("aria-label", word("answers"));

function say(words) {
  const line = document.createElement("p");
  line.textContent = words;
  live.append(line);
  while (live.childElementCount > 4) live.firstElementChild.remove();
}

function nameThings() {
  for (const [which, name] of NAMES) {
    for (const element of document.querySelectorAll(which)) {
      if (element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
    }
  }
  for (const [which, attribute, value] of ROLES) {
    for (const element of document.querySelectorAll(which)) {
      if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
    }
  }
  for (const thumb of document.querySelectorAll('button[class*="-feedback-o"]')) {
    thumb.setAttribute("aria-pressed", String(/-feedback-on/.test(thumb.className)));
  }
}

function markLandmarks() {
  let main = document.querySelector("main, [role=main]");
  if (!main) {
    main = document.querySelector("#root form")?.closest("#root > *") ?? null;
    main?.setAttribute("role", "main");
  }
  if (main && !main.querySelector("h1")) {
    const title = document.createElement("h1");
    title.className = "telekom-unseen";
    title.textContent = TITLE;
    main.prepend(title);
  }
}

/** Customers' words hold no links: whatever address stands in a message stays text. */
function takeLinksAway() {
  for (const link of document.querySelectorAll(".message-content a[href]")) {
    if (link.origin !== window.location.origin) link.removeAttribute("href");
  }
}

let spoken = null; // the last answer that was read out
let wasWorking = false;
let still = 0;

function readOut() {
  const answers = document.querySelectorAll(ANSWERS);
  const last = answers[answers.length - 1];
  if (!last || document.getElementById("stop-button")) return;
  const said = last.querySelector(".message-content")?.innerText.trim() ?? "";
  const words = said && last.dataset.author ? `${last.dataset.author}: ${said}` : said;
  if (!words || words === spoken) return;
  const isFirstSight = spoken === null && answers.length > 1; // an old conversation is not read out as a whole
  spoken = words;
  if (!isFirstSight) say(words);
  const offered = [...document.querySelectorAll(BUTTONS)].map((button) => button.innerText.trim());
  if (offered.length) say(word("choices", { names: offered.join(", ") }));
}

function follow() {
  const isWorking = document.getElementById("stop-button") !== null;
  if (isWorking && !wasWorking) say(word("preparing"));
  wasWorking = isWorking;
  clearTimeout(still);
  still = setTimeout(readOut, STILL_MS);
}

function scrollerOf(element) {
  for (let one = element?.parentElement; one; one = one.parentElement) {
    if (one.scrollHeight > one.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return null;
}

let seen = new Set();
let pressed = false;

function keepEndInView() {
  const buttons = [...document.querySelectorAll(BUTTONS)];
  const areNew = buttons.some((button) => !seen.has(button.id));
  seen = new Set(buttons.map((button) => button.id));
  if (!areNew) return;
  const scroller = scrollerOf(buttons[buttons.length - 1]);
  if (scroller) scroller.scrollTop = scroller.scrollHeight;
}

let answersSeen = 0;
let questionsSeen = 0;
let endUntil = 0;

/** The end stays in view while a conversation is shown again and its pictures come, and after a pressed answer. */
function keepReopenedEnd() {
  const answers = document.querySelectorAll(ANSWERS);
  const isWorking = document.getElementById("stop-button") !== null;
  const isShownAgain = answersSeen === 0 && answers.length > 0 && questionsSeen === 0; // both came at once
  const isOver = endUntil === Infinity && wasWorking && !isWorking;
  if (isShownAgain || isOver) endUntil = Date.now() + DRAWING_MS;
  answersSeen = answers.length;
  questionsSeen = document.querySelectorAll('[data-step-type="user_message"]').length;
  if (Date.now() > endUntil) return;
  const scroller = scrollerOf(answers[answers.length - 1]);
  if (scroller) scroller.scrollTop = scroller.scrollHeight;
}

/** What a colleague says comes into view, unless the customer reads further up. */
onNote("coming", () => {
  const scroller = scrollerOf(document.querySelector(ANSWERS));
  const below = scroller ? scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight : 0;
  if (below < NEAR_PX) endUntil = Math.max(endUntil, Date.now() + DRAWING_MS / 4);
});

for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  document.addEventListener(kind, () => (endUntil = 0), { capture: true, passive: true });
}

/** A pressed answer goes away with its question: the keyboard goes on at the box, a finger at the answer. */
function keepFocus() {
  if (!pressed || document.activeElement !== document.body) return;
  pressed = false;
  if (window.matchMedia("(pointer: fine)").matches) {
    document.getElementById("chat-input")?.focus({ preventScroll: true });
    return;
  }
  const steps = document.querySelectorAll(".step");
  const last = steps[steps.length - 1];
  last?.setAttribute("tabindex", "-1");
  last?.focus({ preventScroll: true });
}

const notePress = (event) => {
  pressed = Boolean(event.target.closest?.(BUTTONS));
  if (pressed) endUntil = Infinity;
};

document.addEventListener("click", notePress, true);

let isPlanned = false;

function look() {
  isPlanned = false;
  if (!live.isConnected) document.body.append(live);
  nameThings();
  markLandmarks();
  keepEndInView();
  keepReopenedEnd();
  keepFocus();
  follow();
}

new MutationObserver(() => {
  takeLinksAway(); // at once, before it is drawn
  if (isPlanned) return;
  isPlanned = true;
  requestAnimationFrame(look);
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
