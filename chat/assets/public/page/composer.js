// What is typed while the page connects, or goes over to the last conversation, is not lost: Chainlit's page draws its
// box anew then, and the new one is empty.

let box = null;
let words = "";
let wasSent = false;

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

function restore() {
  const shown = document.getElementById("chat-input");
  if (!shown || shown === box || !box || box.isConnected) return;
  const kept = words;
  box = shown;
  if (wasSent || !kept || shown.value) return;
  const { set } = Object.getOwnPropertyDescriptor(window.HTMLTextAreaElement.prototype, "value");
  set.call(shown, kept); // React notices what its own setter is told
  shown.dispatchEvent(new Event("input", { bubbles: true }));
}

new MutationObserver(restore).observe(document.documentElement, { childList: true, subtree: true });
