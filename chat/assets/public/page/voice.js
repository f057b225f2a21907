// Dictating and reading aloud by the browser's own speech functions, where it has them and the visitor switched them on.
//
// What is dictated stands in the box, to be read and sent by the customer; nothing is sent by voice.

import { isOn, offerChoice } from "./choices.js";
import { fill } from "./composer.js";
import { locale, word } from "./language.js";
import { tell } from "./photos.js";

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const voice = window.SpeechSynthesisUtterance ? window.speechSynthesis : undefined;
const MICROPHONE = '<path d="M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3z"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3"/>';
const SPEAKER = '<path d="M4 9v6h4l5 4V5L8 9z"/><path d="M16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11"/>';
const WHY = { "not-allowed": "voice_not_allowed", "service-not-allowed": "voice_not_allowed", "no-speech": "voice_nothing" };

let listening = null; // what hears the customer now
let reading = null; // the button of the answer that is read now

function button(id, picture, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "telekom-voice";
  if (id) made.id = id;
  made.innerHTML =
    '<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" ' +
    `stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${picture}</svg>`;
  made.addEventListener("click", () => pressed(made));
  return made;
}

function name(made, entry, isActive) {
  const words = word(entry);
  if (made.title !== words) made.title = words;
  if (made.getAttribute("aria-label") !== words) made.setAttribute("aria-label", words);
  if (made.dataset.active !== String(isActive)) made.dataset.active = String(isActive);
}

function dictate() {
  if (listening) return void listening.stop();
  stopReading(); // else it would hear itself
  const before = document.getElementById("chat-input")?.value.trim() ?? "";
  listening = new Recognition();
  Object.assign(listening, { lang: locale, interimResults: true, continuous: true });
  listening.onresult = ({ results }) => {
    const heard = [...results].map(([likeliest]) => likeliest.transcript.trim()).join(" ");
    fill([before, heard].filter(Boolean).join(" "));
  };
  listening.onerror = ({ error }) => error !== "aborted" && tell(word(WHY[error] ?? "voice_failed"));
  listening.onend = () => {
    listening = null;
    offer();
    document.getElementById("chat-input")?.focus();
  };
  tell("");
  listening.start();
  offer();
}

function stopListening() {
  if (!listening) return;
  listening.onresult = null; // what it still hears belongs to no message any more
  listening.abort();
}

function stopReading() {
  if (!reading) return;
  reading = null;
  voice.cancel();
  offer();
}

function read(made) {
  const isSame = reading === made;
  stopReading();
  if (isSame) return;
  const said = made.closest(".step").querySelector(".message-content")?.innerText.trim() ?? "";
  const spoken = new SpeechSynthesisUtterance(said);
  spoken.lang = locale;
  spoken.voice = voice.getVoices().find((each) => each.lang.replace("_", "-").startsWith(locale.slice(0, 2))) ?? null;
  spoken.onend = spoken.onerror = () => {
    if (reading !== made) return; // another answer is read by now
    reading = null;
    offer();
  };
  reading = made;
  voice.speak(spoken);
  offer();
}

function offerDictating() {
  const send = document.querySelector("#chat-submit, #stop-button");
  const made = document.getElementById("telekom-dictate");
  if (!Recognition || !send || !isOn("voice")) return made?.remove();
  const place = send.closest("#message-composer .gap-1");
  if (!made && place) place.prepend(button("telekom-dictate", MICROPHONE, dictate));
  const shown = document.getElementById("telekom-dictate");
  if (shown) name(shown, listening ? "dictate_stop" : "dictate", listening !== null);
}

function offerReading() {
  const isOffered = voice && isOn("voice");
  if (!isOffered && !document.querySelector(".step .telekom-voice")) return;
  for (const step of document.querySelectorAll('.step[data-step-type="assistant_message"]')) {
    const [made, copy] = [step.querySelector(".telekom-voice"), step.querySelector("button:has(> svg.lucide-copy)")];
    if (!isOffered) made?.remove();
    else if (!made && copy) copy.after(button("", SPEAKER, read));
    else if (made) name(made, reading === made ? "read_stop" : "read", reading === made);
  }
}

function offer() {
  offerDictating();
  offerReading();
}

function change() {
  stopListening();
  stopReading();
  offer();
}

// What is sent, by hand or by Enter, is whole: the microphone is closed.
document.addEventListener("click", (event) => event.target.closest?.("#chat-submit") && stopListening(), true);
document.addEventListener(
  "keydown",
  (event) => event.key === "Enter" && !event.shiftKey && event.target.id === "chat-input" && stopListening(),
  true,
);
window.addEventListener("pagehide", () => voice?.cancel());

if (Recognition || voice) {
  offerChoice("voice", "off", change, word("voice_hint"));
  new MutationObserver(offer).observe(document.documentElement, { childList: true, subtree: true });
}
