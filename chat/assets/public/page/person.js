// A person: who waits before the customer, who has taken the conversation, and what the colleague says in a colour of
// his own, under his name. A message that comes while the page is out of sight is counted in its title.

import { word } from "./language.js";
import { onNote } from "./notes.js";

const people = new Map(); // name and kind by the id of the message
let state = null;
let unseen = 0;

function words() {
  if (!state) return "";
  if (state.status === "taken") return word("taken", { name: state.colleague });
  return state.ahead ? word("waiting", { ahead: state.ahead }) : word("waiting_first");
}

function showState() {
  const composer = document.getElementById("message-composer");
  let bar = document.getElementById("telekom-person");
  if (!state) return bar?.remove();
  if (!composer) return;
  if (!bar) {
    bar = document.createElement("div");
    bar.id = "telekom-person";
    bar.setAttribute("role", "status");
  }
  if (bar.nextElementSibling !== composer) composer.before(bar);
  if (bar.textContent !== words()) bar.textContent = words();
  bar.dataset.status = state.status;
}

function mark() {
  for (const message of document.querySelectorAll('.step[data-step-type="assistant_message"]')) {
    const said = people.get(message.querySelector('[id^="step-"]')?.id.slice("step-".length));
    if (!said || message.dataset.kind === said.kind) continue;
    message.dataset.kind = said.kind;
    if (said.kind === "colleague") message.dataset.author = said.name;
  }
}

function look() {
  mark();
  showState();
}

onNote("people", (note) => {
  for (const [id, said] of Object.entries(note.people || {})) people.set(id, said);
  mark();
});

onNote("handover", (note) => {
  state = note.state;
  showState();
});

const countInTitle = () => {
  const plain = document.title.replace(/^\(\d+\) /, "");
  document.title = unseen ? `(${unseen}) ${plain}` : plain;
};

onNote("coming", () => {
  if (!document.hidden) return;
  unseen += 1;
  countInTitle();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  countInTitle();
});

new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
