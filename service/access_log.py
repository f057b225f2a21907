"""The log of requests, without what is a key by itself: nobody who reads it can use a link for a password."""

from __future__ import annotations

import logging
import re

# Also inside the address of another page ("next=/password%3Ftoken%3D…").
_SECRET = re.compile(r"(token(?:=|%3D))[^&\s%\"]+", re.IGNORECASE)


def without_secrets(path: str) -> str:
    """Return an address without the tokens of links."""
    return _SECRET.sub(r"\1…", path)


class WithoutSecrets(logging.Filter):
    """Takes tokens out of the addresses that the server logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the entry; none is dropped."""
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(each) if isinstance(each, str) else each for each in record.args)
        return True
