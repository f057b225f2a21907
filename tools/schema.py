"""Base models of arguments, results and previews, and the Turkish words that stand for enum values.

The argument model, the result model and the preview of an operation stand beside its function, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from core import turkish
from database.enums import PaymentMethod, TicketCategory, TicketPriority

Money = Annotated[Decimal, PlainSerializer(float, return_type=float)]
"""An exact amount inside the program, a JSON number outside it."""


class Arguments(BaseModel):
    """Arguments of an operation as a client or a model sends them; ``null`` equals leaving a key out."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    free_text: ClassVar[bool] = True
    """A receipt of the operation may hold words of the customer's own, which are erased with the person; False where
    arguments, facts and result are names, figures and choices only."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, values: Any) -> Any:
        if isinstance(values, dict):
            return {key: value for key, value in values.items() if value is not None}
        return values

    @property
    def stated(self) -> dict[str, Any]:
        """The arguments that were given, as JSON values."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def stated(arguments: Mapping[str, Any] | Arguments) -> dict[str, Any]:
    """Return arguments as JSON values, whether they were validated or not."""
    return arguments.stated if isinstance(arguments, Arguments) else dict(arguments)


class NoArguments(Arguments):
    """The operation needs to know nothing but who calls."""


class LineArguments(Arguments):
    """Base of the arguments of operations on one line."""

    line_number: str | None = Field(
        None, max_length=20, description="The customer's line; leave out unless the customer names a number"
    )


class ListArguments(Arguments):
    """Arguments of operations that list entries."""

    limit: int = Field(12, ge=1, le=100, description="How many to list, newest first")


class Result(BaseModel):
    """Base of the results of operations."""

    model_config = ConfigDict(frozen=True)


class Preview(BaseModel):
    """The effect of a write before it is made; the fields that a subclass adds are the facts to confirm.

    Two previews are equal when their facts are.

    Attributes:
        operation: The name of the write.
        arguments: Its arguments with every default and name resolved; run the write with these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    operation: str
    arguments: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        """The facts as JSON values."""
        return self.model_dump(mode="json", exclude={"operation", "arguments"})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Preview) and self.operation == other.operation and self.facts == other.facts

    def __hash__(self) -> int:
        return hash((self.operation, repr(self.facts)))


class LinePreview(Preview):
    """The line of an operation."""

    line_number: str


def spoken(words: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Return a validator that reads the given Turkish and English words in any case, spelling or inflection.

    A value that it does not know is returned unchanged, for the field's own type to refuse.
    """
    known = {_plain(word): value for word, value in words.items()}

    def understand(value: Any) -> Any:
        if not isinstance(value, str) or isinstance(value, StrEnum):
            return value
        word = _plain(value)
        if word in known:
            return known[word]
        match = turkish.best_match(word, list(known))
        return known[match] if match else value

    return understand


def _plain(word: str) -> str:
    return turkish.fold(word.replace("_", " ").replace("-", " ").replace("/", " "))


def words_of(meanings: Mapping[StrEnum, str]) -> dict[str, StrEnum]:
    """Turn ``{value: "word, word"}`` around; each value's own name is a word for it too."""
    return {word: value for value, words in meanings.items() for word in (value.value, *words.split(", "))}


Method = Annotated[
    PaymentMethod,
    BeforeValidator(
        spoken(
            words_of(
                {
                    PaymentMethod.CREDIT_CARD: "kredi kartı, kart, banka kartı, debit kart, kredi",
                    PaymentMethod.BANK_TRANSFER: "havale, EFT, FAST, havale eft, banka transferi, transfer",
                    PaymentMethod.DIGITAL_WALLET: "dijital cüzdan, cüzdan, e-cüzdan, mobil cüzdan, wallet",
                    PaymentMethod.CASH: "nakit, nakden, peşin, elden, nakit para",
                }
            )
        )
    ),
]

Category = Annotated[
    TicketCategory,
    BeforeValidator(
        spoken(
            words_of(
                {
                    TicketCategory.TECHNICAL: "teknik, teknik arıza, arıza, internet, bağlantı",
                    TicketCategory.BILLING: "fatura, faturalama, ödeme, ücret",
                    TicketCategory.NETWORK: "şebeke, ağ, kapsama, çekim, sinyal",
                    TicketCategory.DEVICE: "cihaz, modem, telefon, donanım, router",
                    TicketCategory.OTHER: "diğer, başka, genel",
                }
            )
        )
    ),
]

Priority = Annotated[
    TicketPriority,
    BeforeValidator(
        spoken(
            words_of(
                {
                    TicketPriority.LOW: "düşük, az, önemsiz, acil değil",
                    TicketPriority.MEDIUM: "orta, normal, standart",
                    TicketPriority.HIGH: "yüksek, önemli, acil, ivedi",
                    TicketPriority.CRITICAL: "kritik, çok acil, çok yüksek, hayati",
                }
            )
        )
    ),
]

Switch = Annotated[
    bool,
    BeforeValidator(
        spoken(
            dict.fromkeys(
                ("aç", "açık", "açın", "açılsın", "evet", "aktif", "başlat", "etkin", "etkinleştir", "on"), True
            )
            | dict.fromkeys(
                ("kapat", "kapalı", "kapatılsın", "hayır", "pasif", "iptal", "durdur", "devre dışı", "off", "false"),
                False,
            )
        )
    ),
]
