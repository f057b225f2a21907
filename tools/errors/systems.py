"""Errors that tell a customer of an outside system that does not answer, or says no."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from ports.errors import RequestRefused, SystemUnavailable
from tools.errors.base import OutsideSystemFailed, OutsideSystemRefused, ToolError, ToolTimeout, error_class

T = TypeVar("T")

_REACHED: Mapping[str, str] = {
    "payment": "Ödeme sistemine",
    "billing": "Faturalama sistemine",
    "customers": "Müşteri kayıt sistemine",
    "catalogue": "Paket kataloğuna",
    "orders": "Sipariş sistemine",
    "usage": "Kullanım bilgisi sistemine",
    "tickets": "Arıza kayıt sistemine",
    "network": "Şebeke izleme sistemine",
    "speed_test": "Hız testi sistemine",
    "notification": "Bildirim sistemine",
}
"""The systems by the port's name, as what is or is not reached."""


_STATING_MORE = frozenset({"PACKAGE_CHANGE_FAILED"})
"""Codes whose text names a cause that the outside system need not have meant."""


def unreached(silence: SystemUnavailable) -> OutsideSystemFailed:
    """Return the refusal that names the system which did not answer."""
    name = silence.system or "needed"
    message = f"{_REACHED.get(name, 'Gereken sisteme')} şu anda ulaşılamıyor."
    return OutsideSystemFailed.after(silence.retry_after, message=message, system=f"{name}_system")


def outcome_unknown(silence: SystemUnavailable, port: str) -> ToolTimeout:
    """Return the refusal of a change that an outside system may have made all the same."""
    message = f"{_REACHED[port]} ulaşılamadı; işleminizin sonucu henüz belli değil. Aynı işlem iki kez yapılmaz."
    return ToolTimeout.after(silence.retry_after, message=message, system=f"{port}_system")


def refused(refusal: RequestRefused, details: Mapping[str, Any]) -> ToolError:
    """Return our refusal of the same meaning.

    Args:
        refusal: What the system said.
        details: What is known of the request: what the refusal's text names.
    """
    if refusal.code not in _STATING_MORE:
        with suppress(KeyError):  # a reason without a refusal of its own, or one whose text names what is not known
            return error_class(refusal.code)(**details)
    return OutsideSystemRefused(**details)


async def heard(answer: Awaitable[T]) -> T:
    """Return an answer; the silence or the no of an outside system is told as a refusal of ours.

    Raises:
        ToolError: The refusal.
    """
    try:
        return await answer
    except SystemUnavailable as silence:
        raise unreached(silence) from silence
    except RequestRefused as refusal:
        raise refused(refusal, {}) from refusal
