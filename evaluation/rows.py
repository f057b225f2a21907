"""Rows that are measured on: one JSON object a line."""

from __future__ import annotations


class BadRows(ValueError):
    """A file holds lines that cannot be scored; the message names each."""
