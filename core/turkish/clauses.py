"""The parts of a message, each of which may be a request of its own."""

from __future__ import annotations

import re

from core.turkish.postal import postal_addresses

_JOINTS = re.compile(r"[,;.!?]+\s|\s(?:ve|hem de|hem|bir de|bi de|bide|ayrıca|sonra|and|also)\s", re.IGNORECASE)


def clauses(text: str) -> list[str]:
    """Split a message at marks and joining words; parts of a single word are left out.

    Each part may be a request of its own: "faturam ne kadar, kaç GB'ım kaldı" has two. The marks inside a postal
    address split nothing.
    """
    whole = " ".join(text.split())
    addresses = postal_addresses(whole)
    parts, begin = [], 0
    for joint in _JOINTS.finditer(whole):
        if not any(start < joint.start() < end for start, end in addresses):
            parts.append(whole[begin : joint.start()])
            begin = joint.end()
    parts.append(whole[begin:])
    return [part.strip() for part in parts if len(part.split()) > 1]


def enumerated(text: str) -> list[str]:
    """Return the words of a message that is a list of single words: "borcum, paketim, kalanım" has three."""
    parts = [part.strip(" .!?") for part in re.split(r"[,;]\s*|\sve\s", " ".join(text.split()))]
    return parts if all(len(part.split()) == 1 for part in parts) else []
