"""Idioms and taunts that hold the verb of a change and do not ask for it: "geç oldu", "kapat konuyu", "dondur da gör".

The readings see the verb. Which words make it another one is a closed class, so that code tells them.
"""

from __future__ import annotations

import re

from core.turkish.verbs import COMMAND_MOOD
from graph.understanding.words import any_of

_VERB = any_of(
    *"ode yatir cek gecir gec degistir dondur durdur ac kapat kapa olustur guncelle kaldir kaydet tanimla".split(),
    *"baslat yap uygula yukselt birak kes degis".split(),
)
_SKIP = r"gec(?:in(?:iz)?|elim|iver\w*|sene|seniz\w*)?"
_THESE = r"(?:bu|su|o)(?:nu|nlari)|(?:or|bur)a(?:lari|yi)"
_TALK = (
    r"(?:bu |su |o )?(?:konu|mevzu|bahs|muhabbet|laf|soz|sohbet|gorusme|konusma|mesele|hikaye|masal|edebiyat|geyi[gk]"
    r"|dalga|tras|ayak|isler|numaralar|palavra|mavra|sacmal\w+)(?:y?[iu]|l[ae]r[iu]|n[iu]|s[iu]n[iu])?"
)
_OF_A_ROOM = (
    r"(?:cene|agz|goz|kulag|kafa|el|dil|ses|kapi|pencere|perde|isik|isig|ekran|sayfa|araba|cekmece|kamera|ara)"
    r"(?:(?:[iu]?n[iu]z|[iu]?n|[iu]?m|y)?[iu])"
)
_NOT_OURS = rf"(?:{_TALK}|{_OF_A_ROOM})"

_IDIOM = re.compile(
    r"\b(?:"
    + any_of(
        # "geç" as "late" …
        r"(?:cok |epey |biraz |artik |vakit )?gec (?:ol(?:du|mus|acak|ur|madan|[iu]yor)|kal|saat|vakit|gel)\w*",
        r"(?:saat|vakit|is isten|zaman[iu]|cok) gec(?:ti|mis|t[iu]r)?",
        # … as "skip", whose object has an accusative, while a package has a dative, and as "step"
        rf"(?:{_THESE}|{_TALK}) (?:(?:bi|bir|hadi|artik|simdi|haydi) )?{_SKIP}",
        rf"{_SKIP} (?:(?:artik|simdi|sen|siz|hadi) )?(?:{_THESE}|{_TALK})",
        rf"(?:konu|mevzu|sade[dt]|bahs|sohbet|ders)\w*[ae] {_SKIP}",
        rf"{_SKIP} (?:\w+ )*?(?:konu|mevzu|sade[dt])\w*[ae]",
        r"gec(?:in)? (?:git|iceri|otur|kars[iu]m\w*|yerin\w*|kenara|koltu\w+|bir kalem)",
        r"gecmis olsun|gec dalga\w*|dalga gec\w*",
        # mouths, doors, talk
        rf"(?:{_VERB}){COMMAND_MOOD} (?:(?:artik|su|sen|siz|hadi|bu|o) )*{_NOT_OURS}\b(?! sev| op)",
        rf"{_NOT_OURS} (?:(?:artik|hadi|bi|bir) )*(?:{_VERB}){COMMAND_MOOD}",
        r"cek(?:in)? (?:git|gidin|gitsene)|cek(?:in|il)\w* (?:ayag|basimdan|yol)\w*|cekil\w* (?:git|basimdan)",
        r"kes (?:sunu|lan|ulan|be)",
        # "aç" as "hungry" and "open" of speech
        r"(?:acik|acikca|dogru) (?:konus|soyle|ol)(?:un|unuz|al[iu]m|elim|in)?",
        r"ac[iu]m|ac (?:kal(?!s)|ac[iu]na|susuz|biilac|gozlu|karn)\w*|karn[iu]m ac|ac m[iu](?:s[iu]n\w*|y[iu][mz])?",
        r"is[iu]n(?:[iu]z)?[iu]? (?:yap|bak)\w*|yap(?:in)? is[iu]n\w*",
        r"dondurma (?:ye|al|yal)\w*|kan[iu]m[iu]? dondur\w*|odes(?:[iu]r|el[iu]m|ece)\w*|odet[iu]r[iu]m",
    )
    + r")\b"
)

_SEE = r"gor(?:un(?:uz)?|urs\w*|eyim|elim|sun\w*|ur[um]z?|eceg\w*)?"
_GAIN = (
    r"(?:y[ei]|yut|doy|zengin(?: ol|le\w*)|sevin|kurtul|rahatla|rahat e[dt]|keyif|kina(?:yi)? yak|mutlu ol|tatil"
    r"|cebi\w*|kar[iu]n|soy|doldur|para(?:m[iu]|lar[iu])? (?:al|ye|kap|cal)|gul|gobek|cos|oyna|eglen|kazan|tat|bayram)"
    r"(?:y?[iu]n(?:[iu]z)?)?"
)
"""What we would have of it."""
_HARM = (
    r"(?:iflas|bat(?!ma)|sikayet|dava|mahkeme|rezil|perisan|aglay|delir|kriz|ol(?:el|ey)|ac kal|acliktan|sinir|kudur"
    r"|pisman|mahvol|kopeg|borca|gun(?:unu|unuzu))\w*"
)
"""What the customer would have of it."""
_MOOD = r"(?:y?[iu]n(?:[iu]z)?|[iu]ver\w*|s[iu]n(?:l[ae]r)?|[ae]l[iu]m|s[ae]n[ae])?"
_TAUNT = re.compile(rf"\b(?:{_VERB}){_MOOD} (?:d[ae]|ki) (?:\w+ ){{0,3}}?(?:{_SEE}|{_GAIN}|{_HARM})\b")
"""Dares us to do it: the second clause is no purpose that anybody has."""
_LET_THEM = re.compile(
    rf"\b(?:{_VERB})s[iu]n(?:l[ae]r)? (?:bakal[iu]m|hele|gorel[iu]m|bi gor\w*|bari)\b"
    rf"|\b(?:{_VERB}){_MOOD} bakal[iu]m (?:ne|nasil|gorel|gorur)\w*|\bhele (?:bir? )?(?:{_VERB})s[iu]n(?:l[ae]r)?\b"
    rf"|\bhele bir? (?:{_VERB})(?:[iu]n)?\b(?! d[ae] bak)"
)
"""Speaks of us as of somebody else: "dondursun bakalım"."""

_ACT = re.compile(
    rf"\b(?:{_VERB}|al|ekle|gonder|engelle|hallet|isle|onayl|kabul|uygun)(?:{COMMAND_MOOD}|[iu]yo\w+|ad[iu]\w*|dur)\b"
)
"""A command or a consent beside an idiom, which then only tells the reason: "geç kaldık bile, açın"."""


def beside_the_act(said: str) -> list[str]:
    """Return the idioms and taunts of a folded reply, whose verb is not the command that it looks like.

    Args:
        said: The folded reply.
    """
    idiom = _IDIOM.search(said)
    rest = f"{said[: idiom.start()]} | {said[idiom.end() :]}" if idiom else ""
    found = [idiom[0]] if idiom and not _ACT.search(rest) else []
    return [*found, *(match[0] for pattern in (_TAUNT, _LET_THEM) if (match := pattern.search(said)))]
