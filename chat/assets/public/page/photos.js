// Photos of a fault: only pictures are offered for choice, one that is too large is refused before it is sent, and one
// that was chosen while the page connects (a phone's camera puts the page to sleep) is sent as soon as it can be.
//
// What a file is in truth, the server judges by its content.

import { isConnected } from "./connection.js";
import { word } from "./language.js";

const KINDS = "image/jpeg,image/png,image/webp";
const MOST_BYTES = 10 * 1024 * 1024; // as core/photos.py
const LOOK_MS = 150;
const LATEST_MS = 60_000;

const input = () => document.getElementById("upload-button-input");

function offerPicturesOnly() {
  if (input() && input().accept !== KINDS) input().accept = KINDS;
}

export function tell(words) {
  document.getElementById("telekom-told")?.remove();
  const composer = document.getElementById("message-composer");
  if (!composer || !words) return;
  const line = document.createElement("p");
  line.id = "telekom-told";
  line.setAttribute("role", "alert");
  line.textContent = words;
  composer.before(line);
}

/** Give files to Chainlit's page, once it can send them. */
function hand(files, latest = Date.now() + LATEST_MS) {
  const box = input();
  if (Date.now() > latest) return;
  if (!isConnected() || !box) return void setTimeout(hand, LOOK_MS, files, latest);
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  box.files = held.files;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener(
  "change",
  (event) => {
    if (event.target.id !== "upload-button-input") return;
    const files = [...event.target.files];
    const isTooLarge = files.some((file) => file.size > MOST_BYTES);
    tell(isTooLarge ? word("photo_too_large") : "");
    if (!isTooLarge && isConnected()) return;
    event.stopImmediatePropagation();
    event.target.value = "";
    if (!isTooLarge) hand(files);
  },
  true,
);

new MutationObserver(offerPicturesOnly).observe(document.documentElement, { childList: true, subtree: true });
