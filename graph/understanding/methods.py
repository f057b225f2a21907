"""The ways to pay that words name, and those that they refuse."""

from __future__ import annotations

import re

from core.turkish import fold

ANOTHER_METHOD = "another_method"
"""Topic of words that only turn a way to pay down; the question for it returns."""

_METHODS = {
    "credit_card": re.compile(r"\b\w*kart\w*|\bcard\b"),
    "bank_transfer": re.compile(r"\b(?:havale|eft|iban|bankadan|bankamdan|banka hesab)\w*|\btransfer\w*"),
    "digital_wallet": re.compile(r"\bcuzdan\w*|\bwallet\b"),
    "cash": re.compile(r"\bnakit\w*|\bcash\b"),
}
_REFUSED = re.compile(
    r"\w*\s+(?:\w+\s+)?(?:degil|istem[ie]\w*|olmaz|olmas[iu]n|haric|disinda|verm[ei]\w*|masrafl[iu]\w*|bos ?ver\w*"
    r"|yok\b|sevmem|kullanm\w*|bloke|gecersiz|iptal"
    r"|(?:kapan|dol|bit|kaybol|cal[iu]n|bozul|silin|k[iu]r[iu]l|gec)(?:[dt][iu]|m[iu]s)|cal[iu]sm\w*)"
)
"""Follows a method that the customer does not want or has no more: "banka hesabım kapandı"."""

_EXCEPTED = re.compile(r"\b(?:anything but|everything but|except|not)(?: by| with| the| my)?(?: credit| bank)? $")
"""Stands before a method that the customer does not want: "anything but card"."""

_WITHDRAWN = re.compile(r"\b(?:vazgec\w*|odeme(?:y[iu]n\w*|yelim|yecegim)|kals[iu]n|gerek yok|iptal)\b|\?")
"""Takes the payment itself back."""


def methods_in(text: str) -> list[str]:
    """Return the payment methods that a text names, in the order of their codes."""
    said = fold(text)
    return [name for name, words in _METHODS.items() if words.search(said)]


def refused_methods(text: str) -> list[str]:
    """Return the payment methods of which a text only says that they are not wanted or not there ("kart yok")."""
    said = fold(text)
    mentions = {name: list(words.finditer(said)) for name, words in _METHODS.items()}
    return [name for name, found in mentions.items() if found and all(_is_refused(said, each) for each in found)]


def _is_refused(said: str, method: re.Match[str]) -> bool:
    return bool(_REFUSED.match(said[method.end() :]) or _EXCEPTED.search(said[: method.start()]))


def other_methods(said: str, question: str) -> list[str]:
    """Return the methods that a reply puts in the place of the asked one; "kart istemem, havale iyi" puts none."""
    asked = [name for name, words in _METHODS.items() if words.search(question)]
    if not asked:
        return []
    refused = refused_methods(said)
    others = [name for name in methods_in(said) if name not in asked and name not in refused]
    return [name for name in asked if name in refused] + others


def turns_down_method(text: str) -> bool:
    """Return True for a few words that say no more than that a way to pay is not wanted: "kart olmasın"."""
    refused = refused_methods(text)
    return bool(refused) and refused == methods_in(text) and _WITHDRAWN.search(fold(text)) is None
