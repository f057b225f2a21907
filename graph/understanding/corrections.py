"""Two values in one message: the retracted one is never taken.

Grammar tells which one is meant ("a değil b", "a yerine b", "a, pardon b", "not a but b"); where it does not tell, no
value is taken, and the customer is asked.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

from core.patterns import digits_of
from core.turkish import fold, fold_in_place

_RETRACTED = re.compile(r"\b(?:degil\w*|yerine|yanlis\w*|hatali\w*|eskisi\w*|olmayacak\w*|olmasin)\b")
"""What stands after a retracted value."""
_RETRACTING = re.compile(r"\b(?:eski(?! hat)\w*|not|instead of|rather than)\b")
"""What stands before one."""
_BETTER = re.compile(
    r"\b(?:pardon|yok|yo|hayir|yani|daha dogrusu|duzelt\w*|ozur\w*|sasirdim|karistirdim"
    r"|sorry|i mean|no wait|rather)\b"
)
"""What stands between a value and the better one."""
_BREAK = re.compile(r"[,;!?]\s|\.\s")
_WINDOW = 5
"""Words before "değil" that it may be about."""
_MISTAKE = re.compile(
    r"\b(?:yanlis|hatali|eksik|fazla)\w*\s+(?:yaz(?:d[iu]|m[iu]s)|soyle(?:d[iu]|m[iu]s)|ver(?:d[iu]|m[iu]s)|gir(?:d[iu]|m[iu]s)|ol(?:du|mus))\w*"
    r"|\b(?:harf|rakam|yazim) (?:hata|yanlis)\w*|\b(?:typo|misspelled|i made a mistake)\b"
)
_FRAGMENTS = re.compile(
    r"(?<!\d)(?P<old>\d{2,7})(?!\d)['’]?\w{0,4}\s*,?\s*(?:degil\w*|yerine)\s*,?\s*(?:\w+\s+){0,2}?"
    r"(?P<new>\d{2,7})(?!\d)"
    r"|(?<!\d)(?P<right>\d{2,7})(?!\d)['’]?\w{0,4}\s*(?:[^\W\d]+\s*){0,2}?,?\s*"
    r"(?P<wrong>(?<!\d)\d{2,7})(?!\d)['’]?\w{0,4}\s*degil"
)

_END_OF_NUMBER = re.compile(
    r"(?:(?:yok|hayir|pardon|yanlis|dur|ya|tamam|evet)\W+)*(?:numaran[iu]n )?son(?:u| (?:\w+ )?(?:hanesi|rakam[iu]))"
    r"(?: da)? (?P<end>\d{2,5})(?: (?:ol\w*|idi|diye|bitiyor))?"
)
"""Another end of a number: "sonu 68 olacak"."""
_MAILBOXES = re.compile(
    r"(?:(?:yok|hayir|pardon|yanlis|dur|ya|tamam|evet|ama)\W+)*(?P<name>gmail|hotmail|outlook|yahoo|icloud|yandex)(?P<end>\.com)?"
    r"(?: (?:ol\w*|idi|diye|yaz\w*))?"
)
"""Another provider of an e-mail address: "hotmail olacak"."""
_WORDS = re.compile(
    r"(?:^|[,;:]\s)(?P<old>[^,;:!?]{1,40}?)\s*,?\s+(?:(?:değil|degil|yerine)\w*|yok)\s*,?\s+(?P<new>[^,;:!?]{1,40})$",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(r"\b(?:değil|degil|yerine)\w*|\byok\b", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*[,;]\s*|\s+(?:ve|bir de|bi de)\s+", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:\W*\b(?:hayir|yok|yo|evet|pardon|dur|ama|fakat|ancak|tamam|dogru|sey|ya|aa|ay|yanlis|hatali|olmus|oldu|yazmis(?:im|siniz)?"
    r"|yazd[iu](?:m|n[iu]z)|no|sorry|wait)\b)*\W*"
)
"""Words before a correction that correct nothing themselves."""
_GOES_ON = re.compile(r"\b(?:da|de|sonu|basi|sonunda|basinda|ayrica|hem)\b")
"""Another part follows what replaces the first: "535 sonu da 44"."""
_ENDING = re.compile(r"\s+(?:ol\w*|yaz\w*|yap\w*|do[gğ]ru\w*|de[gğ]i[sş]tir\w*)\b.*$", re.IGNORECASE)
Find = Callable[[str], Awaitable[Sequence[str]]]


async def kept(message: str, find: Find) -> list[str]:
    """Return the values that a message does not take back; one is left where it is certain which is meant.

    Args:
        message: The customer's words.
        find: Finds the values in a text.
    """
    said = fold_in_place(message)
    found = list(dict.fromkeys(await find(message)))
    taken_back: set[str] = set()
    for match in _RETRACTED.finditer(said):
        taken_back |= set(await find(_just_before(message, match.start())))
    for match in _RETRACTING.finditer(said):
        after = _BREAK.split(message[match.end() :])[0]
        taken_back |= set((await find(after))[:1])
    left = [value for value in found if value not in taken_back]
    better = list(_BETTER.finditer(said))
    if len(left) > 1 and better:
        after_it = [value for value in await find(message[better[-1].end() :]) if value in left]
        before_it = [value for value in left if value not in after_it]
        return after_it if len(after_it) == 1 and before_it else left
    return left


def bettered(message: str) -> tuple[str, str] | None:
    """Return the words before and after the last "pardon", "daha doğrusu" or the like; None where there is none."""
    found = list(_BETTER.finditer(fold_in_place(message)))
    return (message[: found[-1].start()], message[found[-1].end() :]) if found else None


_WISHES = re.compile(
    r"\b(?:yap|ode|yatir|cek|gec|gecir|degistir|dondur|ac|kapat|kapa|ver|al|cevir|kullan|bagla|kur|yaz|kaydet|ol)"
    r"(?:il|in|n|t[iu]r)?(?:y?[iu]n(?:[iu]z)?|s[iu]n(?:l[ae]r)?|y?[ae]l[iu]m|y[ae]y[iu]m|[ae]y[iu]m|y?[iu]ver\w*"
    r"|y?[ae]bil[iu]r\w*|[ae]c[ae]kt[iu]|y?[ae]c[ae]g[iu]m|s[ae])?\b"
    r"|\b(?:istiyor\w*|ister[iu]m|istedi\w*|tercih\w*|uygun|daha (?:iyi|kolay|rahat|guzel|hesapli)"
    r"|demek istedim|kastettim|diyecektim|dedim"
    r"|demist[iu]m|degil)\b"
    r"|\bevet\b|\b(?:da|de)\W*$|\b(?:make|change|switch|use|take|want|pay|i meant|instead|not)\b"
)
"""Wishes for a value: a command, a wish, or the form that sets one against another."""
_WISHES_NOT = re.compile(
    r"\?|\bm[iu](?:d[iu]r|y[iu]m|s[iu]n\w*)?\b"
    r"|\b(?:ne|neden|niye|nasil|hangi\w*|kim\w*|kac\w*|gerek yok|luzum yok|keske|ne alaka)\b"
    r"|\b\w+m[ae]y[iu]n?(?:[iu]z)?\b(?! (?:ya|da|artik))|\b(?:sev|begen)m[ei]\w*"
    r"|\b(?:dokun|karis|karistir|elle|ugras)\w*|\b(?:acik|kapali) (?:ols|kals|durs)\w*"
    r"|\b(?!demis)\w+m[iu]st[iu]\w*|\b(?:what|why|how|which|is|are|was)\b"
)
_REQUESTED = re.compile(
    r"\b(?:\w+s[ae](?:m|k|n[iu]z)? )?(?:olur|olmaz|olabilir|uygun|mumkun) m[iu]\w*(?: acaba)?\W*$"
    r"|\b\w+s[ae][mk] m[iu]\W*$|\bm[iu] \w+s[ae][mk]\W*$"
)
"""Asks for a value politely: "havaleyle yapsam olur mu", "mega olmaz mı", "kartla mı ödesem"."""
_TELLS = re.compile(r"\b(?!hatti\b)\w+(?:[iu]yor\w*|[dt][iu]|m[iu]s|[iu]r[iu]m|[iu]m[iu]n|[dt]e|[dt]a)\b|\bhayal\b")
_LITTLE = 3
"""Words of a reply that can only be the name of a value: "mega internet olan"."""


def requests_other(message: str) -> bool:
    """Return True for another value that is asked for in the form of a question."""
    return _REQUESTED.search(fold(message)) is not None and wishes_for_other(message)


def wishes_for_other(message: str) -> bool:
    """Return True unless a reply only speaks of another value: "megaya gerek yok", "ev hattı hangisi"."""
    said = _REQUESTED.sub("olsun", fold(message))
    if _WISHES_NOT.search(said):
        return False
    name = _BETTER.split(said)[-1]  # "no wait, bank transfer"
    only_names = 0 < len(name.split()) <= _LITTLE and _TELLS.search(name) is None
    return only_names or _WISHES.search(said) is not None


_RETRACTS = re.compile(r"\W*(?:yok|yo|hayir|pardon|no|sorry|oops)\b")
_WRONG = re.compile(
    r"\byanlis (?:hat|numara|yontem|paket|tarife|kart|hesap)(?:\w{0,4})\b"
    r"|\b(?:hat|numara|yontem|paket|tarife)\w{0,6} yanlis\w*"
    r"|\bwrong (?:line|number|method|package|plan|card|account)\b"
)


def names_wrong(message: str) -> bool:
    """Return True for words by which the line, the method or the package of a change is a wrong one: "yanlış hat"."""
    return _WRONG.search(fold(message)) is not None


def retracts(message: str) -> bool:
    """Return True for words that begin with a no and only go on to name something: "yok diğer temel olanı"."""
    said = fold(message)
    return _RETRACTS.match(said) is not None and _WISHES_NOT.search(said) is None


def admits_mistake(message: str) -> bool:
    """Return True for words that take a value back and name no other: "yanlış yazdım onu", "bir harf eksik olmuş"."""
    return _MISTAKE.search(fold(message)) is not None


def replaced_digits(value: str, message: str) -> str | None:
    """Return a number with all digits replaced that a message corrects ("0532 değil 0533"); None where it tells none.

    Args:
        value: The number that was understood before.
        message: The correction; digits in it that replace none make it unclear.
    """
    said, digits = fold_in_place(message), digits_of(value)
    if (end := _END_OF_NUMBER.fullmatch(said.strip(" .!"))) is not None:
        return digits[: -len(end["end"])] + end["end"]
    found = list(_FRAGMENTS.finditer(said))
    if not found or re.search(r"\d", _FRAGMENTS.sub(" ", said)):
        return None
    parts = [(match["old"] or match["wrong"], match["new"] or match["right"]) for match in found]
    if any(len(wrong) != len(right) for wrong, right in parts):
        return None
    return _replaced(digits, [(_only_place(f"(?={wrong})", digits, len(wrong)), right) for wrong, right in parts])


def replaced_words(value: str, message: str) -> str | None:
    """Return a value with all words replaced that a message corrects ("kat 2 değil kat 5"); None where it tells none.

    Args:
        value: The value that was understood before.
        message: The correction; a part of it that replaces nothing makes it unclear.
    """
    text = message.strip(" .!")
    if "@" in value and (mailbox := _MAILBOXES.fullmatch(fold(text))) is not None:
        return f"{value.split('@')[0]}@{mailbox['name']}.com"
    if len(_TAKES_BACK.findall(text)) > 1:
        clauses = [clause for clause in _CLAUSE.split(text) if not _LEAD.fullmatch(fold(clause))]
        found = [_WORDS.fullmatch(clause) for clause in clauses]
    else:
        found = [_WORDS.search(text)]
        if found[0] is not None and not _LEAD.fullmatch(fold(text[: found[0].start()])):
            return None
    parts: list[tuple[tuple[int, int] | None, str]] = []
    for match in found:
        new = "" if match is None else re.sub(_ENDING, "", match["new"])
        if match is None or _GOES_ON.search(fold(new)) or ("@" in value and len(new.split()) > 1):
            return None
        parts.append(_part(value, match["old"].split(), new.split()[:_WINDOW]))
    return _replaced(value, parts)


def takes_back(message: str) -> bool:
    """Return True for words that set one thing against another: "a değil b", "a yerine b"."""
    return _TAKES_BACK.search(message) is not None


def corrects_part(value: str, message: str) -> bool:
    """Return True for words that take back a part of a value, whether or not they tell what replaces it."""
    said, digits, words = fold_in_place(message), digits_of(value), re.findall(r"\w+", fold(value))
    before = (re.search(r"(\w+)['’]?\w*\W*$", said[: match.start()]) for match in _TAKES_BACK.finditer(said))
    return any(each and (each[1] in words or (each[1].isdigit() and each[1] in digits)) for each in before)


def _part(value: str, old: Sequence[str], new: Sequence[str]) -> tuple[tuple[int, int] | None, str]:
    """Return the place in a value of the longest end of some words that stands there once, and what replaces it."""
    said = fold_in_place(value)
    for begin in range(len(old)):
        wrong = fold_in_place(" ".join(old[begin:]))
        place = _only_place(rf"(?<!\w){re.escape(wrong)}(?!\w)", said, len(wrong))
        if place is None or not new:
            continue
        if len(old) - begin > len(new):  # "daire 3 değil 8": the number alone; of other words the end is not known
            if not (len(new) == 1 and new[0][0].isdigit() and old[-1][0].isdigit()):
                return None, ""
            place = (place[1] - len(old[-1]), place[1])
        after = re.findall(r"\w+", said[place[1] :])
        return (None, "") if len(new) > 1 and after[:1] == [fold(new[-1])] else (place, " ".join(new))
    return None, ""


def _only_place(pattern: str, text: str, length: int) -> tuple[int, int] | None:
    """Return where a pattern matches, if it does so once."""
    places = [match.start() for match in re.finditer(pattern, text)]
    return (places[0], places[0] + length) if len(places) == 1 else None


def _replaced(value: str, parts: Sequence[tuple[tuple[int, int] | None, str]]) -> str | None:
    """Return a value with all parts replaced; None where the place of one is not known or two overlap."""
    placed = sorted((place, new) for place, new in parts if place is not None)
    if len(placed) < len(parts) or any(one[0][1] > other[0][0] for one, other in pairwise(placed)):
        return None
    for (start, end), new in reversed(placed):
        value = value[:start] + new + value[end:]
    return value


def _just_before(message: str, end: int) -> str:
    """Return the last words before a place, of the same clause."""
    clause = _BREAK.split(message[:end])[-1]
    return " ".join(clause.split()[-_WINDOW:])


_CONTACT_WORDS = {
    "phone": r"telefon|numara|\bphone",
    "email": r"mail|posta",
    "address": r"(?<!mail )(?<!posta )\badres|\baddress",
}


KINDS = tuple(_CONTACT_WORDS)
"""The kinds of contact details."""


def names_contact(kind: str, message: str) -> bool:
    """Return True for words that name a kind of contact; "sonu com olacak" names none."""
    return re.search(_CONTACT_WORDS.get(kind, "$^"), fold(message)) is not None
