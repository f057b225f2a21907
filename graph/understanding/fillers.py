"""Words that say nothing of their own: a pause ("bi sn"), an acknowledgement ("tamam"), a refusal ("vazgeçtim").

Interjections and requests to wait are a closed class, so that code tells them: every word of the message has to belong
to it. Anything else is read by the decision model.
"""

from __future__ import annotations

import re

from core.turkish import fold

PAUSE = "take_your_time"
"""Topic of a message that asks for time or only fills it; an open question stays."""

NO_VALUE = "no_value"
"""Topic of a reply that names nothing of what was asked for: a bare yes to "which package"."""

_HESITATES = r"h+[mi]+m*|m{2,}|i{2,}|e+|u+h*m+|u+h+|e+r+m*|sey|yani|hani|ya|of+"
_UNIT = r"(?:sn|sny|san|saniye\w*|dk|dak|dakika\w*|dakka\w*|an|secs?|seconds?|mins?|minutes?|moment)"
_COUNT = r"(?:bir|bi|tek|iki|uc|bes|on|birkac|bikac|a|one|two|\d)"
_WAITS = (
    r"bekle\w*|dur|durun|dursan\w*|sabret\w*|sabir|musaade\w*|dusun(?:e\w*|uyo\w*|m[ae]\w*|c\w*|iyim)"
    r"|bak(?:ayim|iyorum|iyom|iyim|icam|acagim)|ver(?:eyim|iyim|ecegim|icem)|wait|hold|think|thinking"
)
_BESIDE = (
    r"birer|biraz|azicik|az|daha|su|simdi|simdilik|once|hele|lutfen|m[iu]s[iu]n(?:[iu]z)?|miyim|izin|verin|ver|karar"
    r"|hemen|geliyorum|donuyorum|donecegim|tamam|peki|ok|ama|de|da|icin|bana|beni|lazim|gerek|gerekiyor|istiyorum"
    r"|just|on|me|let|please|give|about|it|to|i|need"
)
_PAUSED = re.compile(rf"{_HESITATES}|{_WAITS}")
_MOMENT = re.compile(rf"\b{_COUNT}\s*{_UNIT}\b")
_WORD = re.compile(rf"{_HESITATES}|{_WAITS}|{_BESIDE}|{_COUNT}|{_UNIT}|\d+{_UNIT}")
_ACKNOWLEDGES = re.compile(
    r"tama+m(?:dir)?|t+m+m*|peki|pekala|ok+|okey|okay|oki|anladim|anlasildi|oldu|iyi|guzel|super|harika|mukemmel"
    r"|eyvallah|eyw|alright|great|fine|cool|nice|perfect"
)
_WITHDRAWS = re.compile(
    r"saka(?:yd[iu]|lasm[iu]st[iu]m)?|iste(?:mi\w+|mem|mez)|vazgec(?:tim|tik|iyorum|eyim)?|iptal|bosver\w*|cancel|nevermind|never|mind|forget"
)
_DECLINES = re.compile(rf"{_WITHDRAWS.pattern}|hayir|yok|kals[iu]n|gerek|gereksiz|gerekmez|no|nope")
_BESIDE_REFUSAL = re.compile(
    r"yapt[iu]m|yap[iu]yordum|yapm[iu]st[iu]m|ettim|sadece|yalnizca|et|edin|ettim|artik|ya|ben|dur|durun|pardon|tabii?|elbette|ki|kesinlikle|asla|tabi|bundan|ondan|simdilik|tsk|tesekkur\w*|sagol\w*|it|thanks|of|course|definitely|absolutely"
)
_PRAISES = re.compile(r"super|harika|mukemmel|guzel|iyi|muhtesem|sahane|great|perfect|nice")
_CONSENTS = re.compile(r"evet|ewet|evt|olur|tamam|he|hee|yes|ok|onay\w*")
_ONLY_CONSENTS = re.compile(
    r"eve+t|evt|ewet|eet|olu?r|ols[iu]n|aynn?|aynen|hihi+m?|okeydir|tama+m|tmm?|tm|tamamdir|peki|tabii?|elbette|kabul|uygun(?:dur)?|onayl[iu]yor(?:um|uz)|onaylad[iu]m|ok(?:ey|ay)?|yes|sure"
)
_NAMES_NOTHING = re.compile(
    r"(?:hepsi|tumu|tamami)\w{0,4}|o|onu|ona|bunu|buna|sunu|suna|oyle|boyle|devam|et|edin|yap|yapin|all|it|that"
)
_NOW = re.compile(r"bugun|hemen|simdi|now|today")
_WITH_IT = re.compile(r"o|zaman|hadi|cok|bu|ya|be|simdi|iste|dogru(?:dur)?|that|is|all|then|right")


def is_pause(message: str) -> bool:
    """Return True for words that ask for time or only fill it, and for marks that stand for silence ("…")."""
    said = fold(message)
    words = re.findall(r"[^\W_]+", said)
    if not words:
        return re.fullmatch(r"[.\s]*\.{2,}[.\s!?]*", said) is not None
    if words[0] == "ya" and len(words) > 1 and not any(map(re.compile(_WAITS).fullmatch, words[1:])):
        return False  # "ya dakika?" goes on from an answer
    if not all(map(_WORD.fullmatch, words)) or re.search(r"\b(?:bir|bi) sey\b", said):
        return False
    return any(map(_PAUSED.fullmatch, words)) or _MOMENT.search(said) is not None


def acknowledges(message: str) -> bool:
    """Return True for words that only take note of an answer; a yes ("evet", "olur", "onaylıyorum") is none of them."""
    words = re.findall(r"[^\W_]+", fold(message))
    noted = [word for word in words if _ACKNOWLEDGES.fullmatch(word)]
    return bool(noted) and all(word in noted or _WITH_IT.fullmatch(word) for word in words)


def praises(word: str) -> bool:
    """Return True for a word of praise in whatever form ("süpersin"), which names no package by its first letters."""
    return _PRAISES.match(fold(word)) is not None


def consents(message: str) -> bool:
    """Return True for words that only consent, whatever to: "tamam", "evet olur", "peki kabul"."""
    words = re.findall(r"[^\W_]+", fold(message))
    return bool(words) and "?" not in message and all(map(_ONLY_CONSENTS.fullmatch, words))


def names_no_value(message: str) -> bool:
    """Return True for words that consent or point, and name nothing: "hepsini", "evet onu yap"."""
    words = re.findall(r"[^\W_]+", fold(message))
    known = (_ONLY_CONSENTS, _NAMES_NOTHING, _WITH_IT)
    return bool(words) and "?" not in message and all(any(each.fullmatch(word) for each in known) for word in words)


def consents_now(message: str) -> bool:
    """Return True for words that only consent and say that it is for now: "tamam o zaman bugün", "olur şimdi"."""
    words = re.findall(r"[^\W_]+", fold(message))
    rest = [word for word in words if not (_NOW.fullmatch(word) or _WITH_IT.fullmatch(word))]
    return (
        any(map(_NOW.fullmatch, words))
        and bool(rest)
        and "?" not in message
        and all(map(_ONLY_CONSENTS.fullmatch, rest))
    )


def declines(message: str) -> bool:
    """Return True for words that only refuse or withdraw something, whatever it is: "hayır", "evet yok dur"."""
    words = re.findall(r"[^\W_]+", fold(message))
    refusing = [place for place, word in enumerate(words) if _DECLINES.fullmatch(word)]
    consenting = [place for place, word in enumerate(words) if _CONSENTS.fullmatch(word)]
    if not refusing or (consenting and consenting[-1] > refusing[-1]):
        return False
    known = {*refusing, *consenting}
    return all(place in known or _BESIDE_REFUSAL.fullmatch(word) for place, word in enumerate(words))


def withdraws(message: str) -> bool:
    """Return True for a refusal that takes a wish back ("vazgeçtim") and does not only say no."""
    return declines(message) and any(map(_WITHDRAWS.fullmatch, re.findall(r"[^\W_]+", fold(message))))
