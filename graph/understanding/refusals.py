"""A share of a reply that refuses its change by grammar alone: a negated wish, "hayır", "kalsın".

Refusing is safe: nothing runs. Every word of the share has to be explained, by the refusal or by the question, so that
a limit or another value is never taken for a refusal.
"""

from __future__ import annotations

import re

from core.turkish import fold
from graph.state import Call
from graph.understanding.methods import methods_in

_NEGATED = re.compile(
    r"(?!gecm|asm)\w+m[ae](?:y[iu]n(?:[iu]z)?|s[iu]n(?:lar)?|y[ae]l[iu]m|y[iu]ver\w*)"
    r"|(?:kapat|dondur|don|yap|degistir|ac|cek|elle|dokun|karis)m[ae]"
)
_DECLINES = re.compile(
    r"hayir|yok|olmaz|istem[ie]\w*|vazgec\w*|iptal|cikar\w*|haric|gereksiz|gerekmez|degil|no|not|skip|except|without"
)
_STAYS = re.compile(r"kals[iu]n|durs[iu]n|kalabilir|keep|leave|stays?")
_BESIDE = re.compile(
    r"lutfen|ama|sadece|yalniz\w*|bir|tek|de|da|o|onu|ona|bunu|su|sunu|olan|icin|simdi|simdilik|hemen|boyle|oyle|oldugu|gibi|bence"
    r"|et\w*|olsun|ols[iu]n|numara\w*|hatt?\w*|acik|kapali|listeden|aradan|gerek|the|that|this|one|it|please|line"
    r"|out|as|is|only|do|open|closed|want"
)
_STEM = 5
_SHORTEST = 4
_CLOSES, _OPENS = ("kapat", "kapan", "dondur"), ("acma", "acilma")
_TARGETS = {"suspend_line": False, "reactivate_line": True}


def refuses(words: str, question: str, call: Call) -> bool:
    """Return True if a share of a reply plainly refuses a change and says nothing more.

    Args:
        words: The words of the share.
        question: The question about the change alone.
        call: The change.
    """
    said, asked = re.findall(r"\w+", fold(words)), fold(question)
    if methods_in(words) or "?" in words:
        return False
    target = _TARGETS.get(call["operation"], call["arguments"].get("status"))
    cores = [word for word in said if _NEGATED.fullmatch(word) or _DECLINES.fullmatch(word) or _STAYS.fullmatch(word)]
    if not cores or not all(word in cores or _BESIDE.fullmatch(word) or _is_stated(word, asked) for word in said):
        return False
    if target is True and ("acik" in said or "open" in said or any(word.startswith(_CLOSES) for word in cores)):
        return False
    return not (target is False and ("kapali" in said or "closed" in said or any(map(_is_of_opening, cores))))


def _is_of_opening(word: str) -> bool:
    return word.startswith(_OPENS)


def _is_stated(word: str, asked: str) -> bool:
    if word.isdigit():
        return re.search(rf"\b{word}\b", asked) is not None
    return len(word) >= _SHORTEST and re.search(rf"\b{re.escape(word[:_STEM])}", asked) is not None
