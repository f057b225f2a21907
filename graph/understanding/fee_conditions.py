"""Conditions on what a change costs or binds to: "cayma bedeli yoksa", "taahhüdü bozmadan", "ücretsiz", "taahhütsüz".

They are set in the words of the wish, and judged on the facts of its preview before anything is asked. A condition is
either wanted absent ("bedel olmadan") or forbids the change where it is present ("bedel varsa geçirme").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.turkish import fold
from graph.state import Call
from graph.understanding.words import LIRA, NUMBER

_Facts = Mapping[str, Any]

_NOT = r"(?:m[ae]d[ae]n|m[ae]s[iu]n(?:lar)?|m[ae](?:y[ae]c[ae]k|z|mis)s[ae]\w*|m[iu]yors[ae]\w*|m[ae]y[iu]n\w*)"
_HAPPENS = r"(?:ol|ode|cik|al|ver|yaz|kes|uygula|gerek|gel|yansi|etkile|yan|gir)"
_IF_ABSENT = rf"(?:yoks[ae]\w*|yok ise|{_HAPPENS}\w*?{_NOT})"
_ABSENT = rf"(?:{_IF_ABSENT}|(?:\w+m[ae]k )?istem[ei]\w+|(?:ode|ver)m(?:em|ey\w+|[iu]c[ae]\w+))"
_PRESENT = r"(?:vars[ae]\w*|var ise|\w+(?:[ae]c[ae]k|[iuae]r|[iu]yor)s[ae]\w*)"
_FORBIDS = r"[^.;]*?\b(?:\w+m[ae](?:y[iu]n\w*)?(?=\s*(?:[.!,;]|$))|istem[ei]\w+|kals[iu]n|vazgec\w*)"
_IF = re.compile(r"\b(?:eger|sayet)\b")
_GAP = r"\s+(?:\w+\s+){0,2}?"

_LEAVING_FEE = r"(?:cayma|ceza|fesih)"
_PRICE = r"(?:ucret|fiyat|fatura|aylig|tarife|odeme|odedig|para|masraf|tutar|bedel)\w*"
_CHARGE = r"(?:ucret|para|masraf|bedel)\w*"


def _either(thing: str, absent: str = _ABSENT) -> str:
    """Return the pattern of a condition that a thing (the stem of its name) be absent, said either way."""
    return rf"\b{thing}\w*{_GAP}(?:{absent}|{_PRESENT}{_FORBIDS})"


_NO_LEAVING_FEE = re.compile(
    rf"{_either(_LEAVING_FEE)}|\bcezasiz\b(?! m[iu])"
    r"|\b(?:without|no) (?:\w+ )?(?:cancellation|termination|exit|leaving|penalty)\b(?: fees?)?"
)
_NO_BREAKING = re.compile(
    rf"\btaahhu[dt]\w*{_GAP}(?:boz|bitir|yak|iptal|ihlal|kir)\w*?(?:{_NOT}|m[ae]k istem\w+)"
    rf"|{_either('taahhud[iu]m')}|\btaahhud[iu]m\w*{_GAP}(?:bit|dol)\w*s[ae]\w*"
    r"|\bwithout breaking (?:my |the )?(?:commitment|contract)\b"
)
_NO_COMMITMENT = re.compile(
    rf"\btaahhutsuz\w*(?! m[iu])|{_either('taahhu[dt]')}"
    r"|\b(?:without|no|do ?n[o'’]?t want) (?:\w+ ){0,2}?(?:commitment|contract)\b"
)
_NO_SETUP = re.compile(rf"{_either('kurulum')}|\b(?:without|no) (?:\w+ )?setup\b")
_EXTRA = r"(?:ek|ekstra|ilave)\s+"
_NO_RISE = re.compile(
    rf"\b{_PRICE}{_GAP}(?:art|yuksel|pahalan|cogal|degis)\w*?(?:{_NOT}|{_PRESENT}{_FORBIDS})"
    rf"|\b(?:fazla|cok)\s+(?:\w+ )?(?:ode|ver|tut|gel|yaz|cik)\w*?(?:{_NOT}|m[ae]k istem\w+)"
    rf"|{_either('zam(?!an)')}|\bzamsiz\b|\bpahali\s+(?:degils[ae]|ol\w*?{_NOT})"
    rf"|\bpahali(?:ys[ae]|\s+(?:ise|{_PRESENT})){_FORBIDS}"
    rf"|\bayni (?:fiyat|ucret|para)\w*|\b{_PRICE}\s+ayni(?:ys[ae]| ise| kal\w*(?:s[ae]|s[iu]n)\b)"
    rf"|{_either(_EXTRA + _PRICE)}"
    r"|\bwithout paying (?:more|extra)\b"
    r"|\b(?:fee|price|bill)s? (?:does|do|will)(?: not|n['’]?t) (?:go up|rise|increase)"
    r"|\bif (?:it is|it['’]?s) not more expensive\b"
)
_CHEAPER = re.compile(r"\bucuz(?:s[ae]\b|\s+(?:ise\b|ol\w*s[ae]\b))|\bif (?:it is|it['’]?s) cheaper\b")
_FREE = re.compile(
    r"\b(?:ucretsiz|bedava|beles|parasiz|masrafsiz)(?:s[ae]|ys[ae]|e|ya)?\b"
    r"(?!\s+(?:m[iu]|degil\b|degils[ae] (?:de|bile)|olmas[ae] (?:da|bile)))"
    rf"|{_either(_CHARGE, _IF_ABSENT)}|\bdahil(?:s[ae]| ise)\b"
    r"|\b(?:for free|free of charge|if (?:it is|it['’]?s) free)\b"
)
_UNPAID = re.compile(rf"\b(?:{_CHARGE}|{NUMBER}\s*{LIRA}\w*){_GAP}{_ABSENT}")


def _none_of(*names: str) -> Callable[[_Facts], bool]:
    return lambda facts: all(_sum(facts, name) == 0 for name in names)


def _rises(facts: _Facts) -> Decimal:
    return _sum(facts, "monthly_fee") - _sum(facts, "current_fee")


_CONDITIONS: Mapping[str, Sequence[tuple[re.Pattern[str], Callable[[_Facts], bool]]]] = {
    "change_package": (
        (_NO_LEAVING_FEE, _none_of("cancellation_fee")),
        (_NO_BREAKING, lambda facts: facts.get("commitment_until") is None),
        (_NO_COMMITMENT, _none_of("contract_months")),
        (_NO_SETUP, _none_of("setup_fee")),
        (_NO_RISE, lambda facts: _rises(facts) <= 0),
        (_CHEAPER, lambda facts: _rises(facts) < 0),
        (_FREE, _none_of("setup_fee", "cancellation_fee")),
    ),
    "reactivate_line": tuple((each, _none_of("reactivation_fee")) for each in (_FREE, _UNPAID)),
    "enable_roaming": tuple((each, _none_of("daily_fee")) for each in (_FREE, _UNPAID)),
}
"""The conditions that a change can be given, each with what its preview has to show; the narrower ones first."""


def without_conditions(call: Call, said: str, facts: Mapping[str, Any]) -> str | None:
    """Return folded words without the conditions that hold; None where one of them, or of earlier words, does not.

    Args:
        call: The call of the change.
        said: The customer's words.
        facts: The facts of its preview; without any nothing is judged yet.
    """
    conditions = _CONDITIONS.get(call["operation"], ()) if facts else ()
    earlier = fold(call.get("wished", ""))
    for pattern, holds in conditions:
        if pattern.search(said) or pattern.search(earlier):
            if not holds(facts):
                return None
            said, earlier = _IF.sub(" ", pattern.sub(" ", said)), pattern.sub(" ", earlier)
    return said


def with_conditions(call: Call, message: str) -> Call:
    """Return a call that keeps a message which sets a condition on it: it holds for later values, too."""
    said, kept = fold(message), call.get("wished", "")
    if message in kept or not any(pattern.search(said) for pattern, _ in _CONDITIONS.get(call["operation"], ())):
        return call
    return {**call, "wished": f"{kept} {message}".strip()}


def _sum(facts: _Facts, name: str) -> Decimal:
    return Decimal(str(facts.get(name) or 0))
