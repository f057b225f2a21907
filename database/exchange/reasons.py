"""Why a row cannot be imported, in the operator's words instead of the validator's."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from database.exchange.files import FileProblem

_REASONS = {
    "missing": "is missing",
    "extra_forbidden": "is no column of this kind",
    "string_type": "write a text, in JSON between quotation marks",
    "string_too_short": "is empty",
    "string_too_long": "has more than {max_length} characters",
    "string_pattern_mismatch": "has a character that cannot be stored",
    "enum": "write one of {expected}",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "decimal_max_places": "has more than {decimal_places} decimals",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_whole_digits": "has more than {whole_digits} digits before the decimals",
    "too_short": "has no entry",
    "list_type": "write a list",
    "tuple_type": "write a list",
}


def problem_of(line: int, error: ErrorDetails) -> FileProblem:
    """Return what is wrong with a field of a line; entries of a list are counted from 1, as people do."""
    column = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
    reason = _REASONS.get(error["type"])
    return FileProblem(line, column, reason.format(**error.get("ctx", {})) if reason else error["msg"])
