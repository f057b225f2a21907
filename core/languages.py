"""The languages in which customers are answered."""

from __future__ import annotations

from typing import Literal

Language = Literal["tr", "en"]
"""Turkish or English, as an ISO 639-1 code."""
