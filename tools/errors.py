"""What can go wrong in an operation. Texts are Turkish, safe for the customer, and name the next step.

Those about bills and payments, marked with a star, are in ``billing_errors.py``.

ToolError                        code, status, message, details, next_step
├── ValidationFailed             422  VALIDATION_ERROR
│   └── InvalidMethod*, InvalidPackage, InvalidRegion, InvalidContactType, InvalidContactValue
├── NotFound                     404
│   └── NoBill*, BillNotFound*, QuotaNotFound, PackageNotFound, TicketNotFound, LineNotFound
├── Conflict                     409  the state forbids it
│   ├── BillAlreadyPaid*, IneligibleForPackage, CommitmentExists, PackageChangeFailed, DuplicateTicketFound,
│   │   TicketAlreadyClosed, OutstandingBill*, LineSuspended, LineAlreadySuspended, LineNotSuspended
│   └── MultipleLines, IdempotencyConflict
├── PaymentRefused*               402  nothing was charged
│   └── InsufficientFunds*, CardDeclined*
└── Unavailable                  503  something that the operation needs does not answer; ``retry_after`` is set
    └── PaymentSystemTimeout*, TicketCreationFailed, OutsideSystemFailed, ToolTimeout
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

from langchain_core.tools import ToolException


class ToolError(ToolException):
    """An operation did not happen, for a reason that the customer may know.

    The class holds the texts with places for the details: ``BillNotFound(bill_id="F-1")``.

    Attributes:
        code: Stable English name, part of the interface.
        status: The HTTP status that says the same.
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
    """The caller has no such thing."""

    status = 404


class Conflict(ToolError):
    """The present state forbids it."""

    status = 409


class Unavailable(ToolError):
    """Something that the operation needs does not answer."""

    status = 503
    retry_after = 30
    hint = "Lütfen biraz sonra yeniden deneyiniz."

    @classmethod
    def after(cls, seconds: int, **details: Any) -> Self:
        """The error with the outside system's own waiting time."""
        error = cls(**details)
        error.retry_after = seconds
        return error


class InvalidPackage(ValidationFailed):
    """The package to change to does not exist; ``nearest`` may be meant."""

    code = "INVALID_PACKAGE"
    text = "“{value}” adında bir paketimiz yok."
    hint = "Geçiş yapabileceğiniz paketleri listeleyebilirsiniz."


class InvalidRegion(ValidationFailed):
    """No network region has this name; ``nearest`` may be meant."""

    code = "INVALID_REGION"
    text = "“{value}” adında bir bölge bulunamadı."
    hint = "Lütfen il ya da ilçe adını yazınız."


class InvalidContactType(ValidationFailed):
    """Not a kind of contact information."""

    code = "INVALID_CONTACT_TYPE"
    text = "“{value}” değiştirilebilen bir iletişim bilgisi değil."
    hint = "Telefon, e-posta ya da adres bilginizi güncelleyebilirsiniz."


class InvalidContactValue(ValidationFailed):
    """A phone number, e-mail or address that cannot be one."""

    code = "INVALID_CONTACT_VALUE"
    text = "Yeni {label} bilgisi geçerli görünmüyor."
    hint = "Lütfen {example} biçiminde yazınız."


class QuotaNotFound(NotFound):
    """No usage is recorded for the line."""

    code = "QUOTA_NOT_FOUND"
    text = "{line_number} numaralı hattınız için kota bilgisi bulunamadı."
    hint = "Paket bilgilerinizi sorabilirsiniz."


class PackageNotFound(NotFound):
    """No package has this name; ``nearest`` may be meant."""

    code = "PACKAGE_NOT_FOUND"
    text = "“{value}” adında bir paketimiz yok."
    hint = "Mevcut paketleri listeleyebilirsiniz."


class TicketNotFound(NotFound):
    """The caller has no such ticket, or none at all; a stranger's ticket looks the same."""

    code = "TICKET_NOT_FOUND"
    text = "{ticket_id} numaralı bir arıza kaydınız bulunamadı."
    hint = "Arıza kayıtlarınızı kontrol edebilir ya da yenisini açtırabilirsiniz."


class LineNotFound(NotFound):
    """The caller has no such line, or none at all; a stranger's line looks the same."""

    code = "LINE_NOT_FOUND"
    text = "{line_number} numaralı bir hattınız bulunamadı."
    hint = "Hatlarınızı profil bilgilerinizde görebilirsiniz."


class IneligibleForPackage(Conflict):
    """The package is not for this kind of customer."""

    code = "INELIGIBLE_FOR_PACKAGE"
    text = "{package} yalnızca kurumsal müşterilerimize açıktır."
    hint = "Size uygun paketleri listeleyebilirsiniz."


class CommitmentExists(Conflict):
    """Leaving the present package costs a fee that the customer has not accepted."""

    code = "COMMITMENT_EXISTS"
    text = "{package} taahhüdünüz {until} tarihine dek sürüyor; şimdi değişirse {fee} cayma bedeli alınır."
    hint = "Cayma bedelini kabul ederek değiştirebilir ya da taahhüdün bitmesini bekleyebilirsiniz."


class PackageChangeFailed(Conflict):
    """The line's present state allows no change to this package."""

    code = "PACKAGE_CHANGE_FAILED"
    text = "{line_number} numaralı hattınız zaten {package} paketini kullanıyor."
    hint = "Başka bir paket seçebilirsiniz."


class DuplicateTicketFound(Conflict):
    """A ticket of this category is open already."""

    code = "DUPLICATE_TICKET_FOUND"
    text = "Bu konuda {ticket_id} numaralı açık bir arıza kaydınız var."
    hint = "Bu kaydın durumunu sorabilirsiniz."


class TicketAlreadyClosed(Conflict):
    """The ticket is settled and needs no closing."""

    code = "TICKET_ALREADY_CLOSED"
    text = "{ticket_id} numaralı arıza kaydınız zaten sonuçlanmış."
    hint = "Sorun sürüyorsa yeni bir kayıt açtırabilirsiniz."


class LineSuspended(Conflict):
    """The operation needs an active line."""

    code = "LINE_SUSPENDED"
    text = "{line_number} numaralı hattınız dondurulmuş durumda."
    hint = "Önce hattınızı yeniden açtırmanız gerekir."


class LineAlreadySuspended(Conflict):
    """The line is suspended already."""

    code = "LINE_ALREADY_SUSPENDED"
    text = "{line_number} numaralı hattınız zaten dondurulmuş."
    hint = "İsterseniz hattınızı yeniden açtırabilirsiniz."


class LineNotSuspended(Conflict):
    """The line needs no reactivation."""

    code = "LINE_NOT_SUSPENDED"
    text = "{line_number} numaralı hattınız dondurulmuş değil."
    hint = "Hattınızla ilgili bir sorun varsa arıza kaydı açtırabilirsiniz."


class MultipleLines(Conflict):
    """The customer has several lines and has not said which; ``lines`` names them."""

    code = "MULTIPLE_LINES"
    text = "Birden fazla hattınız var."
    hint = "Lütfen hangi hattınız için işlem yapmak istediğinizi belirtiniz."


class IdempotencyConflict(Conflict):
    """The key was used before, for something else."""

    code = "IDEMPOTENCY_CONFLICT"
    text = "Bu işlem anahtarı daha önce farklı bir işlem için kullanılmış."
    hint = "Lütfen işlemi yeni bir anahtarla gönderiniz."


class TicketCreationFailed(Unavailable):
    """The ticket could not be stored."""

    code = "TICKET_CREATION_FAILED"
    text = "Arıza kaydınız şu anda oluşturulamadı."


class ToolTimeout(Unavailable):
    """The operation took longer than its limit; a write that has begun still ends by itself."""

    code = "TOOL_TIMEOUT"
    text = "İşlem beklenenden uzun sürdü."
    hint = "Lütfen biraz sonra sonucunu kontrol ediniz."


class OutsideSystemFailed(Unavailable):
    """The speed test or the network report does not answer."""

    code = "OUTSIDE_SYSTEM_UNAVAILABLE"
    text = "{system} şu anda yanıt vermiyor."


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
