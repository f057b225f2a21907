// A quiet sound where a colleague writes: two soft tones, made here, so that no file is fetched.

import { isOn, offerChoice } from "./choices.js";
import { onNote } from "./notes.js";

const TONES = [660, 880];
const TONE_SECONDS = 0.16;
const VOLUME = 0.04;

let audio = null;

offerChoice("sound", "on");

// A browser plays nothing before the visitor has done something on the page.
for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, () => (audio ??= window.AudioContext ? new AudioContext() : null), { once: true });
}

function ring() {
  TONES.forEach((tone, place) => {
    const [source, volume] = [audio.createOscillator(), audio.createGain()];
    const begin = audio.currentTime + place * TONE_SECONDS;
    source.frequency.value = tone;
    volume.gain.setValueAtTime(VOLUME, begin);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + TONE_SECONDS);
    source.connect(volume).connect(audio.destination);
    source.start(begin);
    source.stop(begin + TONE_SECONDS);
  });
}

onNote("coming", () => {
  if (audio && isOn("sound")) audio.resume().then(ring, () => {});
});
