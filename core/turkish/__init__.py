"""Turkish text: letter case, names that customers type, numbers in words, amounts and dates.

``speech`` is not part of this face: import ``core.turkish.speech`` for contacts as people say them.
"""

from core.turkish.clauses import clauses, enumerated, lists_commands
from core.turkish.formats import amount, date, moment, month, number
from core.turkish.matching import best_match, named_by_part, named_in, nearest
from core.turkish.numbers import in_digits, spoken_number, whole_numbers, written_number
from core.turkish.postal import postal_addresses
from core.turkish.suffixes import dative, without_doubled_noun
from core.turkish.text import calm, capitalised, fold, fold_in_place, lower, without_diacritics

__all__ = [
    "amount", "best_match", "calm", "capitalised", "clauses", "date", "dative", "enumerated", "fold", "fold_in_place",
    "in_digits", "lists_commands", "lower", "moment", "month", "named_by_part", "named_in", "nearest", "number",
    "postal_addresses", "spoken_number", "whole_numbers", "without_diacritics", "without_doubled_noun",
    "written_number",
]  # fmt: skip
