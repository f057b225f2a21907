"""Words that drop some of several wishes whose questions are not all asked yet: "ikincisini boşver", "sadece ilki".

While a value is asked for ("hangi yöntemle") such words answer nothing, and the readers of replies take them for a
refusal of the wish that is asked about, whichever they name. Code tells which is meant, and only where every word is
explained: dropping is safe, but it must drop the right one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.turkish import fold_in_place
from graph.calls import in_asked_order, is_open_question
from graph.state import Call
from graph.understanding.argument_specs import PACKAGE_ARGUMENT
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.mentions import Mention, listed, mentions_in
from tools.caller import Caller

_LEAVES = re.compile(
    r"bosver\w*|bos|vazgec\w*|istem(?:em|eyiz|iyorum|iyoruz|iyom|iyo)|iptal|kals[iu]n|durs[iu]n|gerek|yok|unut\w*|cikar\w*"
    r"|yapma(?:y[iu]n(?:[iu]z)?|s[iu]n)?|olmas[iu]n|hayir|sil|haric|skip|drop|forget|cancel|leave|not|without|except"
)
_NO = re.compile(r"yok|yo|hayir|no")
"""Before what is named, these refuse the question and not the thing: "yok, sadece ilki"."""
_KEEPS = re.compile(r"evet|tamam|olur|olsun|yap(?:[iu]n(?:[iu]z)?|al[iu]m)?|yeter(?:li)?|ols[iu]n|kalan|ok|yes|do|keep")
_ONLY = re.compile(r"sadece|yalniz(?:ca)?|tek|only|just")
_BESIDE = re.compile(
    r"lutfen|simdilik|simdi|bence|ya|da|de|ama|ve|o|onu|bir|bi|et(?:in|elim)?|edin|ver(?:in)?|zaman|artik|ise|islemi?|olan\w*"
    r"|istegi\w*|the|one|please|it|hadi|peki|neyse|once|var"
)
_SEVERAL = 2


class DropReader:
    """Reads replies that drop some of several open wishes.

    Args:
        lines: Knows the customer's lines.
        stems: Beginnings of words that name an operation.
    """

    def __init__(self, lines: LineReader, stems: Mapping[str, Sequence[str]]) -> None:
        self._lines = lines
        self._stems = stems

    async def read(self, message: str, asked: Call, calls: Sequence[Call], caller: Caller) -> list[Call]:
        """Return the wishes that a reply drops by its form; none for other words, or where only one is open.

        Args:
            message: The customer's words.
            asked: The wish for which a value is asked.
            calls: The calls of the thread.
            caller: The customer.
        """
        waiting = in_asked_order([call for call in calls if is_open_question(call)])
        if len(waiting) < _SEVERAL or "?" in message:
            return []
        text = fold_in_place(" ".join(message.split()))
        found = mentions_in(text, listed(waiting, self._stems), await self._lines.own(message, caller))
        if not found:
            return []
        is_option = asked["missing"][0] in (LINE, PACKAGE_ARGUMENT.get(asked["operation"]))
        place = next(place for place, call in enumerate(waiting) if call["id"] == asked["id"])
        left = _left(text, found, len(waiting), place, is_option=is_option)
        return [call for at, call in enumerate(waiting) if at in left]


def _left(text: str, found: Sequence[Mention], count: int, asked: int, *, is_option: bool) -> frozenset[int]:
    """Return the places of the wishes that folded words drop.

    Args:
        text: The words.
        found: What they name.
        count: The number of wishes.
        asked: The place of the one that is asked about.
        is_option: Whether "only the first" may mean one of the things that are asked for, such as a line.
    """
    every = frozenset(range(count))
    named = frozenset().union(*(each.places for each in found))
    rest = every - (named or {asked})
    if not named and len(rest) > 1:
        return frozenset()  # "the other" of more than two
    judged = _judged(text, [each._replace(places=rest) if each.kind == "rest" else each for each in found])
    left = frozenset().union(*(each.places for each, verdict in judged.items() if verdict == "leave"))
    kept = frozenset().union(*(each.places for each, verdict in judged.items() if verdict != "leave"))
    if judged and not left and any(map(_ONLY.fullmatch, re.findall(r"\w+", text))):
        may_be_option = is_option and any(each.kind not in ("noun", "line") for each in judged)
        return frozenset() if may_be_option else every - kept
    return left if not left & kept else frozenset()


def _judged(text: str, mentions: Sequence[Mention]) -> Mapping[Mention, str]:
    """Return what is said of each mention ("leave", "keep" or ""); nothing where some word is not explained."""
    lead = [word for word in re.findall(r"\w+", text[: mentions[0].start]) if not _NO.fullmatch(word)]
    judged: dict[Mention, str] = {}
    waiting: list[Mention] = []
    for each, following in zip(mentions, [*mentions[1:], None], strict=True):
        said = [*lead, *re.findall(r"\w+", text[each.end : following.start if following else len(text)])]
        if not all(any(kind.fullmatch(word) for kind in (_LEAVES, _KEEPS, _ONLY, _BESIDE)) for word in said):
            return {}
        leaves, keeps = (any(map(kind.fullmatch, said)) for kind in (_LEAVES, _KEEPS))
        if leaves and keeps:
            return {}
        lead = []
        waiting.append(each)
        if leaves or keeps or following is None:
            judged |= dict.fromkeys(waiting, "leave" if leaves else "keep" if keeps else "")
            waiting = []
    return judged
