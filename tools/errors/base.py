"""Heads of the tree of refusals, one for each HTTP status, and the refusals that any operation can give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

from langchain_core.tools import ToolException


class ToolError(ToolException):
    """An operation that did not happen, for a reason that the customer may know.

    The class holds the texts with placeholders for the details: ``BillNotFound(bill_id="F-1")``.

    Attributes:
        code: Stable English name, part of the interface.
        status: The HTTP status of the same meaning.
        retry_after: Seconds to wait before trying again; None where waiting does not help.
        message: What happened, in one or two Turkish sentences.
        next_step: What the customer can do now, in Turkish.
        details: Facts for programs, JSON values only.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    text: ClassVar[str]
    hint: ClassVar[str]
    retry_after: int | None = None

    def __init__(self, *, message: str | None = None, next_step: str | None = None, **details: Any) -> None:
        self.message = message or self.text.format_map(details)
        self.next_step = next_step or self.hint.format_map(details)
        self.details: dict[str, Any] = details
        super().__init__(f"{self.message} {self.next_step}")


class ValidationFailed(ToolError):
    """A value is malformed, missing or unknown."""

    code = "VALIDATION_ERROR"
    status = 422
    text = "Gönderilen bilgiler eksik ya da hatalı."
    hint = "Lütfen bilgileri kontrol edip yeniden deneyiniz."


class NotFound(ToolError):
    """The caller has no such bill, line, ticket or package."""

    status = 404


class Conflict(ToolError):
    """The present state of the account forbids the operation."""

    status = 409


class Unavailable(ToolError):
    """A system that the operation needs does not answer."""

    status = 503
    retry_after = 30
    hint = "Lütfen biraz sonra yeniden deneyiniz."

    @classmethod
    def after(cls, seconds: int, **details: Any) -> Self:
        """Return the error with the waiting time that the outside system gave, in seconds."""
        error = cls(**details)
        error.retry_after = seconds
        return error


class IdempotencyConflict(Conflict):
    """The key was used before, for something else."""

    code = "IDEMPOTENCY_CONFLICT"
    text = "Bu işlem anahtarı daha önce farklı bir işlem için kullanılmış."
    hint = "Lütfen işlemi yeni bir anahtarla gönderiniz."


class ToolTimeout(Unavailable):
    """The operation took longer than its limit; a write that has begun still ends by itself."""

    code = "TOOL_TIMEOUT"
    text = "İşlem beklenenden uzun sürdü."
    hint = "Lütfen biraz sonra sonucunu kontrol ediniz."


class OutsideSystemFailed(Unavailable):
    """An outside system does not answer; ``system`` names it. Nothing was changed."""

    code = "OUTSIDE_SYSTEM_UNAVAILABLE"
    text = "Gereken sisteme şu anda ulaşılamıyor."


class OutsideSystemRefused(Conflict):
    """An outside system said no for a reason of its own. Nothing was changed."""

    code = "OUTSIDE_SYSTEM_REFUSED"
    text = "Bu işlem sistemimizce kabul edilmedi; hiçbir değişiklik yapılmadı."
    hint = "Dilerseniz bir müşteri temsilcisine aktarılmayı isteyebilirsiniz."


def status_of(code: str) -> int:
    """Return the HTTP status of an error code.

    Raises:
        KeyError: No error has this code.
    """
    return error_class(code).status


def error_class(code: str) -> type[ToolError]:
    """Return the class of an error code.

    Raises:
        KeyError: No error has this code.
    """
    return {kind.code: kind for kind in _kinds(ToolError) if hasattr(kind, "code")}[code]


def _kinds(head: type[ToolError]) -> Iterator[type[ToolError]]:
    for kind in head.__subclasses__():
        yield kind
        yield from _kinds(kind)
