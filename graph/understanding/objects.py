"""The object of a reply's verb: "faturayı onaylıyorum" beside a question about a line agrees to something else.

Readings of the whole take such words for a yes, because the verb consents or commands. What there is of ours is a
closed class, so that code tells whether the object belongs to the change that waits; one that does not makes the reply
no plain yes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from core.turkish import fold
from core.turkish.verbs import COMMAND_MOOD
from graph.state import Call

_THINGS: Mapping[str, str] = {
    "line": r"hat(?:t[iu]\w*|lar\w*)?|lines?",
    "phone": r"telefon\w*|phone",
    "internet": r"internet\w*|net(?:[ie]|im[ie]?)|wi-?fi\w*",
    "bill": r"fatura\w*|bills?",
    "payment": r"(?<!lirayi )(?<!ucretini )(?<!bedelini )(?<!farkini )oden?me(?:y[ie]|[mn][iu]\w*|s[iu]\w*|ler\w*)?"
    r"|payments?",
    "debt": r"borc\w*|debt",
    "package": r"paket\w*|tarife\w*|package|plan",
    "move": r"gec(?:is\w*|il?me(?:y[ie]|s[iu]\w*)|ir(?:il)?me(?:y[ie]|s[iu]\w*))",
    "roaming": r"roaming\w*|yurt ?d[iu]s\w*|dolas[iu]m\w*",
    "autopay": r"otomati\w+(?: ode\w*)?|talimat\w*|autopay|automatic payments?",
    "ticket": r"kayd[iu]\w*|kay[iu]t\w*|ar[iu]za\w*|bildirim\w*|ticket",
    "complaint": r"sikayet\w*|complaint",
    "number": r"numara\w*|number",
    "mail": r"e-?posta\w*|e-?mail\w*|mail\w*",
    "address": r"adres\w*|address",
    "suspension": r"dondur(?:ul)?ma(?:y[iae]|s[iu]\w*)|ask[iu]\w*|suspension",
    "opening": r"ac(?:[iu]l)?ma(?:y[iae]|s[iu]\w*)|acil[iu]s\w*",
    "closing": r"kapa(?:t|t[iu]l|n)ma(?:y[iae]|s[iu]\w*)",
}
"""What there is of ours, and what is done with it, in any case."""

_OTHER = r"biri(?:ni|sini)|(?:diger|obur|oteki|baskas)(?:[iu]?n[iu]|[iu]|s[iu]n[iu])|the other(?: one)?"
"""Stands for another thing than the one that was asked about, whatever that is."""

_OWN: Mapping[str, str] = {
    "pay_bill": "bill payment debt closing", "setup_autopay": "autopay payment opening closing",
    "change_package": "package move", "enable_roaming": "roaming opening closing",
    "create_fault_ticket": "ticket complaint opening", "suspend_line": "line number suspension closing",
    "reactivate_line": "line phone number internet opening", "phone": "phone number", "email": "mail address",
    "address": "address",
}  # fmt: skip
"""The things of each change; of a new contact detail by its type."""

_BY_VERB: Mapping[str, tuple[str, str]] = {
    "pay_bill": ("line phone internet package number", r"ode|yatir"),
    "change_package": ("line phone internet number", r"gec|yukselt|dusur"),
    "update_customer_contact": ("ticket", r"yap|olustur|guncelle|degistir"),
    "suspend_line": ("internet phone", r"dondur|durdur|ask"),
}
"""Things that stand for those of a change beside its own verb: "interneti öde" is the bill for it."""

_CONSENTS = r"onayl(?:[iu]yo\w*|ad[iu]\w*|ar\w*)|onay(?: ver\w*| var)?|kabul(?: e[dt]\w*)?|approve[ds]?|confirm(?:ed)?"
_BARE = r"eve+t|olur|tama+m(?:dir)?|peki|yes|ok(?:ey|ay)?"
_STEMS = (
    "ode yatir cek gecir gec degistir degis dondur durdur ac kapat kapa olustur guncelle kaldir kaydet tanimla baslat"
    " yap hallet uygula yukselt bagla kur kes"
).split()
_ENGLISH = r"open|close|pay|enable|switch (?:on|off)|change|update|freeze|suspend|do"
_COMMANDS = rf"(?:{'|'.join(_STEMS)}|iptal et){COMMAND_MOOD}|{_ENGLISH}"
_BETWEEN = (
    r"(?:(?:su|bu|o|da|de|hemen|simdi|lutfen|artik|hadi|haydi|ya|be|bi|bir|tekrar|yeniden|once|bari|tabii?|evet|tamam"
    r"|ben|biz|the|my|this|that)\W+)*?"
)
_ADDRESS = (
    r"(?:\W+(?:lutfen|artik|hadi|haydi|ya|be|simdi|hemen|o zaman|gitsin|bakal[iu]m|can[iu]m|abi|abla|kardes\w*|hocam"
    r"|evet|tamam|tesekkur\w*|sagol\w*|please|now))*\W*$"
)
_CLAUSE = re.compile(r"[,;:!?\n]+|\.(?=\s|$)|\b(?:ama|fakat|cunku|but)\b")
_ALL_THINGS = "|".join([*_THINGS.values(), _OTHER])
_VERB = rf"(?:(?P<yes>{_CONSENTS})|(?P<act>{_COMMANDS}))"
_BEFORE = re.compile(rf"\b(?P<thing>{_ALL_THINGS})\W+(?:icin\W+)?{_BETWEEN}{_VERB}(?!\w)")
_AFTER = re.compile(rf"\b{_VERB}\W+{_BETWEEN}(?P<thing>{_ALL_THINGS})(?!\w){_ADDRESS}")
_ANSWERED = re.compile(
    rf"^\W*(?:(?P<thing>{_ALL_THINGS})\W+(?:{_BARE})|(?:{_BARE})\W+(?P<second>{_ALL_THINGS}))(?:\W+(?:{_BARE}))*\W*$"
)
"""Nothing but a thing and a word of consent: "faturaya tamam"."""
_MODIFIER = re.compile(rf"\b\w+(?:[mny]|tt)[iu]n\W+(?=(?:{_ALL_THINGS})(?!\w))")
"""Whose the object is: "hattımın faturasını"."""
_AUTOPAY = re.compile(r"\botomati\w+ odeme\w*")
"""A payment that is none now."""
_WHAT_FOR = frozenset({"line", "phone", "number", "internet"})
"""What any change may be for: "hattım için onaylıyorum"."""
_LEAST_OF_A_NAME = 4


class OtherObject(NamedTuple):
    """An object that belongs to no part of the change.

    Attributes:
        kind: "thing" where the reply agrees to it, "act" where it commands something about it.
        words: The folded words.
    """

    kind: Literal["thing", "act"]
    words: str


def other_object(words: str, calls: Sequence[Call]) -> OtherObject | None:
    """Return what a reply agrees to, or wants done, about something that is no part of any change; else None.

    Args:
        words: The reply.
        calls: The changes that wait.
    """
    found = [_other_than(call, words) for call in calls]
    return found[0] if found and all(found) else None


def _other_than(call: Call, words: str) -> OtherObject | None:
    """Return the object of a reply that is no part of one change."""
    operation, facts = call["operation"], call["preview"] or {}
    own = _OWN.get(call["arguments"].get("contact_type", ""), _OWN.get(operation, "")).split()
    names = [word for word in fold(str(facts.get("to_package", ""))).split() if len(word) >= _LEAST_OF_A_NAME]
    patterns = [*(_THINGS[name] for name in own), *(rf"{re.escape(name)}\w*" for name in names)]
    stated = re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)") if own else re.compile(r"")
    said = fold(words) if operation == "setup_autopay" else _AUTOPAY.sub("otomatik", fold(words))
    for clause in _CLAUSE.split(_MODIFIER.sub(" ", said)):
        if stated.search(clause) is None and (found := _object_of(clause, operation)) is not None:
            return found
    return None


def _object_of(clause: str, operation: str) -> OtherObject | None:
    """Return the object of a clause that names no thing of the change."""
    for match in (found for pattern in (_BEFORE, _AFTER, _ANSWERED) if (found := pattern.search(clause))):
        said = match.groupdict()
        thing = said["thing"] or said["second"]
        kind = next((name for name, pattern in _THINGS.items() if re.fullmatch(pattern, thing)), None)
        things, verbs = _BY_VERB.get(operation, ("", "$^"))
        if kind in things.split() and re.match(verbs, said.get("act") or ""):
            continue
        if kind in _WHAT_FOR and re.search(r"\bicin\b", match[0]):
            continue
        return OtherObject("act" if said.get("act") and kind is not None else "thing", match[0].strip())
    return None
