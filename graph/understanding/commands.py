"""A reply that is no more than the command for the change asked about: "öde gitsin", "ona geç", "yapabilirsin".

Every word of it is a word of consent, a command or leave for the very act of the question, a pronoun or a filler.
Nothing is left over that could mean anything else. It is code, and independent of what was trained.
"""

from __future__ import annotations

import re

from core.turkish import fold
from core.turkish.verbs import COMMAND_MOOD
from graph.understanding.named import is_question

_STEMS = (
    "ode", "yatir", "cek", "gec", "gecir", "degis", "degistir", "dondur", "durdur", "ac", "kapat", "kapan", "olustur",
    "guncelle", "iptal et", "kaldir", "kaydet", "tanimla", "baslat",
)  # fmt: skip
_ANY_ACT = ("yap", "hallet", "uygula")
"""Verbs that name whatever act was asked about."""
_ROOT = 4
_CONSENT = (
    r"eve+t|olur|tama+m(?:dir)?|tmm|peki|tabii?|elbette|kabul(?:dur)?|uygun(?:dur)?|onayl[iu]yor(?:um|uz)|onaylad[iu]m|onay"
    r"|ok(?:ey|ay)?"
)
_FILLER = re.compile(
    rf"{_CONSENT}|hadi|haydi|hemen|simdi|lutfen|gitsin|bakal[iu]m|zaman|o|onu|ona|bunu|buna|sunu|suna|oraya|siz|sen|bir|bi"
    r"|zahmet|efendim|can[iu]m|abi|abla|kardes(?:im)?|hocam|arkadas[iu]m|ya|be|da|de|iste|artik|aynen|tesekkur(?:ler)?"
    r"|sag ?ol(?:un)?|rica|ederim|ederiz"
)


def is_command(reply: str, question: str) -> bool:
    """Return True if a reply commands or allows the change of a question and holds nothing else.

    Args:
        reply: The customer's words.
        question: The question about the change.
    """
    said, asked = fold(reply), fold(question)
    if is_question(said):
        return False
    stems = (*_ANY_ACT, *(stem for stem in _STEMS if re.search(rf"\b{stem.split()[0][:_ROOT]}", asked)))
    rest = re.sub("|".join(rf"\b{stem}{COMMAND_MOOD}\b" for stem in stems), " ", said)
    return rest != said and all(map(_FILLER.fullmatch, re.findall(r"[^\W_]+", rest)))
