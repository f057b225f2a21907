"""An independent check that everything an answer states is supported; no code is shared with the service's grounding.

It reads the finished text as a customer would: e-mail addresses, ids, telephone numbers, dates, times, amounts of
money, other numbers (in digits or words) and capitalised names. Each must occur by its value in the result, the
preview or the error of the tool, or in the customer's own message. Texts inside a result count as they stand.

Two things it does not see: a true figure in a wrong role, and a wrong statement without a figure or a name. A word
that begins a sentence counts as a name unless it is an ordinary word, one that the approved answers use.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from core import turkish
from core.clock import ISTANBUL
from core.languages import Language
from core.number_words import ENGLISH_VALUES
from core.patterns import EMAIL, PHONE, digits_of

Kind = Literal["e-mail", "id", "date", "time", "phone", "money", "number", "name"]
Value = str | Decimal | tuple[int, ...]

_MONTHS = {
    name: number
    for names in (
        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_ENGLISH_NUMBERS = {word: value for word, value in ENGLISH_VALUES.items() if 2 <= value <= 10}
_MONEY_FIELD = re.compile(r"amount|fee")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.+)?")
_NUMBER = r"[-−]?\d+(?:[.,]\d+)*"
_PATTERNS: Sequence[tuple[Kind, re.Pattern[str]]] = (
    ("e-mail", EMAIL),
    ("id", re.compile(r"\b(?=[\w-]*\d)[^\W\d_]{1,8}(?:-\w+)+|\b(?=\w*\d)(?=\w*[^\W\d_])\w{6,}")),
    ("date", re.compile(rf"\b\d{{1,2}} (?:{'|'.join(_MONTHS)})\b(?: \d{{4}}\b)?", re.IGNORECASE)),
    ("date", re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b")),
    ("time", re.compile(r"\b\d{1,2}:\d{2}\b")),
    ("phone", PHONE),
    ("money", re.compile(rf"(?<![\w.,]){_NUMBER}\s?(?:TL|TRY|lira|₺|USD|EUR)(?!\w)|₺\s?{_NUMBER}", re.IGNORECASE)),
    ("number", re.compile(rf"(?<![\w.,]){_NUMBER}")),
)
"""In the order in which they are read; what one has read, the next does not see."""
_WORD = re.compile(r"[^\W\d_]+")
_BEGINS = re.compile(r"(?:^|[.!?:]\s+|\n\s*)[-–\s\"“(]*$")
_NO_NAMES = frozenset("sms gb mb tl eft mbps ms i wi fi id".split())
"""Capital letters that name nobody, folded."""
_HALF_A_CENT = Decimal("0.005")


@dataclass(frozen=True)
class Statement:
    """A checkable statement of a text: its kind, its wording, and its value for comparison."""

    kind: Kind
    text: str
    value: Value


class Evidence:
    """The facts that an answer may state.

    Args:
        data: The result, preview and error details, as JSON data.
        texts: Words that may be repeated: the customer's message, the message of a refusal.
        language: Language of the answer, whose way of writing numbers is expected.
    """

    def __init__(self, data: Iterable[Any], texts: Iterable[str], language: Language) -> None:
        self._known: set[tuple[Kind, Value]] = set()
        self._language = language
        for item in data:
            self._take(item, "")
        for text in texts:
            self._take_text(text)

    def supports(self, statement: Statement) -> bool:
        """Return True if the statement's value occurs in the evidence."""
        kind, value = statement.kind, statement.value
        if (kind, value) in self._known:
            return True
        same_kind = (known for known_kind, known in self._known if known_kind == kind)
        if kind == "date" and isinstance(value, tuple) and len(value) == 2:  # a day without its year
            return any(isinstance(known, tuple) and known[-2:] == value for known in same_kind)
        if isinstance(value, Decimal):
            return any(isinstance(known, Decimal) and abs(known - value) <= _HALF_A_CENT for known in same_kind)
        return False

    def _take(self, item: Any, name: str) -> None:
        if isinstance(item, Mapping):
            for key, value in item.items():
                self._take(value, str(key))
        elif isinstance(item, (list, tuple)):
            for value in item:
                self._take(value, name)
        elif isinstance(item, (int, float, Decimal)) and not isinstance(item, bool):
            number = Decimal(str(item))
            self._take_number(number, name)
            if name.endswith("difference"):  # "50,00 TL daha az"
                self._take_number(abs(number), name)
        elif isinstance(item, str):
            self._take_moment(item) if _ISO.fullmatch(item) else self._take_text(item)

    def _take_number(self, number: Decimal, name: str) -> None:
        self._known.add(("number", number))
        if _MONEY_FIELD.search(name):
            self._known.add(("money", number))

    def _take_moment(self, text: str) -> None:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(ISTANBUL)
        self._known.add(("date", (moment.year, moment.month, moment.day)))
        if "T" in text:
            self._known.add(("time", f"{moment:%H:%M}"))

    def _take_text(self, text: str) -> None:
        self._known |= {(one.kind, one.value) for one in statements(text, self._language)}
        self._known |= {("name", turkish.fold(word)) for word in _WORD.findall(text)}


def ungrounded(
    text: str, evidence: Evidence, language: Language, ordinary: Collection[str] = frozenset()
) -> list[Statement]:
    """Return the statements of an answer that the evidence does not support.

    Args:
        text: The answer.
        evidence: What may be stated.
        language: Language of the answer.
        ordinary: Folded words that are no names where they begin a sentence.
    """
    return [one for one in statements(text, language, ordinary) if not evidence.supports(one)]


def ordinary_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the folded words of texts that contain no names."""
    return frozenset(turkish.fold(word) for text in texts for word in _WORD.findall(text))


def statements(text: str, language: Language, ordinary: Collection[str] = frozenset()) -> Iterator[Statement]:
    """Yield every statement of a text; the arguments are those of ``ungrounded``."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Statement(kind, match.group(), _value(kind, match.group(), language))
        text = pattern.sub("x", text)  # a small letter keeps the sentence whole and is read by nobody
    for number in _numbers_in_words(text, language):
        yield Statement("number", f"{number} (in words)", Decimal(number))
    for match in _WORD.finditer(text):
        word, key = match.group(), turkish.fold(match.group())
        if word[0].isupper() and key not in _NO_NAMES:
            if not (key in ordinary and _BEGINS.search(text[: match.start()])):
                yield Statement("name", word, key)


def _numbers_in_words(text: str, language: Language) -> list[int]:
    if language == "tr":
        return turkish.whole_numbers(text)
    return [_ENGLISH_NUMBERS[word] for word in _WORD.findall(text.lower()) if word in _ENGLISH_NUMBERS]


def _value(kind: Kind, text: str, language: Language) -> Value:
    if kind == "date":
        return _day(text)
    if kind == "time":
        return text.zfill(5)
    if kind == "phone":
        return re.sub(r"^(?:90|0)(?=\d{10}$)", "", digits_of(text))
    if kind in ("money", "number"):
        return _number(text, language)
    return turkish.fold(text)


def _day(text: str) -> tuple[int, ...]:
    """Return year, month and day; only month and day where no year is given."""
    parts = re.split(r"[-./ ]", turkish.lower(text))
    if len(parts[0]) == 4:
        return tuple(map(int, parts))
    month = _MONTHS.get(parts[1]) or _MONTHS.get(parts[1].replace("ı", "i")) or int(parts[1])
    return (*map(int, parts[2:]), month, int(parts[0]))


def _number(text: str, language: Language) -> Decimal:
    """Parse ``1.234,5`` in Turkish and ``1,234.5`` in English; a mark not between thousands marks decimals."""
    digits = re.sub(r"[^\d.,]", "", text)
    thousands, decimals = (".", ",") if language == "tr" else (",", ".")
    grouped = re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimals}\d+)?", digits)
    whole, mark, rest = digits.replace(thousands, "" if grouped else decimals).partition(decimals)
    value = Decimal(f"{whole}.{rest.replace(decimals, '')}" if mark else whole)
    return -value if text.lstrip("₺ ").startswith(("-", "−")) else value
