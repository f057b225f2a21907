"""Topics that the form of a message shows: who answers here, a way to pay, a bill beyond one's means, money back.

The decision model reads every other topic; a death is in ``wishes.py``.
"""

from __future__ import annotations

import re

from core.turkish import fold

MACHINE = "machine"
"""Topic of the question whether a person or a machine answers."""

WAYS = "ways_of_paying"
"""Topic of a question about a way to pay; it proposes nothing."""

HARDSHIP = "hardship"
"""Topic of a customer who cannot pay; a colleague looks after it."""

REFUND = "out_of_reach"
"""Topic of a wish for money back, which only a colleague can grant."""

PAID = frozenset({"pay_bill", "setup_autopay", "get_current_bill"})
"""Operations after which a question about a way is about paying."""

_MACHINE = (
    r"(?:robot|bot|chatbot|sohbet robotu|insan|yapay zeka|makine|program|bilgisayar|canli biri|gercek (?:biri|kisi))"
)
_ASKED_MACHINE = re.compile(
    rf"\b{_MACHINE}\s?m[iu](?:s[iu]n(?:[iu]z)?)?\b(?!\s+ol)"
    rf"|\b{_MACHINE}(?:l[ae]|yl[ae])\s+m[iu]\s+(?:konus|yazis|gorus|mesajlas)\w*"
    rf"|\b(?:karsimda\w*|orada)\s+(?:\w+\s+){{0,2}}{_MACHINE}\s+(?:m[iu]\s+)?var\b"
    r"|\b(?:are you|is this|am i (?:talking|speaking|chatting|writing) (?:to|with))\s+"
    r"(?:(?:a|an|some|real|actual|just)\s+)*"
    r"(?:human|robot|bot|machine|person|ai|chatbot|computer)\b"
)
_WAY = re.compile(
    r"\b\w+(?:d[ae]n|t[ae]n|l[ae]|s[ae][mk]?|nakit|kart)\s+(?:d[ae]\s+)?"
    r"(?:ol(?:ur|uyor|maz|abilir)|mumkun|gecer(?:li)?|yapil\w+|oden(?:ir|iyor|ebil\w+))\s+m[iu]\w*"
    r"|\bcan i pay (?:by|with|at|in|from)\b"
)
_UNABLE = re.compile(
    r"\bode(?:y[ae]m(?:em|eyiz|eyece\w+|iycem|icem|eyecem)|necek gibi degil)\b"
    r"|\b(?:ode(?:yecek|meye|mek icin)|yatiracak|verecek)\s+(?:\w+\s+){0,2}"
    r"(?:durum|para|guc|imkan|hal)\w*\s+(?:yok|kalma)\w*"
    r"|\b(?:cannot|can'?t) afford\b"
)

_MONEY = r"(?:para|ucret|tutar|bedel|odeme|fazla (?:cek|al|ode|tahsil)|ceki)\w*"
_REFUND = re.compile(
    rf"\b{_MONEY}\b[^?]*\biade(?:si|m|miz)?(?:n?i)?\s+(?:\w+\s+)?(?:ist(?!em)|talep|rica|et(?!m|ti|ili)|edin|edil(?:sin|mes)|al(?:mak|ay))\w*"
    rf"|\b{_MONEY}\b[^?]*\bgeri\s+(?:(?:ver|yatir|gonder|ode)(?:in|yin|ir m|r m|il|mez)|isti|al(?:mak|ay))\w*"
    r"|\b(?:i want|give me|please) (?:a |my )?(?:refund|money back)\b|\brefund me\b"
)

_BY_METHOD = re.compile(r"\b(?:kart|havale|nakit|cuzdan|eft)\w*\s+(?:\w+\s+)?ode")
"""Not being able to pay in one way is no hardship."""


def asks_for_machine(message: str) -> bool:
    """Return True if a customer asks whether a person answers; a wish for a person is no such question."""
    return _ASKED_MACHINE.search(fold(message)) is not None


def asks_way(message: str) -> bool:
    """Return True if a message asks whether something can be done in some way ("… olur mu")."""
    return _WAY.search(fold(message)) is not None


def wants_refund(message: str) -> bool:
    """Return True if a customer asks for money back; whether something is given back at all is another question."""
    return _REFUND.search(fold(message)) is not None


def cannot_pay(message: str) -> bool:
    """Return True if a customer says that he has not the means to pay; a failing payment is another matter."""
    said = fold(message)
    return _UNABLE.search(said) is not None and _BY_METHOD.search(said) is None
