// What the visitor has chosen for this browser, as switches in the menu of the visitor's own picture.

import { word } from "./language.js";

const offered = [];
const keyOf = (name) => `telekom-${name}`;

/** Tell whether something is switched on. */
export function isOn(name) {
  const choice = offered.find((each) => each.name === name);
  return choice !== undefined && (localStorage.getItem(keyOf(name)) ?? choice.first) === "on";
}

/** Offer a switch: its entry of the words, "on" or "off" at first, what to do once it is changed, and a hint. */
export function offerChoice(name, first, changed = () => {}, hint = "") {
  offered.push({ name, first, changed, hint });
}

function made(choice, like) {
  const item = document.createElement("button");
  item.type = "button";
  item.id = `telekom-choice-${choice.name}`;
  item.className = `${like.className} telekom-choice`;
  item.setAttribute("role", "menuitemcheckbox");
  item.tabIndex = 0;
  item.textContent = word(choice.name);
  item.title = choice.hint;
  const show = () => item.setAttribute("aria-checked", String(isOn(choice.name)));
  item.addEventListener("click", (event) => {
    event.stopPropagation(); // the menu stays open, so that the change is seen
    localStorage.setItem(keyOf(choice.name), isOn(choice.name) ? "off" : "on");
    show();
    choice.changed();
  });
  show();
  return item;
}

function offer() {
  const items = document.querySelectorAll('[role="menu"] [role="menuitem"]');
  const last = items[items.length - 1];
  const isOwn = document.getElementById("user-nav-button")?.getAttribute("aria-expanded") === "true";
  if (!isOwn || !last) return;
  for (const choice of offered) {
    if (!document.getElementById(`telekom-choice-${choice.name}`)) last.before(made(choice, last));
  }
}

new MutationObserver(offer).observe(document.documentElement, { childList: true, subtree: true });
