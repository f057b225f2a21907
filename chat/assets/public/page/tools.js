// At the foot of the side panel: the state of the service in words, the account, the other language, and where the demo
// is on, another demo customer. The account stands in the menu of the visitor's own picture, too.

import { chooseOtherLanguage, locale, other, word } from "./language.js";
import { onNote } from "./notes.js";

const clock = new Intl.DateTimeFormat(locale, {
  timeZone: "Europe/Istanbul", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

function button(words, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", pressed);
  return made;
}

function line(name, works) {
  const row = document.createElement("p");
  row.dataset.works = String(works);
  row.textContent = `${name}: ${word(works ? "status_works" : "status_fails")}`;
  return row;
}

function outage(found) {
  const row = document.createElement("li");
  const end = clock.format(new Date(found.estimated_end));
  row.textContent = word("status_until", { area: found.area, issue: found.issue, end });
  return row;
}

function network(outages) {
  const words = document.createElement("p");
  if (outages === null) words.textContent = word("status_no_network");
  else if (!outages.length) words.textContent = word("status_no_outages");
  else words.textContent = `${word("status_outages")}:`;
  const list = document.createElement("ul");
  list.append(...(outages || []).map(outage));
  return [words, list];
}

async function told() {
  try {
    const answer = await fetch("/api/v1/status");
    if (!answer.ok) throw new Error(answer.statusText);
    const { assistant, records, payments, outages } = await answer.json();
    return [
      line(word("status_assistant"), assistant),
      line(word("status_records"), records),
      line(word("status_payments"), payments),
      ...network(outages),
    ];
  } catch {
    const failed = document.createElement("p");
    failed.textContent = word("status_unknown");
    return [failed];
  }
}

async function showStatus() {
  const dialog = document.createElement("dialog");
  dialog.id = "telekom-status";
  dialog.setAttribute("aria-labelledby", "telekom-status-title");
  const title = document.createElement("h2");
  title.id = "telekom-status-title";
  title.textContent = word("status_title");
  const content = document.createElement("div");
  content.setAttribute("role", "status");
  content.textContent = word("status_asking");
  dialog.append(title, content, button(word("close"), () => dialog.close()));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  content.replaceChildren(...(await told()));
}

function link(name, href) {
  const made = document.createElement("a");
  made.textContent = word(name);
  made.href = href;
  return made;
}

let offersDemo = false;

onNote("greet", (note) => {
  offersDemo = note.demo === true;
  const tools = document.getElementById("telekom-tools");
  if (tools && offersDemo && !tools.querySelector('[href="/demo"]')) tools.append(link("demo", "/demo"));
});

function offerInMenu() {
  const items = document.querySelectorAll('[role="menu"] [role="menuitem"]');
  const last = items[items.length - 1];
  const isOwn = document.getElementById("user-nav-button")?.getAttribute("aria-expanded") === "true";
  if (!isOwn || !last || document.getElementById("telekom-account")) return;
  const made = link("account_page", "/account");
  made.id = "telekom-account";
  made.className = last.className;
  made.setAttribute("role", "menuitem");
  last.before(made);
}

function offer() {
  offerInMenu();
  const panel = document.querySelector('[data-sidebar="sidebar"]');
  if (!panel || panel.querySelector("#telekom-tools")) return;
  const tools = document.createElement("div");
  tools.id = "telekom-tools";
  tools.append(button(word("status"), showStatus), link("account_page", "/account"));
  if (other) {
    const choice = button(word("other_language"), chooseOtherLanguage);
    choice.lang = other;
    tools.append(choice);
  }
  if (offersDemo) tools.append(link("demo", "/demo"));
  panel.append(tools);
}

new MutationObserver(offer).observe(document.documentElement, { childList: true, subtree: true });
