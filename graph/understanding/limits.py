"""Limits that a customer sets with a wish: an amount, a part, a day, a condition, another owner.

A limit on the amount, and a condition on what the change costs or binds to (``fee_conditions``), is judged on the facts
of the proposed change. Any other cannot be kept from here: the customer
is told so before he is asked, or the change is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from core.number_words import units
from core.turkish import fold
from graph.state import Call
from graph.understanding.fee_conditions import without_conditions
from graph.understanding.words import CONDITION as CONDITION_WORDS
from graph.understanding.words import COUNTS, DAYS, LIRA, MONTHS, NUMBER, ORDINALS, OTHER, any_of

NOT_NEEDED = "condition_not_met"
"""Remark that a call was dropped because its condition did not hold."""

PART = "part_not_possible"
ONLY_NOW = "only_now"
OWNER = "own_account_only"
CONDITION = "condition_not_watched"
AUTOPAY = "autopay_whole_bills"
WHOLE_LINE = "suspends_whole_line"
NO_END = "no_end_set"
ONE_BILL = "one_bill"

TOLD: Mapping[str, str] = {"time": ONLY_NOW, "condition": CONDITION, "part": PART, "owner": OWNER}
"""The remark about each kind of limit that ``unmet.limit_in`` finds."""

_OF_REPLIES = frozenset({AUTOPAY, WHOLE_LINE, NO_END, NOT_NEEDED})
"""Limits of a reply that are told here; its times, conditions, parts and owners are found by ``named.unasked``."""

_MONEY_OF: Mapping[str, str] = {
    "pay_bill": "amount", "enable_roaming": "daily_fee", "suspend_line": "reactivation_fee",
    "reactivate_line": "reactivation_fee",
}  # fmt: skip
"""The fact of a preview that a limit in lira is about."""

_DATED = frozenset({"pay_bill", "change_package", "enable_roaming", "suspend_line", "reactivate_line"})
_LIRA = rf"(?P<sum>{NUMBER})\s*{LIRA}"
_MORE = r"(?:fazla|cok|yuksek|pahali|ustunde|uzerinde|gec|as)"
_LESS = r"(?:az|dusuk|ucuz|altinda)"
_COMPARED = re.compile(
    rf"\b(?P<sum>{NUMBER})(?:\s*{LIRA}|(?=['’]?(?:d|t)[ae]n\b))['’]?\w*\s+(?:daha\s+)?(?:(?P<more>{_MORE})|(?P<less>{_LESS}))(?P<rest>\w*s[ae]\b|\s*(?:ise|degilse)\b)"
    r"(?P<then>[^.;]*)"
)
_SUM = rf"{NUMBER}(?:\s*{LIRA}['’]?\w*|['’]\w{{1,4}})"
_AT_MOST = re.compile(
    rf"\b{_SUM}\s+(?:gecm|asm)[ae]\w+|\b{_SUM}\s+kadar\b"
    rf"|\b(?:en (?:fazla|cok)|azami|maks\w*|max\w*|at most|up to|no more than)\s+(?:\w+\s+)?{_SUM}"
    rf"|\b{_SUM}\s+(?:limit|sinir|tavan)\w*|\b(?:limit|ust sinir|tavan)\w*\s+(?:\w+\s+)?(?:{_SUM}|\d{{2,}}\b)"
)
_SOME_BILLS = re.compile(
    rf"{_AT_MOST.pattern}|\b{_SUM}\s+(?:gec|as)(?:[ae]n\w*|[iuae]r\w*|t[iu]g\w*|[iu]nc\w*)"
    rf"|\b{_SUM}(?<=d[ae]n)\s+(?:daha\s+)?(?:fazla|cok|yuksek|pahali|az|dusuk|ucuz)\w*"
    rf"|\b{_SUM}\s*(?:ust|uzer|alt)[iu]\w*|\b(?:over|under|above|below)\s+{_SUM}"
    r"|\bayin \d+['’]?\w*|\bmaas gun\w*"
)
"""What would single out bills, sums or days for automatic payment."""
_CEILING_OF: Mapping[str, str] = {**_MONEY_OF, "change_package": "monthly_fee"}

_SERVICE = r"(?:arama|gorusme|konusma|cagri|internet|mobil veri|data|sms|mesaj|calls?\b|texts?\b)\w*"
_PART_OF_LINE = re.compile(
    rf"\b(?:yalniz\w*|sadece|bir tek|only|just)\s+(?:(?:gelen|giden|mobil)\s+)?{_SERVICE}"
    rf"|\b(?:gelen|giden|incoming|outgoing)\s+{_SERVICE}"
    rf"|\b{_SERVICE}\s+(?:\w+\s+)?(?:acik|kapa(?:n|t)m[ae]\w*|kals[iu]n\w*|calis(?!m)\w*|devam|durs[iu]n|haric|kesilm[ae]\w*)"
)
_ENDING = re.compile(
    rf"\b(?:\d+\s?|(?:{units(1, 6)}|on|yarim)\s+)(?:gun|hafta|ay|yil)(?:l[iu]g[iu]\w*)?\b"
    r"(?! (?:once|evvel|oldu|gec))"
    r"|\b(?:gun|hafta|ay|yil) sonra\s+(?:\w+\s+){0,2}?ac\w*|\b\w+[ae]\s+kadar\s+(?:\w+\s+){0,2}?(?:dondur|kapa|kals)\w*"
    r"|\b(?:until|for (?:a|one|two|three|\d+) (?:days?|weeks?|months?))\b"
)
_AMOUNT = re.compile(rf"\b{_LIRA}(?:s[iu]n[iu]|l[iu]k\s+k[iu]sm\w+|\s+(?:ode|yatir)\w*)")
_PART = re.compile(
    r"\b(?:yari(?:s[iu]n[iu]|m[iu]n[iu]|y[iu])|ceyregini|ucte bir\w*|bir k[iu]sm\w+|k[iu]smi\b|taksit\w*|bolerek|bolup"
    r"|half|instal\w+|part of)\b"
)
_RELATIVE = "anne|baba|es|kardes|abla|abi|agabey|ogl|kiz|dede|nine|babaanne|anneanne|teyze|hala|amca|dayi|komsu|arkadas"
_OWNER = re.compile(
    rf"\b(?:{_RELATIVE})\w{{0,5}}m[iu]n\s+(?:\w+\s+)?(?:fatura|hat|paket|tarife|borc|numara|roaming|otomatik)\w*"
    r"|\bmy (?:mother|father|wife|husband|son|daughter|brother|sister)'?s\b"
)
_BILLS = re.compile(
    rf"\b(?:(?:her )?(?:{any_of(*COUNTS)}|\d|butun|tum)\s+(?:\w+\s+)?fatura\w*|faturalar\w*|(?:all|both) (?:my )?bills)"
    rf"|\b(?:{any_of(*ORDINALS)}|ilk|son|ev|sabit|cep|{OTHER}|numarali)\s+(?:hat|numara|telefon)\w*[iu]n"
    r"\s+(?:\w+\s+)?(?:fatura|borc)\w*|\b\d{7,}['’]?n[iu]n\s+(?:\w+\s+)?(?:fatura|borc)\w*"
)
"""Several bills, or that of one line: the bill is the account's."""
_OWN_CASE = r"(?:y[iu]|n[iu]n|den|dan|e|a|ye|ya|ki|leyin)?"
_TIME = re.compile(
    rf"\b(?:(?:{any_of(*DAYS)})(?:\s+gunu)?|yarin|obur gun|haftaya|gelecek (?:ay|hafta)|onumuzdeki (?:ay|hafta)"
    r"|o (?:gun|tarih)"
    r"|ay(?:in)?\s?(?:sonu|basi|ortasi)\w*|ayin \w+(?:inda|unda|inde|unde)"
    r"|bir (?:hafta|ay) sonra|\d+ (?:gun|hafta|ay) sonra"
    rf"|(?:{any_of(*MONTHS)})(?:(?:\s+\d{{1,2}})?['’]?(?:d[ae]|t[ae])|\s+ay[iu]nda|\s+(?:gelince|olunca))"
    r"(?!ki)(?! \w+d[iu]g[iu]m)"
    rf"|tomorrow|next (?:week|month)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day){_OWN_CASE}\b"
    r"|\b\w{2,}(?:inca|ince|unca|unce)\b"
)
_FINITE = re.compile(
    r"\b(?!otomatik\b)\w+(?:yor(?:um|uz|lar)?|ece[gk]\w*|aca[gk]\w*|[dt][iu](?:m|k)|icem|icaz|icez|cam|[iuae]r[iu]m"
    r"|day[iu][mz]|dey[iu][mz])\b|\bvar\b"
)
_NO_TIME = frozenset("bence ingilizce once ince pirince dusunce gunce guvence sakinca boyunca".split())
_CONDITION = re.compile(
    rf"\b(?:{CONDITION_WORDS})\b"
    r"|\b\w{2,}(?:[iu]yor|[ae]cak|[ae]cek|m[ae]z|[iuae]r)s[ae]\b"
)
_HANGS = re.compile(rf"{_CONDITION.pattern}|\b(?!peki|ya)\w+ (?:yoks[ae]|vars[ae]|degils[ae])(?! (?:da|de|bile)\b)\b")
"""The conditions of a wish: "komisyon yoksa öde" is one, too."""
_POLITE = re.compile(
    r"\b(?:(?:sakinca|mahsur|engel|sorun|sikinti|problem|imkan|zahmet)\w* (?:yok|var)sa"
    r"|eger .*varsa|zahmet olmazsa|olursa|(?:sevin\w+|memnun ol\w+|iyi ol\w+|mumkun\w*)|gerekirse|gerekiyorsa"
    r"|uygun gorurse\w*"
    r"|\w+rs[ae]n(?:[iu]z)?\s+(?:\w+\s+)?(?:sevin|memnun|iyi ol))\w*"
)


class Judgement(NamedTuple):
    """The consequences of the limits of a wish.

    Attributes:
        kept: Whether the change may be asked about.
        remark: The topic that is said before; None where there is nothing to say.
    """

    kept: bool = True
    remark: str | None = None


def names_amount(message: str) -> bool:
    """Return True if a message names a sum of money, so that the limit can only be judged on facts."""
    return re.search(rf"\b{_LIRA}", fold(message)) is not None


def judged(call: Call, facts: Mapping[str, Any], message: str) -> Judgement:
    """Judge the limits that a message sets for a change.

    Args:
        call: The call of the change.
        facts: What is known of it: the facts of its preview.
        message: The customer's words, in which the wish stands.
    """
    said = fold(message)
    if package := call["arguments"].get("new_package_name"):  # "Gale 60'a geçmek" sets no limit of 60
        said = said.replace(fold(str(package)), "paket")
    operation = call["operation"]
    line = call["arguments"].get("line_number")
    if operation in _DATED and _OWNER.search(said) and not (line and line in said):
        return Judgement(kept=False, remark=OWNER)
    left = without_conditions(call, said, facts)
    if left is None:
        return Judgement(kept=False, remark=NOT_NEEDED)
    said = left
    if (own := _of_operation(call, said)) is not None:
        return own
    if operation == "pay_bill" and _BILLS.search(said):
        return Judgement(remark=ONE_BILL)
    if (not call["conditional"] or operation in _MONEY_OF) and (compared := _COMPARED.search(said)):
        return _compared(call, facts, compared)
    if not call["conditional"] and (ceiling := _AT_MOST.search(said)):
        return _at_most(call, facts, ceiling[0])
    if operation == "pay_bill" and (_PART.search(said) or _other_amount(facts, said)):
        return Judgement(remark=PART)
    if operation in _DATED and _is_dated(said):
        return Judgement(remark=ONLY_NOW)
    if operation in _DATED and not call["conditional"] and _HANGS.search(_POLITE.sub(" ", said)):
        return Judgement(remark=CONDITION)
    return Judgement()


def judged_reply(call: Call, words: str) -> Judgement | None:
    """Return the judgement of a limit that a reply sets for a proposed change; None where it sets none of its own."""
    found = judged(call, call["preview"] or {}, words)
    return found if found.remark in _OF_REPLIES else None


def _of_operation(call: Call, said: str) -> Judgement | None:
    """Return the judgement of a limit that only one operation can be given: what it does is not divisible."""
    operation = call["operation"]
    if operation == "setup_autopay":
        is_limited = _SOME_BILLS.search(said) or _PART.search(said)
        hanging = _CONDITION.search(_POLITE.sub(" ", said)) is not None
        if call["arguments"].get("status") is not False:
            return Judgement(remark=AUTOPAY) if is_limited or hanging or _is_dated(said) else None
        if _is_dated(said):
            return Judgement(remark=ONLY_NOW)
        return Judgement(remark=CONDITION) if hanging else None
    if operation == "suspend_line":
        if _PART_OF_LINE.search(said):
            return Judgement(remark=WHOLE_LINE)
        return Judgement(remark=NO_END) if _ENDING.search(said) else None
    return None


def _at_most(call: Call, facts: Mapping[str, Any], ceiling: str) -> Judgement:
    """Judge a ceiling on the facts; a bill above it cannot be paid in part, and later costs abroad are not watched."""
    fact, stated = facts.get(_CEILING_OF.get(call["operation"], "")), re.search(NUMBER, ceiling)
    if fact is None or stated is None:
        return Judgement()
    is_above = Decimal(str(fact)) > _value(stated[0])
    if call["operation"] == "pay_bill":
        return Judgement(remark=PART) if is_above else Judgement()
    if is_above:
        return Judgement(kept=False, remark=NOT_NEEDED)
    return Judgement(remark=CONDITION) if call["operation"] == "enable_roaming" else Judgement()


def _compared(call: Call, facts: Mapping[str, Any], compared: re.Match[str]) -> Judgement:
    fact = facts.get(_MONEY_OF.get(call["operation"], ""))
    if fact is None:
        return Judgement(remark=CONDITION)
    amount, limit = Decimal(str(fact)), _value(compared["sum"])
    holds = amount > limit if compared["more"] else amount < limit
    if re.search(r"m[iu]yor|m[ae]z|m[ae]y|degil", compared["rest"]):
        holds = not holds
    if re.search(r"\b\w+m[ae](?:y[iu]n(?:[iu]z)?)?\s*(?:[.!,]|$)", compared["then"]):  # "geçerse açma"
        holds = not holds
    return Judgement() if holds else Judgement(kept=False, remark=NOT_NEEDED)


def _other_amount(facts: Mapping[str, Any], said: str) -> bool:
    """Return True if an amount is to be paid that is not that of the bill, with or without its kuruş."""
    stated = _AMOUNT.search(said)
    if stated is None or "amount" not in facts:
        return False
    amount = Decimal(str(facts["amount"]))
    return _value(stated["sum"]) not in (amount, Decimal(int(amount)))


def _is_dated(said: str) -> bool:
    """Return True if a time belongs to the wish: no other verb stands between it and the end of its clause."""
    for match in _TIME.finditer(said):
        clause = re.split(r"[.,;!?]", said[match.end() :])[0]
        if match[0] not in _NO_TIME and not _FINITE.search(clause):
            return True
    return False


def _value(written: str) -> Decimal:
    return Decimal(written.strip(".").replace(".", "").replace(",", "."))
