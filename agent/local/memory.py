"""Returning freed memory to the system: glibc keeps hundreds of MB that a model's passes have used."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable


def _find_trim() -> Callable[[int], object]:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return trim if trim is not None else lambda kept: None  # other C libraries have no such call


_TRIM = _find_trim()


def give_memory_back() -> None:
    """Return free memory to the system; does nothing on other C libraries. The interpreter's lock is not held."""
    _TRIM(0)
