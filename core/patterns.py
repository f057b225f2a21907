"""Phone numbers and e-mail addresses: the only patterns that find them in a text, and the checks of a single value.

Finding is done by pattern, so that nothing slips through: a masker must hide a number that no network has assigned, and
a mistyped number must reach the operation that refuses it. Checking a single value is left to the libraries
``phonenumbers`` (lengths and prefixes of every country) and ``email-validator`` (RFC 5321 and 5322); no mail is sent
and no name server is asked.
"""

from __future__ import annotations

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

HOME_REGION = "TR"

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
"""An e-mail address inside a text."""

PHONE = re.compile(r"(?<![\w.,])\+?\d(?:[\s()-]{0,2}\d){9,12}(?!\w)")
"""A complete phone number of any country inside a text: 10 to 13 digits."""

MOBILE_PHONE = re.compile(r"(?<![\w-])(?:\+?90[\s-]?)?0?\(?5\d{2}\)?(?:[\s-]?\d){7}(?!\w)")
"""A Turkish mobile number inside a text, in any usual notation."""

PHONE_ATTEMPT = re.compile(r"(?<![\w-])\+?\d[\d\s()-]{8,}\d")
"""Digits that a customer meant as a phone number, a digit too few or too many included."""

_SUBSCRIBER_DIGITS = 10
_NOTATION = re.compile(r"\+?[\d\s()./-]+")


def subscriber_digits(text: str) -> str:
    """Return the last ten digits: ``0532…``, ``+90 532…`` and ``532…`` name the same number."""
    return digits_of(text)[-_SUBSCRIBER_DIGITS:]


def digits_of(text: str) -> str:
    """Return the digits of a text and nothing else."""
    return re.sub(r"\D", "", text)


def is_phone(text: str) -> bool:
    """Return True for a number that can be dialled: of a possible length, Turkish unless it begins with ``+``."""
    return _parsed(text) is not None


def normal_phone(text: str) -> str | None:
    """Return a Turkish landline or mobile number as it is stored (``05321112233``), or None for anything else."""
    number = _parsed(text)
    if number is None or number.country_code != phonenumbers.country_code_for_region(HOME_REGION):
        return None
    digits = str(number.national_number)
    return f"0{digits}" if len(digits) == _SUBSCRIBER_DIGITS and digits[0] in "2345" else None


def normal_email(text: str) -> str | None:
    """Return an e-mail address in lower case, or None if mail to it could not be delivered; ASCII only."""
    if not text.isascii():
        return None
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    # Without this the library reads letters as the keys of a telephone ("0532 CALLNOW").
    if not _NOTATION.fullmatch(text.strip()):
        return None
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return number if possible else None
