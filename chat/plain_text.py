"""Writes an answer so that the chat page shows it as it stands.

Answers may repeat a customer's words. Chainlit renders every answer as markdown: unescaped, those words could fetch a
picture from a foreign address or pose as a heading of the assistant. Links that markdown makes of bare addresses are
no matter of characters: ``public/page/reading.js`` takes their targets away.
"""

from __future__ import annotations

import re

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&$]|:(?=[A-Za-z\[{:])")


def plain(text: str) -> str:
    """Return the text with a backslash before each character that markdown would take for markup.

    Piece by piece or as a whole, a text comes out the same, but for a colon at the very end of a piece.
    """
    return _MARKUP.sub(lambda found: "\\" + found[0], text)
