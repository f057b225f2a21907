"""The parts of a message, each of which may be a request of its own."""

from __future__ import annotations

import re

from core.turkish.postal import postal_addresses

_JOINTS = re.compile(r"[,;.!?]+\s|\s(?:ve|hem de|hem|bir de|bi de|bide|ayrıca|sonra|and|also)\s", re.IGNORECASE)


_COMMANDS = (
    r"dondur(?:un|uver|alım|alim)?|kapat(?:ın|in|alım|alim)?|aç(?:ın|alım)?|ac(?:in|alim)?|[öo]de(?:yin|yelim)?"
    r"|ge[çc]ir(?:in|elim)?|de[ğg]i[şs]tir(?:in|elim)?|iptal et|g[üu]ncelle(?:yin)?|g[öo]ster|söyle|soyle"
)
_AFTER_COMMAND = re.compile(rf"(?<=\w)\s+(?:{_COMMANDS})(?P<cut>\s+)(?=\w+\s.*\b(?:{_COMMANDS})\b)", re.IGNORECASE)
"""Two commands without a word between: "birinci hattı dondur ikinciyi kapat"."""
_COMMAND_ENDS = re.compile(rf"\b(?:{_COMMANDS})\W*$", re.IGNORECASE)


def clauses(text: str) -> list[str]:
    """Split a message at marks and joining words; parts of a single word are left out.

    Each part may be a request of its own: "faturam ne kadar, kaç GB'ım kaldı" has two. The marks inside a postal
    address split nothing.
    """
    whole = " ".join(text.split())
    addresses = postal_addresses(whole)
    parts, begin = [], 0
    cuts = [joint.span() for joint in _JOINTS.finditer(whole)]
    cuts += [command.span("cut") for command in _AFTER_COMMAND.finditer(whole)]
    for start, end in sorted(cuts, key=lambda cut: (cut[0], -cut[1])):
        if start >= begin and not any(left < start < right for left, right in addresses):
            parts.append(whole[begin:start])
            begin = end
    parts.append(whole[begin:])
    return [part.strip() for part in parts if len(part.split()) > 1]


def lists_commands(text: str) -> bool:
    """Return True for a text two parts of which end in a command: "birinciyi dondur ikinciyi kapat"."""
    return sum(_COMMAND_ENDS.search(part) is not None for part in clauses(text)) > 1


def enumerated(text: str) -> list[str]:
    """Return the words of a message that is a list of single words: "borcum, paketim, kalanım" has three."""
    parts = [part.strip(" .!?") for part in re.split(r"[,;]\s*|\sve\s", " ".join(text.split()))]
    return parts if all(len(part.split()) == 1 for part in parts) else []
