"""The shares of one reply to a question that lists several changes: which of its words speak of which change.

Code only splits the reply, by what names a change: its place on the list, its line, a word for the operation, "all",
"none", "the other". The words of a share are read by the same gate as a reply to a question about that change alone.
Where words cannot be given to a change for certain, the reply as a whole is unclear, and none of the changes may run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.turkish import fold, fold_in_place
from graph.understanding.lines import OwnLine
from graph.understanding.mentions import Kind, Listed, Mention, is_excepted, mention_of, mentions_in

_ONLY = re.compile(r"\b(?:(?:yok|yo|hayir|no)\W+)*(?:sadece|yalniz|yalnizca|bir tek|only|just)\b")
"""Only one of them; a "no" right before it refuses the others."""
_EXCEPTED = re.compile(r"\b(?:haric|disinda\w*|except(?: for)?|but not)\b")
_BREAK = re.compile(r"[,;.!\n]+|(?<=\?)|\b(?:ama|fakat|ancak|lakin|ve|but|and)\b")
_JOIN = re.compile(r"(?:ve|ile|and|hem|hem de)")
_SOME_ONE = re.compile(r"(?<!hic )\b(?:biri(?:ni|sini?)?|one of them)\b")
"""One of them, whichever."""
_LEADS = frozenset("evet hayir tamam olur peki yok yo ok okey tmm yes no well sey o zaman".split())
_CONTRASTED = re.compile(r"(?:\w+\W+){1,3}?(?:ama|fakat|ancak|lakin|but)\b")
_EMPTY = re.compile(r"[\W_]*(?:de|da|ise)?[\W_]*")
_TAKEN_OUT: frozenset[Kind] = frozenset({"place", "all", "rest"})
"""Mentions that a question about one change does not state; they are taken out of the words."""


@dataclass
class Shares:
    """A reply, shared out among the changes of a question.

    Attributes:
        words: For each named change by its place, the words that speak of it; "" where it is named and nothing is
            said of it.
        only: Whether the changes that are not named are not wanted if the named ones are.
        refused: Places that "none" names.
        chosen: Whether the whole reply does no more than name changes.
        unclear: Whether words of the reply cannot be given to a change for certain.
        lead: The consent before a "but", which also begins the first words: "evet ama paket kalsın".
    """

    words: dict[int, str] = field(default_factory=dict)
    only: bool = False
    refused: frozenset[int] = frozenset()
    chosen: bool = False
    unclear: bool = False
    lead: str = ""


_UNCLEAR = Shares(unclear=True)


def shares_of(reply: str, listed: Sequence[Listed], lines: Sequence[OwnLine] = ()) -> Shares | None:
    """Return the shares of a reply; None where it names no change, so that it speaks of all of them.

    Args:
        reply: The customer's words.
        listed: The changes in the order of the question.
        lines: The customer's lines, the main one first.
    """
    text = " ".join(reply.split())
    said = fold_in_place(text)
    mentions = mentions_in(said, listed, lines)
    if mentions is None or _SOME_ONE.search(said):
        return _UNCLEAR
    if not mentions:
        return None
    named = frozenset().union(*(each.places for each in mentions if each.kind != "rest"))
    rest = frozenset(range(len(listed))) - named
    if any(each.kind == "rest" for each in mentions):
        if not named or not rest:
            return _UNCLEAR
        mentions = [each._replace(places=rest) if each.kind == "rest" else each for each in mentions]
    left_out = [each for each in mentions if is_excepted(each, said)]
    if left_out:
        return _all_but(text, said, mentions, left_out, len(listed))
    return _shared(text, said, mentions)


def _all_but(text: str, said: str, mentions: Sequence[Mention], left_out: Sequence[Mention], count: int) -> Shares:
    """Return the shares of "all but the second": the others are named, and nothing is said of the excepted ones."""
    excepted = frozenset().union(*(each.places for each in left_out))
    target = frozenset(range(count)) - excepted
    others = [each for each in mentions if each not in left_out]
    if not target or any(each.kind not in ("all", "none", "rest") for each in others):
        return _UNCLEAR
    refused = target if any(each.kind == "none" for each in others) else frozenset()
    taken = [each._replace(kind="all") for each in mentions]
    taken += [mention_of(match, target, "all") for match in _EXCEPTED.finditer(said)]
    words = _without(text, 0, len(text), taken)
    return Shares(dict.fromkeys(target, words), only=not refused, refused=refused, chosen=not words)


def _shared(text: str, said: str, mentions: list[Mention]) -> Shares:
    result = Shares(
        only=_ONLY.search(said) is not None,
        refused=frozenset().union(*(each.places for each in mentions if each.kind == "none")),
    )
    parts: list[tuple[frozenset[int], str]] = []
    lead, common, waiting = "", "", frozenset[int]()
    for start, end, joined in _clauses(said, mentions):
        inside = [each for each in mentions if start <= each.start < end]
        if not inside:
            words = _without(text, start, end, ())
            if not parts and set(fold(words).split()) <= _LEADS:
                lead = f"{lead} {words}".strip()
            else:
                common = f"{common} {words}".strip()
            continue
        once = [each for place, each in enumerate(inside) if not place or each.places != inside[place - 1].places]
        for places, words in _groups(text, said, start, end, once):
            if not words and joined and places:
                waiting |= places  # "the first and the third …": what is said of them comes next
                continue
            parts.append((places | waiting, words))
            waiting = frozenset()
    if waiting:
        parts.append((waiting, ""))
    if sum(not words for _, words in parts) and len(parts) > 1:
        return _UNCLEAR
    result.chosen = _only_names(text, mentions) and (result.only or all(each.kind != "noun" for each in mentions))
    for index, (places, words) in enumerate(parts):
        own = f"{lead} {words}".strip() if index == 0 else words
        for place in places:
            result.words[place] = f"{result.words.get(place, '')} {own}".strip()
    if _CONTRASTED.match(said):
        result.lead = lead
    if common:
        result.words = {place: f"{words} {common}".strip() for place, words in result.words.items()}
    return result


def _only_names(text: str, mentions: Sequence[Mention]) -> bool:
    """Return True if a reply holds nothing but mentions, joined by "and"."""
    left = _without(text, 0, len(text), [each._replace(kind="all") for each in mentions])
    return "?" not in text and not set(re.findall(r"\w+", fold(left))) - {"ve", "ile", "and", "de", "da", "olan"}


def _groups(
    text: str, said: str, start: int, end: int, inside: Sequence[Mention]
) -> Iterator[tuple[frozenset[int], str]]:
    """Yield the places and the words of each group of mentions in a clause.

    Turkish names the change first ("ilkine evet ikincisine hayır"); where a clause begins with other words and ends
    with a mention, the words come first ("evet ilkine, hayır ikincisine").
    """
    before = _without(text, start, inside[0].start, ())
    after = _without(text, inside[-1].end, end, ())
    words_first = bool(_ONLY.sub("", fold(before)).strip()) and not after and len(inside) > 1
    cuts = [each.end for each in inside[:-1]] if words_first else [each.start for each in inside[1:]]
    bounds = [start, *cuts, end]
    for mention, begin, finish in zip(inside, bounds, bounds[1:], strict=False):
        yield mention.places, _without(text, begin, finish, inside)


def _clauses(said: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int, bool]]:
    """Yield the bounds of each clause, and whether a joining word ("and") ends it."""
    start = 0
    for match in _BREAK.finditer(said):
        inside = any(each.start <= match.start() < each.end for each in mentions)
        decimal = match[0] in ",." and said[match.start() - 1 : match.end() + 1].strip(",.").isdigit()
        number = re.match(r"\d[.,]\d", said[max(match.start() - 1, 0) : match.end() + 1]) is not None
        if inside or decimal or number or match.start() < start:
            continue
        if said[start : match.start()].strip():
            yield start, match.start(), _JOIN.fullmatch(match[0]) is not None
        start = match.end()
    if said[start:].strip():
        yield start, len(said), False


def _without(text: str, start: int, end: int, mentions: Sequence[Mention]) -> str:
    """Return a part of the text without the mentions that a question about one change does not state."""
    kept, at = "", start
    for each in sorted(mentions):
        if each.kind in _TAKEN_OUT and start <= each.start < end:
            kept += text[at : each.start] + " "
            at = each.end
    words = " ".join((kept + text[at:end]).split())
    words = " ".join(_drop(words).split()).strip(" ,;")
    return "" if _EMPTY.fullmatch(fold(words)) else words


def _drop(words: str) -> str:
    """Return words without "only", which says nothing of the change itself."""
    folded = fold_in_place(words)
    for match in reversed(list(_ONLY.finditer(folded))):
        words = words[: match.start()] + words[match.end() :]
    return words
