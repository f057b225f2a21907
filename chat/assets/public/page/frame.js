// The frame of another site's page in which the chat may stand (the widget), and what such a frame lacks.

export const isEmbedded = window.self !== window.top;

/** Storage for as long as the document lives, where the browser keeps nothing for foreign frames. */
class PassingStorage {
  #kept = new Map();

  get length() {
    return this.#kept.size;
  }

  key(place) {
    return [...this.#kept.keys()][place] ?? null;
  }

  getItem(name) {
    return this.#kept.get(String(name)) ?? null;
  }

  setItem(name, value) {
    this.#kept.set(String(name), String(value));
  }

  removeItem(name) {
    this.#kept.delete(String(name));
  }

  clear() {
    this.#kept.clear();
  }
}

for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].getItem("");
  } catch {
    Object.defineProperty(window, name, { value: new PassingStorage() });
  }
}

const LANGUAGE = "telekom-language";

/** The language that the page around the frame has asked for, or the visitor has chosen here; null elsewhere. */
export const embeddedLanguage = isEmbedded
  ? sessionStorage.getItem(LANGUAGE) || new URLSearchParams(window.location.search).get("language")
  : null;

/** Keep the chosen language for this frame, in which no cookie of ours is kept. */
export function keepLanguage(language) {
  if (isEmbedded) sessionStorage.setItem(LANGUAGE, language);
}
