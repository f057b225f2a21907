"""Terms of a question that a reply turns round, replaces by another thing, or agrees to for somebody else.

"Karttan cüzdana" beside a change from the wallet to the card, "hattı kapatın" beside the payment of a bill, "müşteri
onayladı". The words of the question are all there, so that readings of the whole take such a reply for a yes.
"""

from __future__ import annotations

import re
from typing import Literal

from core.patterns import digits_of
from graph.understanding.idioms import beside_the_act
from graph.understanding.leftovers import unexplained

_UNIT = r"(?: (?:tl|lira|gb|mbps|dk))?"
_FROM = re.compile(rf"\b([\w.,]{{2,40}}?){_UNIT}['’]?(?:[iu]?n)?(?:d[ae]n|t[ae]n)\b")
_TO = re.compile(rf"\b([\w.,]{{2,40}}?){_UNIT}['’]?(?:[yn])?[ae]\b")
_OLD_PACKAGE, _NEW_PACKAGE = (re.compile(rf"(\w+)(?: \w+)? paketi?['’]?n?{case}\b") for case in ("[dt]en", "e"))
_MOST_WORDS = 4
_STEM = 4
_ENDING = 2
"""Digits by which a long number may be named."""

_OBJECT = r"(hatt|faturay|paket|numaray|kayd|tarifey|internet|abonelig)[iu]"
_COMMAND = (
    r"(?:kapat|ac|dondur|ode|iptal et|gecir|degistir)"
    r"(?:[iu]n(?:[iu]z)?|y[iu]n(?:[iu]z)?|[iu]ver\w*|el[iu]m|al[iu]m)?"
)
_THING = re.compile(rf"\b{_OBJECT}\W+{_COMMAND}\b|\b{_COMMAND} {_OBJECT}\b")
"""What somebody has of ours, as the object of a command."""
_STEMS = {"hatt": "hat", "faturay": "fatura", "numaray": "numara", "kayd": "kay", "tarifey": "tarife"}

_DAY = re.compile(r"(?<!saat )\b\d{1,2}['’]?(?:s?[iu]nde|[dt][ae])\b(?! (?:biten|bitiyor|son))")
_AT_ONCE = re.compile(r"\b(?:bugun(?! degil)|hemen|simdi|son odeme)\b")
_FROM_A_DAY = re.compile(r"\b(?:itibar\w*|gecerli\w*|gece yarisi|yarin|sonraki (?:gun|ay|donem))\b")
_NOT_WAITED_FOR = re.compile(
    r"\b(?:yari\w*|yarin\w*|sabah\w*|aksam\w*|gece\w*|haft\w*|ay\w*|gun\w*|donem\w*|kesim\w*|\d+\w*)"
    r"(?: kadar)? (?:de |da )?bekle(?:me|yeme)\w*"
)
"""Wants at once what begins on a day: "yarını bekleme, şimdi aç"."""
_EVERY = re.compile(r"\b(?:butun|tum) (hat|fatura|paket|numara)\w*l[ae]r")

_CANCELS = re.compile(r"\b(?:sil(?:in|iver)?|bitir(?:in)?|cancel|stop|delete|wait|abort)\b")
_KIN = r"(?:annem|babam|esim|kocam|karim|oglum|kizim|kardesim|abim|ablam|amcam|dayim|teyzem|halam|komsum|patronum)"
_ACT = r"(?:ode|yap|kapat|ac|gec|hallet|yatir|dondur)"
_OTHERS_ACT = re.compile(
    rf"\b{_KIN} {_ACT}(?:s[iu]n|[aeiu]?r|y?[ae]c[ae]k)\b|\bkendin(?:iz)? {_ACT}\w*"
    rf"|\b{_ACT}[aeiu]?r(?:[iu]m|s[iu]n(?:[iu]z)?|[iu]z)?\W*$"
)
"""Somebody else acts, or acts at some time: "annem ödesin", "tabii ödersin", "öderim"."""

_ROLE = re.compile(r"^\W*(?:sistem|system|asistan|assistant|musteri|kullanici|user|customer|admin)\s*:")
_NAMES_SELF = re.compile(r"\bben(?:im)?\b(?:\s+\w+){0,2}?\W+buyur\w*")
"""Somebody who answers the telephone: "evet ben Kemal, buyurun"."""
_REPROACH = re.compile(
    r"\bsiz(?:ler)? (?:de |da )?(?:hep|her zaman|surekli|anca\w*)\b|\bemredersiniz\b"
    r"|\bhep boyle\b(?! \w+s[ae])|\bsiz (?:de )?(?:\w+ ){0,2}verin\b"
)
"""Says of us, or asks of us, what nobody does who agrees."""
_REPORTED = re.compile(r"\b(?:\w+[iu]m|musteri|hanim|bey|abla|abi)\b \w+ diyo(?:r|lar)?\W*$|\bmusteri(?:miz)? onay\w+")
"""Ends in what another person says, or speaks of the customer."""

_MOCKS = re.compile(
    r"\bpara(?:m|m[iu]z|s[iu])? (?:\w+ )?(?:bol\b|cok (?:ya|nasilsa|zaten|bizde)\b)"
    r"|\bpara (?:agac|bas[iu]yo\w{0,2}[mz])\w*|\bagac\w* (?:\w+ )?(?:yetis|bit(?:[iu]y|er)|topl|salla)\w*"
    r"|\bzengin\w* (?:ya|nasilsa|zaten)\b|\bbobreg\w*"
    r"|\bsaray\w* (?:yat|otur|yas)\w*|\bsoyun(?:uz)? (?:bizi|beni)\b|\bsoyulal[iu]m\b|\bbabam\w* (?:mal|hayr)[iu]\w*"
    r"|\bmoney (?:grows|is no object)\b|\bmade of money\b"
)
"""Boasts of money that nobody has, or asks to be robbed: "öde öde, paramız bol ya". An open mockery is left to the
readings."""


Exchanged = Literal["direction", "thing", "all", "time", "voice", "extra"]


def exchanged(said: str, question: str) -> list[tuple[Exchanged, str]]:
    """Return all of it by kind, with the words of the reply.

    Args:
        said: The folded reply.
        question: The folded question.
    """
    return [
        *(("direction", each) for each in turned_round(said, question)),
        *(("thing", each) for each in other_things(said, question)),
        *(("all", each) for each in all_of_them(said, question)),
        *(("time", each) for each in other_days(said, question)),
        *(("voice", each) for each in (*other_voices(said), *beside_the_act(said))),
        *(("direction", each) for each in _CANCELS.findall(said) if not _CANCELS.search(question)),
        *(("extra", each) for each in unexplained(said, question)),
    ]


def turned_round(said: str, question: str) -> list[str]:
    """Return the ends of a change that a reply exchanges: its end as the beginning and its beginning as the end.

    Args:
        said: The folded reply.
        question: The folded question.
    """
    begins = [*_FROM.findall(question), *_OLD_PACKAGE.findall(question)]
    ends = [*_TO.findall(question), *_NEW_PACKAGE.findall(question)]
    left = [word for word in _FROM.findall(said) if _is_one(word, ends) and not _is_one(word, begins)]
    reached = [word for word in _TO.findall(said) if _is_one(word, begins) and not _is_one(word, ends)]
    return [*left, *reached] if left and reached else []


def other_things(said: str, question: str) -> list[str]:
    """Return the things of ours that a reply wants something done with, and that the question does not speak of.

    Args:
        said: The folded reply.
        question: The folded question.
    """
    named = (_STEMS.get(stem, stem) for pair in _THING.findall(said) for stem in pair if stem)
    return [stem for stem in named if re.search(rf"\b{stem}", question) is None]


def other_days(said: str, question: str) -> list[str]:
    """Return the days on which a reply wants done what the question would do at once, or the day it will not wait for.

    Args:
        said: The folded reply.
        question: The folded question.
    """
    sooner = [match[0] for match in _NOT_WAITED_FOR.finditer(said)] if _FROM_A_DAY.search(question) else []
    return [*(_DAY.findall(said) if _AT_ONCE.search(question) else ()), *sooner]


def all_of_them(said: str, question: str) -> list[str]:
    """Return the things of ours of which a reply means every one, where the question speaks of no more than one.

    Args:
        said: The folded reply.
        question: The folded question.
    """
    several = (re.search(rf"\b{noun}\w*l[ae]r|\b(?:iki|her|tum) {noun}", question) for noun in _EVERY.findall(said))
    return [noun for noun, stated in zip(_EVERY.findall(said), several, strict=True) if not stated]


def other_voices(said: str) -> list[str]:
    """Return the words of a folded reply that are nobody's consent: a role, a greeting, a reproach, a mockery."""
    patterns = (_ROLE, _NAMES_SELF, _REPROACH, _REPORTED, _MOCKS)
    acts = (_OTHERS_ACT,) if len(said.split()) <= _MOST_WORDS else ()
    return [match[0] for pattern in (*patterns, *acts) if (match := pattern.search(said))]


def _is_one(word: str, others: list[str]) -> bool:
    """Tell whether a word, or a number by its end, is one of others."""
    digits = digits_of(word)
    if digits:
        return len(digits) >= _ENDING and any(digits_of(other).endswith(digits) for other in others)
    return len(word) >= _STEM and any(other[:_STEM] == word[:_STEM] for other in others)
