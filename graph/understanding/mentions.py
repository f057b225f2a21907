"""The mentions of listed changes in a reply: by place on the list, line, operation, "all", "none", "the other".

Only finds them and says which changes each means; ``shares.py`` gives the words of the reply to the changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from graph.state import Call
from graph.understanding import words
from graph.understanding.lines import OwnLine, line_mentions

_VERDICT = r"(?:evet|hayir|tamam|olsun|olmasin|olur|kalsin|iptal|istemiyorum|istemem|cikar\w*|yes|no|ok|ve|ile|and)\b"
_PLACE = re.compile(
    rf"\b(?:the )?(?:(?P<word>{words.any_of(*words.ORDINALS)})\w*(?: olan\w*| islem\w*)?"
    rf"|(?P<first>ilk)(?:i|in[ie]|inin)?(?: olan\w*| islem\w*)?\b(?! (?:{words.any_of(*words.COUNTS)}))"
    rf"|(?P<last>sonuncu)\w*"
    rf"|(?P<english>{words.any_of(*words.ENGLISH_ORDINALS)}|last)\b(?: one)?)"
    rf"|(?<![\d.,'])(?P<digit>[1-9])(?:\.(?!\d)(?:\s?s[iu]\w*)?|['’]?(?:nc[iu]\w*|[iu]nc[iu]\w*|['’]\w+)|(?=\s*(?:$|,|{_VERDICT}))"
    r"| (?:numara\w*|no\b))"
)
_RUN = re.compile(rf"\b(?P<end>ilk|son) (?P<count>{words.any_of(*words.COUNTED)})\w*")
_ALL = re.compile(
    r"\b(?:hepsi\w*|hepiniz|tumu\w*|tamamini?\b|all(?: of)?(?: them)?\b|both(?: of them)?\b|everything\b"
    rf"|(?:her )?(?P<count>{words.any_of(*words.COUNTED)})\w*(?: (?:de|da|birden)\b)?)"
)
_NONE = re.compile(r"\b(?:hicbiri\w*|hic biri\w*|neither\b|none(?: of them)?\b)")
_REST = re.compile(
    rf"\b(?:{words.OTHER}(?:{words.OTHER_CASE}|leri\w*|lari\w*)\b|gerisi\w*|kalani\w*"
    r"|the (?:other|rest)(?: ones?)?\b)"
)
_EXCEPT_AFTER = re.compile(rf"\s*{words.EXCEPT_AFTER}\b")
_EXCEPT_BEFORE = re.compile(rf"\b{words.EXCEPT_BEFORE}\s*$")

Kind = Literal["place", "line", "noun", "all", "none", "rest"]


class Listed(NamedTuple):
    """A change on the list and what may name it.

    Attributes:
        stems: Beginnings of words for the operation, folded.
        line: Number of its line.
    """

    stems: Sequence[str]
    line: str | None = None


class Mention(NamedTuple):
    """Words of a reply that name changes.

    Attributes:
        start: Place of the first character.
        end: Place after the last character.
        places: Places of the changes on the list; none for "the other" before the others are known.
        kind: The way they are named.
    """

    start: int
    end: int
    places: frozenset[int]
    kind: Kind


def listed(calls: Sequence[Call], stems: Mapping[str, Sequence[str]]) -> list[Listed]:
    """Return what may name each of some changes.

    Args:
        calls: The changes in the order of the question.
        stems: Beginnings of words by operation, or by the kind of a contact detail.
    """
    kinds = [call["arguments"].get("contact_type", call["operation"]) for call in calls]
    return [
        Listed(stems.get(kind, ()), call["arguments"].get("line_number"))
        for kind, call in zip(kinds, calls, strict=True)
    ]


def mentions_in(said: str, listed: Sequence[Listed], lines: Sequence[OwnLine]) -> list[Mention] | None:
    """Return the mentions in their order; None where one of them means no change on the list.

    Args:
        said: The reply, as ``core.turkish.fold_in_place`` gives it.
        listed: The changes in the order of the question.
        lines: The customer's lines, the main one first.
    """
    count = len(listed)
    found: list[Mention] = []

    def add(mention: Mention) -> None:
        if all(mention.end <= each.start or mention.start >= each.end for each in found):
            found.append(mention)

    on_list = [line for line in lines if line.number in {change.line for change in listed}]
    by_list = {(start, end): numbers for start, end, numbers in line_mentions(said, on_list)}
    for start, end, numbers in line_mentions(said, lines):
        # "ikinci hattı" may be the second line of the customer, or of the question.
        meant = numbers or by_list.get((start, end), [])
        places = frozenset(place for place, change in enumerate(listed) if change.line in meant)
        if not places or set(by_list.get((start, end)) or meant) != set(meant):
            return None
        add(Mention(start, end, places, "line"))
    for match in _RUN.finditer(said):
        size = words.COUNTED[match["count"]]
        if size > count:
            return None
        run = range(size) if match["end"] == "ilk" else range(count - size, count)
        add(mention_of(match, frozenset(run), "place"))
    for match in _PLACE.finditer(said):
        place = _place(match, count)
        if place is None:
            return None
        add(mention_of(match, frozenset({place}), "place"))
    for match in _NONE.finditer(said):
        add(mention_of(match, frozenset(range(count)), "none"))
    for match in _ALL.finditer(said):
        if match["count"] and words.COUNTED[match["count"]] != count:
            return None
        add(mention_of(match, frozenset(range(count)), "all"))
    for match in _REST.finditer(said):
        add(mention_of(match, frozenset(), "rest"))
    for mention in _nouns(said, listed):
        add(mention)
    return sorted(found)


def _nouns(said: str, listed: Sequence[Listed]) -> list[Mention]:
    """Return the words that name one of the changes by its operation; a word that fits several names none."""
    found = []
    stems = sorted({stem for change in listed for stem in change.stems}, key=len, reverse=True)
    for stem in stems:
        places = frozenset(place for place, change in enumerate(listed) if stem in change.stems)
        found += [mention_of(match, places, "noun") for match in re.finditer(_word(stem), said)]
    return [
        each
        for index, each in enumerate(found)
        if len(each.places) == 1
        and not any(each.start < longer.end and longer.start < each.end for longer in found[:index])
    ]


def _word(stem: str) -> str:
    """Return the pattern of a word by its beginning, or of a whole word where a full stop ends it."""
    return rf"\b{re.escape(stem[:-1])}\b" if stem.endswith(".") else rf"\b{re.escape(stem)}\w*"


def _place(match: re.Match[str], count: int) -> int | None:
    if match["digit"]:
        place = int(match["digit"]) - 1
    elif match["first"]:
        place = 0
    elif match["last"] or match["english"] == "last":
        place = count - 1
    elif match["english"]:
        place = words.ENGLISH_ORDINALS.index(match["english"])
    else:
        place = words.ORDINALS.index(match["word"])
    return place if place < count else None


def is_excepted(mention: Mention, said: str) -> bool:
    """Return True if a reply leaves out what a mention names: "ikincisi hariç", "but not the second"."""
    after, before = said[mention.end :], said[: mention.start]
    return _EXCEPT_AFTER.match(after) is not None or _EXCEPT_BEFORE.search(before) is not None


def mention_of(match: re.Match[str], places: frozenset[int], kind: Kind) -> Mention:
    """Return the mention that a match of a pattern is."""
    return Mention(match.start(), match.end(), places, kind)
