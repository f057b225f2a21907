// The desk: the end of a conversation stays in view, Ctrl+Enter sends, the title counts who waits, a draft survives a reload.
const TITLE = document.title;

function showEnd(force) {
  const talk = document.getElementById("messages");
  if (!talk) return;
  if (force || showEnd.isAtEnd) talk.scrollTop = talk.scrollHeight;
}

function countWaiting() {
  const waiting = Number(document.getElementById("rows")?.dataset.waiting ?? 0);
  document.title = waiting ? `(${waiting}) ${TITLE}` : TITLE;
}

document.addEventListener("htmx:beforeSwap", () => {
  const talk = document.getElementById("messages");
  showEnd.isAtEnd = !talk || talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60;
});
document.addEventListener("htmx:afterSwap", () => {
  showEnd(false);
  countWaiting();
});
document.getElementById("text")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.ctrlKey) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// What is written and not sent yet is kept in this tab: a reload, or the page's own when the case changes, loses nothing.
const CASE = /^\/desk\/[^/]+/.exec(window.location.pathname)?.[0];
const SENT = " sent";

for (const box of document.querySelectorAll("textarea")) {
  const key = `telekom-draft ${CASE} ${box.id}`;
  const isRefused = document.querySelector("[role=alert]") !== null;
  if (sessionStorage.getItem(key + SENT) && !isRefused) sessionStorage.removeItem(key);
  sessionStorage.removeItem(key + SENT);
  if (!box.value) box.value = sessionStorage.getItem(key) ?? "";
  const check = () => box.setCustomValidity(box.required && box.value && !box.value.trim() ? box.dataset.blank : "");
  box.addEventListener("input", () => (sessionStorage.setItem(key, box.value), check()));
  box.form.addEventListener("submit", () => sessionStorage.setItem(key + SENT, "1"));
  check();
}
document.querySelector('form[action="/logout"]').addEventListener("submit", () => sessionStorage.clear());

showEnd(true);
countWaiting();
