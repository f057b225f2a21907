"""Forms in which the values of settings are written: origins, lists, pairs, shares and rates."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

from core.rate_limits import parsed_rates

_STANDARD_PORTS = {"http": 80, "https": 443}


def normal_origin(text: str) -> str:
    """Return an origin as browsers send it: small letters, without the scheme's standard port.

    Raises:
        ValueError: The text is no ``http(s)://host[:port]``.
    """
    parts = urlsplit(text.strip())
    standard = _STANDARD_PORTS.get(parts.scheme)
    if standard is None or not parts.hostname or parts.username is not None or parts.path not in ("", "/"):
        raise ValueError(f"{text!r} is no origin; write http(s)://host[:port]")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if parts.port in (None, standard) else f":{parts.port}")


def listed(value: Any) -> Any:
    """Return the parts of a text with commas or blanks between them; other values as they are."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _pairs(value: Any) -> Any:
    """Return "a=staff, b=engineer" as a mapping."""
    return dict(part.strip().partition("=")[::2] for part in value.split(",")) if isinstance(value, str) else value


OwnRole = Literal["staff", "engineer", "admin"]
"""Roles of the operator's own people."""

Roles = Annotated[dict[str, OwnRole], NoDecode, BeforeValidator(_pairs)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(normal_origin)], ...], NoDecode, BeforeValidator(listed)]


def _shares(value: Any) -> Any:
    """Return the shares of ``decline:0.1,timeout:0.05`` by name."""
    if not isinstance(value, str):
        return value
    try:
        pairs = [(name, float(share)) for name, share in (part.split(":") for part in listed(value))]
    except ValueError:
        raise ValueError(_FAULTS_FORM) from None
    return dict(pairs)


def _possible_shares(shares: dict[str, float]) -> dict[str, float]:
    in_range = all(0 <= share <= 1 for share in shares.values()) and sum(shares.values()) <= 1
    if not (in_range and shares.keys() <= set(PAYMENT_FAULTS)):
        raise ValueError(_FAULTS_FORM)
    return shares


PAYMENT_FAULTS = ("decline", "timeout", "late", "twice", "lie")
_FAULTS_FORM = (
    f"write shares of {', '.join(PAYMENT_FAULTS)}, from 0 to 1 and together at most 1, such as decline:0.1,timeout:0.05"
)
Faults = Annotated[dict[str, float], NoDecode, BeforeValidator(_shares), AfterValidator(_possible_shares)]


def _rates(text: str) -> str:
    parsed_rates(text)
    return text


Rates = Annotated[str, AfterValidator(_rates)]
"""Rates as the library ``limits`` writes them, such as ``5/minute;20/day``; an empty text sets none."""
