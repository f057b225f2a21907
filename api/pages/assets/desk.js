// The desk: the end of a conversation stays in view, Ctrl+Enter sends, the title counts who waits.
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

showEnd(true);
countWaiting();
