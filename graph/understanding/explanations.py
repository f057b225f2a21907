"""Clauses of a reply that tell why: "açın, yarın uçuyorum", "torunlar istiyor, geçir gitsin".

They name times and persons of the customer's life and change nothing of what he agrees to. Code tells them by their
verb and by the plea in another clause. To leave them out and read the rest costs more than it gains
(docs/decisions/0030), so a reply is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLAUSE_END = re.compile(r"[,.;:!?]+\s*")
_TELLS = re.compile(
    r"\b\w+(?:[iu]yor(?:um|uz|dum|duk)?|[dt][iu][mk]?|[iuae]?cam|[ae]ca[gk][iu]m|[dt][ea]y[iu][mz])\b"
    r"|\b\w*(?:var|lazim|gerek)\b"
)
"""A verb by which a clause tells something of the customer."""
_PLEADS = re.compile(
    r"\b(?:ac|kapat|ode|cek|al|yap|gec|gecir|kayde[dt]|dondur|degistir|tanimla|yenile|baslat|hallet|onayla|et|ver|kur|olustur"
    r"|gonder|yolla|tasi|dusur|yukselt|ekle|guncelle|bitir)"
    r"(?:[iu]n(?:[iu]z)?|y[iu]n(?:[iu]z)?|s[iu]n|[iu]ver\w*|[iu]lsin|al[iu]m|el[iu]m|[iu]yor(?:um|uz))?\b"
)
"""A plea for an act, to be done now."""
ACTS = re.compile(rf"{_PLEADS.pattern}|\b(?:evet|tamam|olur|uygun\w*|onay)\b")
"""A plea or a consent."""


def outside_explanations(pattern: re.Pattern[str], said: str, times: re.Pattern[str]) -> Iterator[str]:
    """Yield what a reply names, save in a clause that tells why beside a plea to act now: "aç, yarın uçuyorum".

    Args:
        pattern: What is looked for.
        said: The folded reply.
        times: Times to come; a plea beside one is none for now.
    """
    for match in pattern.finditer(said):
        begin = max((end.end() for end in _CLAUSE_END.finditer(said, 0, match.start())), default=0)
        after = _CLAUSE_END.search(said, match.end())
        clause = said[begin : after.start() if after else len(said)]
        follows = after is not None and _acts_now(said[after.end() :], times)
        precedes = (
            _PLEADS.search(said[:begin]) is not None
            and _PLEADS.search(clause) is None
            and not times.search(said[:begin])
        )
        if not (_TELLS.search(clause) and (follows or precedes)):
            yield match[0].strip()


def _acts_now(clause: str, times: re.Pattern[str]) -> bool:
    return (
        ACTS.search(clause) is not None
        and not times.search(clause)
        and not re.search(r"\bo (?:gun|zaman|aksam|sabah)", clause)
    )
