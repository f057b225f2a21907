// The empty page greets the customer by name and says what it is.

import { onNote } from "./notes.js";

const WORDS =
  "Ben bir asistan programıyım: fatura, paket, kota ve arıza işlerinizde yardımcı olurum. " +
  "Ödemeleri ve değişiklikleri onayınız olmadan yapmam.";

let name = "";

function greet() {
  const screen = document.getElementById("welcome-screen");
  if (!screen || !name || document.getElementById("telekom-greeting")) return;
  const greeting = document.createElement("div");
  greeting.id = "telekom-greeting";
  const hello = document.createElement("p");
  hello.textContent = `Merhaba, ${name}`;
  const what = document.createElement("p");
  what.textContent = WORDS;
  greeting.append(hello, what);
  screen.insertBefore(greeting, document.getElementById("message-composer")?.closest("#welcome-screen > *") ?? null);
}

onNote("greet", (note) => {
  name = String(note.name || "");
  greet();
});

new MutationObserver(greet).observe(document.documentElement, { childList: true, subtree: true });
