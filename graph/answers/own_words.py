"""Finds what a free sentence may not hold of its own: figures, numbers in words, times, names, currencies and links.

Code fills values in by the names of facts, so whatever of this kind stands in the writer's words was made up, unless
the evidence says the same word. "Bir" and "one" are articles.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from core.fields import FIELD
from core.languages import Language
from core.number_words import ENGLISH_ORDINALS, ENGLISH_VALUES, HUNDRED, TENS, THOUSAND, units
from core.turkish import fold

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FIGURE = re.compile(r"[\d{}]")
_PLAIN = re.compile(r"[A-Za-zÇĞİÖŞÜÂÎÛçğıöşüâîû\s.,;:!?…'’\"“”()/–—-]*")
"""All that a sentence is written with; other letters, signs, emoji and invisible characters hide something."""
_LINK = re.compile(r"https?:|www\.|@|\w\.(?:com|net|org|tr|gov|io)\b|[<>\[\]`*_|~#\\]", re.IGNORECASE)
_CURRENCY = re.compile(r"(?:tl|try|lira|liray?|kurus|dolar|euro|avro|usd|eur|sterlin|pound|dollar|cent|buck)[a-z]{0,5}")
_CURRENCY_WHOLE = frozenset("tl try usd eur".split())

_TURKISH_NUMBER = re.compile(
    rf"(?:(?:{units(0, 0)}|{units(2)}|{'|'.join(TENS[1:])}|{HUNDRED}|{THOUSAND}|"
    rf"milyon|milyar|duzine)+|on(?:{units(1)})|on|yarim|ceyrek|bucuk|yarisi|iki[sz]er)"
    r"(?:inci|nci|uncu|ncu|er|ser|ar|sar|i|u|si|su|sini|sunu|e|a|de|da|te|ta|ye|ya|lu|li|luk|lik|sinin|nde|nda|ndan|nden)?"
)
_TURKISH_NO_NUMBER = frozenset("altinda altindan altina ona onda onu onun yuzunden yuzden".split())
_TURKISH_COUNTS = frozenset("birinci birer birkac cift kat kati misli".split())
_ENGLISH_NUMBERS = frozenset(
    "hundred hundreds thousand thousands million half halves quarter dozen dozens twice thrice double triple percent "
    "pct couple several".split()
).union(ENGLISH_VALUES.keys() - {"one"}, ENGLISH_ORDINALS[1:])

_MONTHS = (
    "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik january february april june july "
    "august september october november december"
).split()
_DAYS = (
    "pazartesi sali carsamba persembe cuma cumartesi pazar monday tuesday wednesday thursday friday saturday sunday"
).split()
_CASE = r"(?:ya|ye|a|e|i|u|da|de|ta|te|dan|den|tan|ten|nin|in|un|daki|deki|taki|teki|ki|si|sinda|yi|yu|s)?"
_CALENDAR = re.compile(rf"(?:{'|'.join(_MONTHS + _DAYS)}){_CASE}")
_CAPITAL_CALENDAR = re.compile(r"(?<=[a-z,] )(?:May|March)\b")
_TIME = re.compile(
    r"(?:yarin|dun|bugun|evvelsi|haftaya|seneye|gece|sabah|aksam|ogle|ogleden|oglen|bayram|yilbasi|haftasonu|"
    r"tomorrow|yesterday|today|tonight|morning|evening|weekend|noon|midnight|christmas|easter)"
    r"(?:ki|dan|den|tan|ten|a|e|ya|ye|i|u|leyin|lari|leri|da|de|s)?"
)
_TIME_PHRASE = re.compile(
    r"\b(?:gecen|gectigimiz|gelecek|onumuzdeki|bu|o|obur|ertesi|onceki|sonraki|bir sonraki|bir onceki|ayni|her|bir|"
    r"birkac|last|next|this|previous|following|every|each|per|a|an|in an|within an)"
    r" (?:hafta|ay|yil|sene|gun|saat|dakika|donem|week|month|year|day|hour|minute|quarter)[a-z]*"
    r"|\b(?:gunler|haftalar|aylar|yillar|saatler|dakikalar)[a-z]*"
    r"|\b(?:gun|hafta|ay|yil|saat|dakika) (?:icinde|sonra|once)"
    r"|\b(?:hours|days|weeks|months|years|minutes) (?:ago|later|from now)"
)
_ARTICLES = frozenset({"bir", "one", "a"})
_APOSTROPHE = re.compile("['’]")


def own_claim(sentence: str, known: str, language: Language) -> str | None:
    """Return what a sentence holds of its own, as the key of a reason; None where it holds nothing of the kind.

    Args:
        sentence: The writer's words, with names of facts in braces.
        known: The evidence; a word that it has may be said.
        language: The language of the answer.
    """
    words = FIELD.sub(" ", sentence)
    if _FIGURE.search(words):
        return "figure"
    if _LINK.search(words):
        return "link"
    if not _PLAIN.fullmatch(words):
        return "figure"
    folded = fold(FIELD.sub(" ", known))
    heard = set(re.findall(r"[a-z]+", folded))
    said = [fold(_APOSTROPHE.split(word)[0]) for word in _WORD.findall(words)]
    for word in said:
        if word in heard or word in _ARTICLES:
            continue
        if word in _CURRENCY_WHOLE or (word not in _CURRENCY_WHOLE and len(word) > 3 and _CURRENCY.fullmatch(word)):
            return "figure"
        if _is_number(word, language):
            return "number_word"
        if _CALENDAR.fullmatch(word) or _TIME.fullmatch(word):
            return "time_word"
    text = " ".join(said)
    if any(each.group() not in folded for each in _TIME_PHRASE.finditer(text)) or _CAPITAL_CALENDAR.search(words):
        return "time_word"
    return "capital" if _names(sentence, heard) else None


def _is_number(word: str, language: Language) -> bool:
    if word in _TURKISH_COUNTS or (word in _ENGLISH_NUMBERS and not (language == "tr" and word == "several")):
        return True
    if word in _TURKISH_NO_NUMBER or (language == "en" and word in ("on", "bin", "one", "elli")):
        return False
    return bool(_TURKISH_NUMBER.fullmatch(word))


def _names(sentence: str, heard: Collection[str]) -> bool:
    """Tell whether a word is written as a name that the evidence does not have.

    The first word begins with a capital anyway; it counts where an apostrophe divides its ending, or capitals go on.
    """
    bare = FIELD.sub("x", sentence)
    begins = True
    for match in _WORD.finditer(bare):
        word = match.group()
        root = _APOSTROPHE.split(word)[0]
        capital = root[0].isupper() and (not begins or root[1:2].isupper() or root != word)
        begins = bool(re.match(r"[.!?…:]", bare[match.end() : match.end() + 1]))
        if capital and fold(root) not in heard and root not in _NO_NAMES:
            return True
    return False


_NO_NAMES = frozenset({"I", "I'm", "SMS", "GB", "SIM", "Mbps", "Evet", "Hayır", "Yes", "No", "Siz", "Size", "Sizi"})
