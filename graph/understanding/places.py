"""Finds where a customer says that he is: abroad, or in a region of the country.

The names of countries come from the locale data of the Unicode project (babel); those of regions from the network.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale

from core.turkish import fold

_HOME = frozenset({"TR"})
_THERE = r"['’]?n?[dt][ae](?:y[iu]m|y[iu]z|yken|y[ae]m|ki\w*)?"
"""A suffix of place, as in "Pendik'te", with or without a person."""

_ALSO = ("abd", "amerika", "avrupa", "dubai", "ingiltere", "iskocya")
"""Places abroad that are no territory's own name."""

_ABROAD = re.compile(r"\b(?:yurt\s?disinda(?:y[iu]m|y[iu]z|yken|ki\w*)?|abroad|roaming(?:de|deyim))\b")
_INTERNET = re.compile(r"\b(?:internet\w*|mobil veri\w*|data|gb|wifi|wi-fi|baglant\w+)\b")
_CONNECTION = re.compile(r"\b(?:cek(?:m|il)\w*|sinyal\w*|sebeke\w*|arama\w*|aranam\w*|hat(?:ti\w*|lar\w*)?)\b")
_ELSEWHERE = re.compile(
    r"\b(?:fatura|ucret|para|odeme|tv|televizyon|kanal|kumanda|kutu|ekran|kasa|batarya|pil|sarj|kamera|hoparlor|kablo"
    r"|modem|uygulama|app|site|sifre|magaza|kiril|kirik|screen|battery|bill|remote|router)\w*"
)
"""What a fault may be about that no state of a line explains."""
_OWN_LINE = re.compile(
    r"\b(?:telefon|hatt|cep|cihaz|internet|sim|numara|sebeke|baglanti)(?:[iu]?m(?:[iu]z)?|lar[iu]m(?:[iu]z)?)\w{0,4}\b"
    r"|\bmy (?:phone|line|mobile|sim|number|internet|connection)\b"
)
_SHORTEST_NAME = 4


def is_abroad(message: str) -> bool:
    """Return True if a customer says that he is abroad, or names another country as the place where he is."""
    said = fold(message)
    return _ABROAD.search(said) is not None or _countries().search(said) is not None


def speaks_of_internet(message: str, measured: bool) -> bool:
    """Return True if a complaint is about the internet.

    Args:
        message: The customer's words.
        measured: Whether a speed test was wanted, which is about nothing else.
    """
    return measured or _INTERNET.search(fold(message)) is not None


def is_about_connection(message: str) -> bool:
    """Return True if a complaint is about calls, signal or internet, and not about a device or a bill."""
    return speaks_of_internet(message, measured=False) or _CONNECTION.search(fold(message)) is not None


def may_be_connection(message: str) -> bool:
    """Return True unless a complaint is certainly about something else than a line: a device, a bill, television."""
    return is_about_connection(message) or _ELSEWHERE.search(fold(message)) is None


def speaks_of_own_line(message: str) -> bool:
    """Return True if a message speaks of the customer's own telephone or line, and of nothing else that may fail."""
    said = fold(message)
    return _OWN_LINE.search(said) is not None and _ELSEWHERE.search(said) is None


@lru_cache(maxsize=1)
def _countries() -> re.Pattern[str]:
    """Return a pattern of other countries with a suffix of place ("Almanya'dayım"), or behind "in"."""
    names = {
        fold(name)
        for language in ("tr", "en")
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _HOME
    }
    names |= {*_ALSO}
    listed = "|".join(
        re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) >= _SHORTEST_NAME or name in _ALSO
    )
    return re.compile(rf"\b(?:{listed}){_THERE}\b|\bin (?:{listed})\b")
