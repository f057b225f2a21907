"""The operator's name, looks, fees, limits and ways to reach him: one typed file for operations and pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from core import turkish
from core.colours import READABLE, contrast
from core.languages import LANGUAGES, Language
from core.yaml_text import TextError

KNOWLEDGE_FOLDER = Path(str(resources.files("knowledge")))
OPERATOR_FILE = "operator.yaml"

Fee = Annotated[Decimal, Field(ge=0, decimal_places=2)]
"""An amount of money in TL."""

Days = Annotated[int, Field(ge=1, le=3660)]


def _bears_white_writing(colour: str) -> str:
    found = contrast(colour, "#ffffff")
    if found < READABLE:
        raise ValueError(
            f"white writing cannot be read on {colour} (contrast {found:.1f}, needed {READABLE}); choose a darker shade"
        )
    return colour.lower()


def _different(languages: tuple[Language, ...]) -> tuple[Language, ...]:
    if len(set(languages)) != len(languages):
        raise ValueError("names a language twice")
    return languages


Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$"), AfterValidator(_bears_white_writing)]
"""A colour as ``#rrggbb`` that white writing can be read on."""


class KnowledgeError(TextError):
    """The operator's file or one of his pages cannot be used; the message names the file and the line."""


class _FactsModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Localized(_FactsModel):
    """The same words in both languages."""

    tr: str = Field(min_length=1)
    en: str = Field(min_length=1)


class ResolutionHours(_FactsModel):
    """Hours within which a ticket is solved, by its priority."""

    critical: int = Field(ge=1)
    high: int = Field(ge=1)
    medium: int = Field(ge=1)
    low: int = Field(ge=1)


class OperatorFacts(_FactsModel):
    """The statements of ``operator.yaml``. Fees are in TL, ``…_days`` in days, ``…_gb`` in gigabytes."""

    name: Localized
    assistant: Localized | None = Field(None, description="name of the assistant; default: made from the name")
    colour: Colour = Field("#0b7285", description="of buttons, links, headings and pictures, as #rrggbb")
    languages: Annotated[tuple[Language, ...], Field(min_length=1), AfterValidator(_different)] = Field(
        LANGUAGES, description="of the pages, the first one first: tr, en"
    )
    phone: str = Field(min_length=3)
    phone_from_abroad: str = Field(min_length=3)
    email: str = Field(min_length=3)
    phone_hours: Localized
    shop_hours: Localized

    ways_to_pay: Localized
    days_to_pay: Days = Field(description="from the day of a bill to its due date")
    late_interest_percent: Decimal = Field(ge=0, le=100, description="a month")
    restriction_days: Days = Field(description="after the due date of an unpaid bill: outgoing calls and internet end")
    closing_days: Days = Field(description="after the due date of an unpaid bill: the line is closed")
    booking_days: Days = Field(description="working days until a payment made elsewhere shows")
    refund_days: Days
    dispute_days: Days = Field(description="after its date a bill can be disputed so long")

    roaming_daily_fee: Fee
    roaming_daily_gb: int = Field(ge=0)

    reactivation_fee: Fee
    max_suspension_days: Days

    extra_data_gb: int = Field(ge=0)
    extra_data_fee: Fee
    sms_fee: Fee
    minute_fee: Fee
    international_minute_fee: Fee

    sim_fee: Fee
    esim_fee: Fee
    transfer_fee: Fee
    move_fee: Fee
    move_days: Days
    number_change_fee: Fee
    porting_days: Days
    withdrawal_days: Days
    cancellation_days: Days
    device_return_days: Days

    resolution_hours: ResolutionHours
    needless_visit_fee: Fee
    complaint_days: Days

    call_recording_days: Days
    data_request_days: Days

    def assistant_name(self, language: Language) -> str:
        """Return how the assistant is called in a language."""
        if self.assistant is not None:
            return in_language(self.assistant, language)
        return f"{self.name.tr} Asistanı" if language == "tr" else f"{self.name.en} Assistant"


@lru_cache(maxsize=8)
def load_operator(folder: Path | None = None) -> OperatorFacts:
    """Read the operator's facts.

    Args:
        folder: The operator's own folder; by default, and where it has no ``operator.yaml``, the demo operator's is
            read. (Settings refuse a ``TELEKOM_OPERATOR`` without one.)

    Raises:
        KnowledgeError: The file is malformed, lacks a value or has one that is not known; file and line are named.
    """
    path = (folder or KNOWLEDGE_FOLDER) / OPERATOR_FILE
    if not path.is_file():
        path = KNOWLEDGE_FOLDER / OPERATOR_FILE
    return read_operator(path.read_text(encoding="utf-8"), path)


def read_operator(content: str, path: Path) -> OperatorFacts:
    """Read the text of an ``operator.yaml``; the path names it in errors.

    Raises:
        KnowledgeError: As for ``load_operator``.
    """
    try:
        return OperatorFacts.model_validate(_plain(yaml.load(content, Loader=ExactLoader)))  # noqa: S506  a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise KnowledgeError(f"{path}:{line}: {getattr(error, 'problem', None) or error}") from error
    except ValidationError as error:
        problems = [
            f"{path}:{_line_of(content, one['loc'])}: {_named(one['loc'])}: {one['msg']}{_advice(one)}"
            for one in error.errors()
        ]
        raise KnowledgeError("\n".join(problems)) from error


def in_language(words: Localized, language: Language) -> str:
    """Return the words of a language."""
    return words.tr if language == "tr" else words.en


def stated(value: Any, name: str, language: Language) -> str:
    """Return a value as customers read it: money with two decimals, the words of the language.

    Args:
        value: One value of the facts.
        name: Its name; one that ends in ``_fee`` is money.
        language: The language of the text.

    Raises:
        TypeError: The value is a group of values, not one.
    """
    if isinstance(value, Localized):
        return in_language(value, language)
    if isinstance(value, BaseModel | Mapping):
        raise TypeError(f"{name} is a group of values")
    if name.endswith("_fee"):
        return turkish.amount(Decimal(value), locale=language)
    if isinstance(value, int | float | Decimal):
        return turkish.number(value, locale=language)
    return str(value)


class ExactLoader(yaml.SafeLoader):
    """Reads decimal fractions as the text that was written, so that 149.10 stays 149.10."""


ExactLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(str(node.value)))


def _plain(data: Any) -> Any:
    return {} if data is None else data


def _named(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place) or "the file"


def _advice(problem: ErrorDetails) -> str:
    """Return what is to be done about a missing or an unknown value; nothing for another mistake."""
    name = str(problem["loc"][0]) if problem["loc"] else ""
    if problem["type"] == "missing":
        demo = (KNOWLEDGE_FOLDER / OPERATOR_FILE).read_text(encoding="utf-8").splitlines()
        example = next((line for line in demo if line.startswith(f"{name}:")), name)
        return f"; the demo operator has: {example}"
    if problem["type"] == "extra_forbidden" and len(problem["loc"]) == 1:
        meant = get_close_matches(name, OperatorFacts.model_fields, n=1)
        return f"; did you mean {meant[0]}?" if meant else "; take the line out"
    return ""


def _line_of(content: str, place: tuple[int | str, ...]) -> int:
    """Return the line where a top-level key stands; 1 for one that is missing."""
    key = f"{place[0]}:" if place else "\0"
    return next((number for number, line in enumerate(content.splitlines(), 1) if line.startswith(key)), 1)
