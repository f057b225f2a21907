"""Questions over the lines of a customer who has several: which one, all of them together, the one at a place.

The same words are about the packages on sale for a customer with one line, so the caller looks how many there are.
"""

from __future__ import annotations

import re

from core.turkish import fold, fold_in_place
from graph.understanding import line_words

_LINE = r"(?:hat|numara)"
_WHICH = re.compile(
    rf"\bhangi {_LINE}\w*|\b{_LINE}(?:lar|[td][iu]m|m)\w* (?:\w+ ){{0,6}}hangi(?:si|sinde|sinin)?\b"
    r"|\bwhich (?:of my lines|lines?|of my numbers|numbers?)\b"
)
_EACH = re.compile(
    rf"\bhangi {_LINE}\w* (?:ne kadar|kac|ne)\b|\b{_LINE}lar\w* (?:\w+ ){{0,2}}(?:paket|tarife|ucret|fiyat)\w*"
    r"|\b(?:packages|plans|fees) of my lines\b"
)
_WHICH_OF_THEM = re.compile(r"\bhangi(?:si|sinde|sinin|leri|lerinde)\b|\bwhich one\b")
_OF_MINE = re.compile(rf"\b{_LINE}(?:lar|t)[iu]m\w*|\bhepsi\w*|\bmy (?:lines|numbers)\b|\b{_LINE}lar\w*")
_ANY_OF_MINE = re.compile(rf"\b{_LINE}lar[iu]m\w*\b.*\bvar m[iu]\w*|\bany of my (?:lines|numbers)\b")
_OFFERS = re.compile(
    r"\b(?:paketler|tarifeler|packages|plans)\w*|\bhangi (?:paket|tarife)\w*|\bwhich (?:package|plan)\b"
    r"|\b(?:paket|tarife) hangisi\b"
)
_EXTREME = re.compile(
    r"\b(?:en|daha) (?:az|cok|fazla|ucuz|pahali|yuksek|dusuk|hesapli)\w*|\b(?:most|least|more|less|cheapest|dearest)\b"
)
_RUNS_OUT = re.compile(r"\bbit(?:mek|iyor|ecek|ti|mis)\w*|\btuken\w*|\baz kal\w*|\bazal\w*|\b(?:runs?|running) out\b")
_LEFT = re.compile(r"\bkal(?:an|di|mis|iyor|)\w*|\bleft\b")
_HOLDINGS = re.compile(r"\b(?:internet|net\b|gb\b|giga|veri|dakika|konusma|data|minute)\w*")
_FEE = re.compile(
    r"\b(?:pahali|ucuz|hesapli|ucret|fiyat|para|lira|tl|ode|oduyor|tut|tutuyor|masraf|cost|fee|price|pay|expensive|cheap"
    r"|dear)\w*"
)
_ROAMING = re.compile(r"\b(?:roaming|dolasim|yurt ?disi)\w*|\babroad\b")
_STATE = re.compile(r"\b(?:acik|kapali|aktif|dondur|don[mu]|askida|kullanimda|suspended|active)\w*|\bo(?:n|ff)\b")
_COMMITMENT = re.compile(r"\b(?:taahhu[td]|sozlesme|commitment|contract)\w*")
_PACKAGE = re.compile(r"\b(?:paket|tarife|package|plan)\w*")
_TOGETHER = re.compile(r"\b(?:toplam|topla|hepsi\w*|butun|tum|together|altogether|in total|all)\b")
_A_MONTH = re.compile(r"\bay(?:da|lik|ligi)\w*|\bher ay\b|\b(?:a|per|each) month\b|\bmonthly\b")
_A_YEAR = re.compile(r"\b(?:(?:bir|1) )?(?:yil|sene)(?:da|de|lik|ligi)\w*|\b(?:a|per|each) year\b|\byearly\b")
_PAST = re.compile(
    r"\bod(?:e|u)\w*[dm][iu](?:m|k|s\w*)\b|\bodemis\w*|\b(?:son|gecen|yil\w*|sene\w*|simdiye|bugune|fatura\w*|borc\w*)\b"
    r"|\b(?:have i|did i) pa\w+\b"
)
_PAYS = re.compile(r"\boduyor\w*|\bodeyece\w*|\bodenecek\b|\btutuyor\w*|\bver(?:iyor|ece|ir)\w*|\bpay\b|\bcosts?\b")

_PLACE = re.compile(
    rf"{line_words.BARE_PLACE.pattern}|{line_words.OTHERS.pattern}|\b(?:diger|obur|oteki)(?:i|u|si|inin|unun|ininki)\w*"
)


def asked_of_lines(message: str, *, on_lines: bool) -> str | None:
    """Return the fact that a question asks over several lines of the customer; None for another question.

    Args:
        message: The customer's words.
        on_lines: Whether the last answer was about lines: "hangisinde" is one of them, then.
    """
    said = fold(message)
    if _EACH.search(said):
        return "package_fee" if _FEE.search(said) else "package_name"
    if _OFFERS.search(said):
        return None
    of_them = _WHICH_OF_THEM.search(said) is not None
    mine = on_lines or _OF_MINE.search(said) is not None
    left = all(pattern.search(said) for pattern in (_HOLDINGS, _LEFT)) or _RUNS_OUT.search(said) is not None
    if _WHICH.search(said) or (of_them and (mine or left)) or _ANY_OF_MINE.search(said):
        return _of_which(said)
    monthly = _A_MONTH.search(said) is not None and _PAYS.search(said) is not None and not _PAST.search(said)
    together = mine or _TOGETHER.search(said) is not None
    if together and _PAYS.search(said) and _A_YEAR.search(said) and not _PAST.search(_A_YEAR.sub(" ", said)):
        return "package_yearly_cost"
    return "lines_fee_total" if monthly and together else None


def _of_which(said: str) -> str | None:
    """Return the fact by which one of the lines is meant."""
    if _ROAMING.search(said):
        return "roaming_on"
    if _COMMITMENT.search(said):
        return "committed"
    if _HOLDINGS.search(said) and (_EXTREME.search(said) or _RUNS_OUT.search(said)):
        return "line_most_left"
    if _EXTREME.search(said) and (_FEE.search(said) or not _HOLDINGS.search(said)):
        return "line_fee_most"
    if _STATE.search(said):
        return "line_state"
    return "package_name" if _PACKAGE.search(said) else None


def asks_whose_line(message: str) -> bool:
    """Return True for a message that names a line by its place alone: "üçüncüsünün paketi ne"."""
    return _PLACE.search(fold(message)) is not None


def with_plain_line(message: str) -> str | None:
    """Return a message with the plain word for a line in place of the words that name one by its place."""
    match = _PLACE.search(fold_in_place(message))
    return None if match is None else f"{message[: match.start()]}hattımın{message[match.end() :]}"
