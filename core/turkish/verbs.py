"""Turkish verbs in what customers write: negated, asked about, supposed, told, or asked for.

Grammar only: the caller gives the stems of the verbs. All words are folded (``core.turkish.fold``).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from core.turkish.text import fold

Mood = Literal["wished", "negated", "asked", "supposed", "told"]

_VOICE = r"(?:il|in|n|t[iu]r|t)?"
"""Passive and causative: kapat-ıl, ode-n, dondur-ul, dondur-t."""
_PERSON = r"(?:m|n|k|n[iu]z|lar|ler)?"
_OF_A_NOUN = (
    "islem|taleb|talep|ucret|bedel|sure|kosul|sart|hakk|icin|konu|imkan|ihtimal|karar|isteg|istek|istiyor|istem|niyet|secene"
    "|hizmet|gun|tarih|ay|nas|ne|kac|mumkun|ol|yap|ve|ile|gerek|lazim|durum|sonra|once|form|sayfa|hata|nede|sebe|mi"
)
"""Begins of the words after which "dondurma" is a noun ("hattımı dondurma işlemi")."""
_CLAUSE_END = rf"(?=\s*(?:[.,;!]|$)|\s+(?!(?:{_OF_A_NOUN})\w*\b)\w)"
_OBJECT = re.compile(
    r"(?:\w[mny][iu]|['’][iu]|hatti|kayd[iu]|roamingi|paketi|tarifeyi|(?:paket|tarife)\w*[ae])\s+(?:d[ae]\s+|\w+(?:la|le)\s+)?$"
    r"|\b(?:yok|hayir|dur|aman|sakin|vazgectim)\s+$"
)
"""What stands right before a verb, by which "kapatma" is a verb and no noun: its object, or a word that refuses."""
_QUESTION_WORD = re.compile(r"\b(?:neden|niye|nicin|nasil oldu da|kim|kimin|ne zaman(?:dan|dir)?|why|who|when)\b")
_STAYS = re.compile(
    r"\b(?:acik|kapali|ayni|oldugu gibi|eskisi gibi)\s+(?:kals[iu]n|durs[iu]n|kalabilir|kalmal[iu])\w*"
    r"|\b(?:keep|leave) it (?:as it is|open|on|off|closed)\b"
)
"""Wants a state to stay as it is: "internet kapalı kalsın"."""
_HOW_OFTEN = re.compile(
    r"\b(?:kac (?:kere|kez|defa|sefer|gun|ay|hafta|yil|hat)\w*|en (?:fazla|cok|az|gec|erken))\b"
    r"|\bne kadar (?:sure|zaman)\w*"
    r"|\b(?:how (?:often|many|long)|at most)\b"
)
"""Asks for a rule: "kaç kere dondurabilirim"."""
_REFUSAL = (
    r"(?:istem[ie]\w*|gerek yok\w*|gerekm\w*|luzum yok|vazgect[iu][mk]|sakin|dusunm[uei]\w*|planlam[iae]\w*"
    r"|niyet\w* (?:yok|degil\w*))"
)
_NEVER = re.compile(r"\b(?:hayatta|asla|hic|katiyen|kesinlikle|dunyada)\b")
_TAG = r"\s+(?:degil mi|di mi|dimi|d[iu] mi|insallah|umarim)\b"
"""Asks to be reassured: "dondurmuyorsunuz değil mi"."""
_NO_MEANS = r"(?:para|imkan|durum|hal|niyet|vak[iu]?t|butce|guc)\w*\s+(?:da |de )?(?:yok|degil)"
_TELLING = re.compile(
    r"\b(?:dedi(?:ler|niz|n)?|demis\w*|diyor(?:lar|sunuz)?|denildi|denmis|soyle(?:di|mis|n)\w*|duydum)\b"
)
_RETRACTION = re.compile(r"\b(?:yok|yo|dur|hayir|vazgectim|bekle|pardon|aman|no|wait)\b")
_SUPPOSING = re.compile(r"\b(?:desem|dersem|deseydim|desek|if i (?:say|said|told))\b")
_ENGLISH_NOT = r"\b(?:don'?t|do not|never|not)\s+(?:\w+\s+){0,2}"


COMMAND_MOOD = (
    r"(?:(?:[iu]l|[iu]?n|t[iu]r)?(?:y?[iu]n(?:[iu]z)?|s[iu]n(?:l[ae]r)?|y?[ae]l[iu]m|y?[iu]ver(?:[iu]n(?:[iu]z)?)?"
    r"|y?[ae]bil[iu]r(?:s[iu]n(?:[iu]z)?)?))?"
)
"""Endings of a command, a wish or a leave, as a pattern: öde, ödeyin, ödensin, ödeyelim, ödeyiver, ödeyebilirsiniz."""


@dataclass(frozen=True)
class Verbs:
    """The verbs of one operation.

    Attributes:
        turkish: Folded stems ("kapat").
        english: Verbs ("suspend").
    """

    turkish: Collection[str]
    english: Collection[str] = ()


def mood_of(text: str, verbs: Verbs) -> Mood:
    """Return how a message mentions an action; "wished" for any mention that grammar does not show to be another.

    A plain request beside another mention decides: "kapatma, dondur" wishes for one of the two.

    Args:
        text: The customer's words.
        verbs: The verbs that stand for the action.
    """
    said = fold(text)
    stem = rf"\b(?:{'|'.join(sorted(verbs.turkish, key=len, reverse=True))})"
    if _SUPPOSING.search(said):
        return "supposed"
    not_said = re.search(rf"{stem}\w*\s+(?:\w+\s+)?deme(?:di|m)\w*", said)
    if not_said and not _is_requested(said[not_said.end() :], stem):
        return "negated"
    if _STAYS.search(said) and not _is_requested(said, stem):
        return "negated"
    if (negated := _negated(said, stem, verbs)) is not None:
        return "negated" if _is_taken_back(said, negated, stem) or not _is_requested(said, stem) else "wished"
    if _is_requested(said, stem):
        return "told" if _is_quoted(said, stem) else "wished"
    if _is_supposed(said, stem):
        return "supposed"
    if _HOW_OFTEN.search(said) and re.search(rf"{stem}{_VOICE}(?:y?[ae]b[iu]l[iu]r|[iuae]?r(?:[iu]m|[iu]z)?\b)", said):
        return "supposed"
    if re.search(rf"{stem}{_VOICE}(?:m[iu]st[iu]|[dt][iu])(?:m|k)\b", said) and not re.search(r"\bm[iu]\b|\?", said):
        return "told"
    happened = re.search(rf"{stem}{_VOICE}(?:[dt][iu]|m[iu]s)\w*|\b(?:kapali|acik)\b", said)
    if _QUESTION_WORD.search(said) or (happened and re.search(r"\bm[iu](?:y[dm][iu]s?)?\b", said)):
        return "asked"
    return "told" if happened and re.search(rf"{stem}\w*m[iu]s(?:s[iu]n(?:[iu]z)?|l[ae]r)?\b", said) else "wished"


def is_requested(text: str, verbs: Verbs) -> bool:
    """Return True if a message asks for an action by one of its verbs: an imperative, a wish or a polite request."""
    stems = "|".join(sorted(verbs.turkish, key=len, reverse=True))
    return _is_requested(fold(text), rf"\b(?:{stems})")


def _is_taken_back(said: str, negated: re.Match[str], stem: str) -> bool:
    """Return True for an action that is asked for and refused after that: "dondur, yok dur dondurma"."""
    refused = _RETRACTION.search(said)
    if refused is None or refused.start() > negated.start():
        return False
    return _is_requested(said[: refused.start()], stem) and not _is_requested(said[negated.end() :], stem)


def _negated(said: str, stem: str, verbs: Verbs) -> re.Match[str] | None:
    """Return the last refusal of the action; None where there is none."""
    refused = rf"y[aeiu]\s+{_REFUSAL}|s[iu]n[iu]\s+{_REFUSAL}|n[iu]z[iuae]\s+{_REFUSAL}"
    finite = rf"{stem}{_VOICE}m[ae](?:y[iu]n(?:[iu]z)?|s[iu]n(?:lar)?|y[ae]l[iu]m|y[ae]c[ae][gk]\w*)\b"
    unable = rf"{stem}{_VOICE}y?[ae]m[ae](?:m|y[iu]z)\b(?!\s+m[iu]\b)"
    colloquial = rf"{stem}{_VOICE}m[aeiu]y?[ae]?c[ae](?:m|z)\b"
    first_person = rf"{stem}m[iu]yor(?:um|uz)\b"
    tagged = rf"{stem}{_VOICE}m(?:[iu]yo\w*|[ae]d[iu]\w*|[ae]zs[iu]n\w*){_TAG}"
    verbal_noun = rf"{stem}{_VOICE}m[ae](?:m[ae]\w+|{refused}|n[iu]?z?[ae]\s+(?:gerek|luzum) yok)"
    infinitive = rf"{stem}{_VOICE}m[ae]k(?:t[ae]n)?\s+{_REFUSAL}"
    no_means = rf"{stem}{_VOICE}y?[ae]c[ae]k\s+(?:\w+\s+)?{_NO_MEANS}"
    patterns = [finite, unable, colloquial, first_person, tagged, verbal_noun, infinitive, no_means]
    patterns += [rf"{_ENGLISH_NOT}{verb}\b" for verb in verbs.english]
    found = [match for pattern in patterns for match in re.finditer(pattern, said)]
    found += [
        match
        for match in re.finditer(
            rf"{stem}{_VOICE}m[ae](?:d[ae]n\b|m\b(?=\s*(?:[.,;!]|$|(?:ben|ki|valla\w*|artik)\b))|\b{_CLAUSE_END})", said
        )
        if re.search(r"\bsakin\b", said)
        or _NEVER.search(said[: match.start()])
        or _OBJECT.search(said[: match.start()])
        or re.match(r"\s+(?:beni|bizi)\b", said[match.end() :])
    ]
    return max(found, key=lambda match: match.start(), default=None)


def _is_requested(said: str, stem: str) -> bool:
    """Return True for an imperative, a wish or a polite request of the verb."""
    forms = (
        rf"{stem}(?:[iu]n(?:[iu]z)?|y[iu]n(?:[iu]z)?|s[ae]n[ae]|s[ae]n[iu]z[ae]?|[iu]ver\w*)?\b(?!\s+m[iu]\b)",
        rf"{stem}(?:[iu]l|[iu]n|n)?s[iu]n(?:lar)?\b",
        rf"{stem}{_VOICE}(?:[iuae]?r|y?[ae]b[iu]l[iu]r|m[ae]z)\s*(?!m[iu]ss|m[iu]s\b)m[iu]\w*",
        rf"{stem}{_VOICE}m(?:[ae]k|[ae]s[iu]n[iu]|[ae]n[iu]z[iu]|[ae]n[iu])\s+(?:ist(?!em)\w+|lazim|gerek(?!m)\w*|rica|talep)",
        rf"{stem}{_VOICE}[iuy]?[ae](?:l[iu]m|y[iu]m)\b",
    )
    return any(re.search(pattern, said) for pattern in forms)


def _is_supposed(said: str, stem: str) -> bool:
    """Return True for an action that is only thought of; "düzeltirseniz sevinirim" is a polite request."""
    aorist = re.search(
        rf"{stem}{_VOICE}(?:[iuae]?r|m[ae]z)s[ae]{_PERSON}\b(?!\s+(?:\w+\s+)?(?:sevin|memnun|iyi ol|makbul))", said
    )
    wished_for = re.search(rf"{stem}{_VOICE}s[ae][mk]\b.*\b(?:ne|kac|nasil|hangi)\b", said)
    return (aorist or wished_for) is not None


def _is_quoted(said: str, stem: str) -> bool:
    """Return True if the last verb is one of telling and only words of the request stand before it."""
    telling = _TELLING.search(said)
    return telling is not None and not _is_requested(said[telling.end() :], stem)
