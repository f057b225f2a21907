"""Turkish text: letter case, names that customers type, spoken numbers, amounts and dates."""

from core.turkish.text import (
    Language,
    amount,
    best_match,
    capitalised,
    clauses,
    date,
    fold,
    lower,
    moment,
    named_in,
    nearest,
    number,
    whole_numbers,
)

__all__ = [
    "Language", "amount", "best_match", "capitalised", "clauses", "date", "fold", "lower", "moment", "named_in",
    "nearest", "number", "whole_numbers",
]  # fmt: skip
