"""Reads the cells of an imported file: strictly, so that no value silently becomes another one.

A whole number is digits, an amount has at most two decimals, a day or a time is written as one (a number is none), and
its year can be meant. Each refusal names the form that is wanted. Exports are written in the same forms.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from core.clock import ISTANBUL
from core.patterns import is_phone, normal_email

LARGEST_ID = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1920, 2100
"""Outside of these a date is a mistake or a sign for "no end", and a time can leave what a zone's clock can tell."""

_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_AMOUNT = re.compile(r"([+-]?\d+)(?:[.,](\d{1,2}))?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+(?:[.,]\d*)?", re.ASCII)
_DAY = r"(?:(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})|(?P<tday>\d{1,2})\.(?P<tmonth>\d{1,2})\.(?P<tyear>\d{4}))"
_TIME = r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
_DATE = re.compile(_DAY, re.ASCII)
_MOMENT = re.compile(_DAY + _TIME, re.ASCII)
_CLOCKS_DIFFER = timedelta(days=1)
_DAY_FORM = "write a day as 2026-11-20 or 20.11.2026"
_MOMENT_FORM = "write a time as 2026-11-20T10:30:00+03:00, or a day as 2026-11-20 or 20.11.2026"


def refused(reason: str) -> PydanticCustomError:
    """Return the refusal of a value; the reason is told to the operator as it stands."""
    # The text of an error is a template; braces of a cell are no fields of it.
    return PydanticCustomError("form", "{reason}", {"reason": reason})


def _whole(value: Any) -> Any:
    """Read a whole number: 1250, and neither 1.250 (thousands or a decimal?) nor 1_250, 1e3 or true."""
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise refused("write a whole number with digits only, as 1250")
    return value


def _exact(value: Any) -> Any:
    """Read an amount: 149.90 or 149,90; where three digits follow, nobody knows if they are thousands."""
    if isinstance(value, str):
        text = value.strip()
        found = _AMOUNT.fullmatch(text)
        if found is None:
            if _THOUSANDS.fullmatch(text):
                raise refused(f"{text} may mean thousands or decimals; write 1150 or 1150.00, without marks between")
            raise refused("write an amount as 149.90 or 149,90")
        return Decimal(f"{found[1]}.{found[2] or 0}")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refused("write an amount as 149.90 or 149,90")
    return value


def _day(value: Any) -> Any:
    """Read a day; a spreadsheet's own number for it (46346) or a number of seconds is none."""
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise refused(_DAY_FORM)
    return _date_of(found)


def _moment(value: Any) -> Any:
    """Read a time; without a zone it is Turkey's, without a time of day the day's beginning."""
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise refused(_MOMENT_FORM)
    day, zone = _date_of(found), found["zone"] or ""
    try:
        moment = datetime.fromisoformat(f"{day.isoformat()}T{found['time'] or '00:00'}{zone.replace('Z', '+00:00')}")
    except ValueError:
        raise refused(f"there is no such time of day; {_MOMENT_FORM}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ISTANBUL)


def _date_of(found: re.Match[str]) -> date:
    year, month, day = (found[name] or found[f"t{name}"] for name in ("year", "month", "day"))
    try:
        meant = date(int(year), int(month), int(day))
    except ValueError:
        raise refused("there is no such day in the calendar") from None
    if not FIRST_YEAR <= meant.year <= LAST_YEAR:
        no_end = "; leave the cell empty where there is no end" if meant.year > LAST_YEAR else ""
        raise refused(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}{no_end}")
    return meant


def _past(moment: datetime, info: ValidationInfo) -> datetime:
    """Refuse what has not happened yet; the present is the context of the check, where it is known."""
    if isinstance(info.context, datetime) and moment > info.context + _CLOCKS_DIFFER:
        raise refused("lies in the future")
    return moment


def _customer(number: int) -> int:
    if number < 0:
        raise refused("negative numbers are those of the operator's own people")
    return number


def _reachable(text: str) -> str:
    if not is_phone(text):
        raise refused("is no phone number")
    return text


def _mail(text: str) -> str:
    if normal_email(text) is None:
        raise refused("is no e-mail address")
    return text


def _line_number(text: str) -> str:
    if not re.fullmatch(r"0\d{10}", text, re.ASCII):
        raise refused("write the number of a line as eleven digits that begin with 0, as 05320001001")
    return text


def text(most: int, least: int = 1) -> Any:
    """Return the limits of a text."""
    # PostgreSQL cannot store a NUL in a text.
    return Field(min_length=least, max_length=most, pattern=r"^[^\x00]*$")


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(max_digits=12, decimal_places=2)]
Money = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, max_digits=12, decimal_places=2)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Past = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_past)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=LARGEST_ID)]
CustomerId = Annotated[int, BeforeValidator(_whole), AfterValidator(_customer), Field(le=LARGEST_ID)]
LineNumber = Annotated[str, AfterValidator(_line_number)]
Email = Annotated[str, text(254), AfterValidator(_mail)]
Phone = Annotated[str, text(20), AfterValidator(_reachable)]
