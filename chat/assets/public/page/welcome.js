// The empty page greets the customer by name and says what it is.

import { word } from "./language.js";
import { onNote } from "./notes.js";

let name = "";

function greet() {
  const screen = document.getElementById("welcome-screen");
  if (!screen || !name || document.getElementById("telekom-greeting")) return;
  const greeting = document.createElement("div");
  greeting.id = "telekom-greeting";
  const hello = document.createElement("p");
  hello.textContent = word("hello", { name });
  const what = document.createElement("p");
  what.textContent = word("what");
  greeting.append(hello, what);
  screen.insertBefore(greeting, document.getElementById("message-composer")?.closest("#welcome-screen > *") ?? null);
}

onNote("greet", (note) => {
  name = String(note.name || "");
  greet();
});

new MutationObserver(greet).observe(document.documentElement, { childList: true, subtree: true });
