"""Questions about the change of package that waits for a yes: "taahhüt var mı", "cayması ne", "kurulum ne", "yaşım 45".

By themselves they are read as being about the customer's own package. Beside the question for a yes they mean the one
that he is about to take, unless their words name what is his ("taahhüdüm ne zaman bitiyor"). Only a question is read
here: a condition ("cayma yoksa evet") and a refusal ("kurulum ödemem") are left to those who read replies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.turkish import fold
from graph.asked.audience import age_in
from graph.asked.pending import tells
from graph.state import Call

_MOST_WORDS = 8
_CHANGE, _AUDIENCE = "change_package", "pending_audience"

_ASKS = re.compile(
    r"\?|\b(?:ne|nedir|neydi|kac\w*|nasil|peki|kim\w*|hangi\w*)\b|\b\w*m[iu](?:y\w*)?$|\b(?:m[iu]\w{0,5}|dimi)\b"
    r"|^(?:and |but )?(?:how|what|which|who|is|are|does|do|will|would|any)\b"
)
_OWN = re.compile(
    r"\b(?:benim|bende|bizim|simdiki|mevcut|suanki|eski|my|mine|current|present)\b"
    r"|\b(?:taahhu[dt]|paket|tarife|fatura)[iu]?m(?:[iu]z)?\w*"
)
"""What is the customer's own, which the facts of his package tell."""
_NEW = re.compile(r"\b(?:ilk fatura\w*|yeni)\b|\b(?:ol(?:ur|acak)|basla\w*|gir(?:er|ecek|mis)|uza\w*)\b")
""""Taahhüdüm olur mu" is about what comes."""
_MOVE = re.compile(r"\b(?:gec|degis)\w*s[ae]\w*")
_CONDITION = re.compile(
    r"\b(?:yoks|vars|degils|ise\b|eger\b)\w*|\b\w{2,}(?:[iuae]r|m[ae]z|c[ae]k|yor|m[iu]s)s[ae](?!m\b|k\b)\w*"
    r"|\b(?:if|unless)\b"
)
_REFUSES = re.compile(
    r"\b(?:\w+m[ae]m|\w+m[iu]yor\w*|istem\w+|almay\w+|olmas[iu]n|hayir|vazgec\w*|iptal et\w*)\b(?! m[iu])"
)
_REQUEST = re.compile(
    r"\b(?!soyle|yaz|bak|acikla|goster|anlat)\w+[aeiu]r m[iu]s[iu]n\w*|\b(?:ac|kapat|ode|yap|gec|gecir)$"
)

_TERMS: Mapping[str, re.Pattern[str]] = {
    "pending_first_month": re.compile(
        r"\btoplam\w*|\b(?:ilk|birinci) (?:ay|fatura|odeme|sefer)\w*|\bfirst (?:month|bill|payment)\b|\b(?:in )?total\b"
    ),
    "pending_leaving": re.compile(
        r"\bcayma\w*|\bceza\w*|\b(?:erken|once) (?:cik|ayril|birak|boz)\w*|\b(?:cik|ayril|boz|birak)\w*s[ae][mk]\b"
        r"|\b(?:cancellation|termination|penalty|exit) ?(?:fees?)?\b|\bleav(?:e|ing) early\b"
    ),
    "pending_commitment": re.compile(r"\btaah+u[dt]\w*|\bbaglayici\w*|\b(?:commitment|contract)\b|\btied\b"),
    "pending_setup": re.compile(
        r"\bkurulum\w*|\baktivasyon\w*|\b(?:gecis|baglanti|islem) (?:ucret|bedel|para)\w*|\bset ?-?up\b|\bactivation\b"
    ),
    "pending_difference": re.compile(
        r"\bfark(?! e[dt])\w*|\bdifference\b|\bhow much (?:more|less)\b|\bkac (?:lira|tl|para) (?:daha )?(?:fazla|az)\b"
        r"|\bne kadar (?:daha )?(?:fazla|az|artar|artacak|duser|dusecek)\b"
    ),
    "pending_roaming": re.compile(
        r"\b(?:yurt ?disi|roaming|dolasim)\w*(?! (?:arama|dakika|dk|konus|gorus|min|call))|\babroad\b"
    ),
    _AUDIENCE: re.compile(
        r"\byas (?:sart|sinir|kosul|limit|onemli)\w*|\bkac yas\w*|\bkim(?:ler)?e? (?:icin|uygun|yonelik|gore)\b"
        r"|\bkimlere\b|\bage (?:limit|restriction|condition)\b|\bhow old\b|\bwho (?:is (?:it|this) )?for\b|\bfor whom\b"
    ),
}
"""The words for each term, the narrower ones first."""


def term_asked(message: str, calls: Sequence[Call]) -> str | None:
    """Return the fact of the waiting change of package that a short message asks for; None for other words.

    Args:
        message: The customer's words.
        calls: The changes that wait for a yes.
    """
    changes = [call["preview"] or {} for call in calls if call["operation"] == _CHANGE]
    said = fold(message)
    if len(changes) != 1 or len(said.split()) > _MOST_WORDS:
        return None
    fact = _AUDIENCE if age_in(message) is not None else _asked(said)
    return fact if fact is not None and tells(fact, changes[0]) else None


def _asked(said: str) -> str | None:
    """Return the fact that a folded question asks for."""
    asks = _ASKS.search(said) and not (_REFUSES.search(said) or _REQUEST.search(said))
    if not asks or _CONDITION.search(_MOVE.sub(" ", said)):
        return None
    if _OWN.search(said) and not _NEW.search(said):
        return None
    return next((fact for fact, words in _TERMS.items() if words.search(said)), None)
