// The language of the page: the operator's first, unless the visitor has chosen another; one choice for the whole site.
//
// Chainlit's page takes the browser's language for its own words; here it is told the chosen one. The words of this
// script and of what Chainlit has no translation for stand in words.js, which the server writes.

import { embeddedLanguage, keepLanguage } from "./frame.js";
import { LANGUAGES, WORDS } from "./words.js";

const COOKIE = "telekom_language";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

const chosen = embeddedLanguage ?? /(?:^|;\s*)telekom_language=([a-z]+)/.exec(document.cookie)?.[1];

export const language = LANGUAGES.includes(chosen) ? chosen : LANGUAGES[0];
export const other = LANGUAGES.find((offered) => offered !== language);
export const locale = { tr: "tr-TR", en: "en-US" }[language];

/** The page's entry of this name with its facts filled in. */
export function word(key, facts = {}) {
  return WORDS[language][key].replace(/\{([a-z_]+)\}/g, (_, name) => facts[name]);
}

/** Show the page in the other language, the conversation as it is. */
export function chooseOtherLanguage() {
  keepLanguage(other);
  document.cookie = `${COOKIE}=${other}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  window.location.reload();
}

Object.defineProperty(window.navigator, "language", { get: () => locale });
document.documentElement.lang = language;
window.telekomWord = word;
window.telekomLocale = locale;
