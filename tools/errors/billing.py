"""Refusals about bills and payments."""

from __future__ import annotations

from tools.errors.base import Conflict, NotFound, ToolError, Unavailable, ValidationFailed


class PaymentRefused(ToolError):
    """The payment system answered no; nothing was charged."""

    status = 402


class InvalidMethod(ValidationFailed):
    """The value is not a payment method."""

    code = "INVALID_METHOD"
    text = "“{value}” geçerli bir ödeme yöntemi değil."
    hint = "Kredi kartı, havale/EFT, dijital cüzdan ya da nakit seçebilirsiniz."


class NoBill(NotFound):
    """The customer has no bill at all."""

    code = "NO_BILL"
    text = "Henüz adınıza düzenlenmiş bir fatura yok."
    hint = "İlk faturanız kesildiğinde buradan bakabilirsiniz."


class BillNotFound(NotFound):
    """The caller has no bill with this number; a stranger's bill looks the same."""

    code = "BILL_NOT_FOUND"
    text = "{bill_id} numaralı bir faturanız bulunamadı."
    hint = "Fatura numaranızı geçmiş faturalarınızdan kontrol edebilirsiniz."


class BillAlreadyPaid(Conflict):
    """The bill is paid or cancelled, or its payment is under way."""

    code = "BILL_ALREADY_PAID"
    text = "{bill_id} numaralı faturanız zaten ödenmiş."
    hint = "Ödemelerinizi ödeme geçmişinizde görebilirsiniz."


class OutstandingBill(Conflict):
    """A line is not suspended while a bill is overdue."""

    code = "OUTSTANDING_BILL"
    text = "Vadesi geçmiş faturanız ({bill_id}, {amount_due}) nedeniyle hattınız dondurulamıyor."
    hint = "Faturanızı ödedikten sonra hattınızı dondurabilirsiniz."


class InsufficientFunds(PaymentRefused):
    """The account does not hold the amount."""

    code = "INSUFFICIENT_FUNDS"
    text = "Ödeme alınamadı: bakiyeniz yetersiz. Hesabınızdan para çekilmedi."
    hint = "Başka bir ödeme yöntemi seçebilir ya da yeniden deneyebilirsiniz."


class CardDeclined(PaymentRefused):
    """The bank refused."""

    code = "CARD_DECLINED"
    text = "Ödeme alınamadı: kartınız banka tarafından reddedildi. Hesabınızdan para çekilmedi."
    hint = "Başka bir ödeme yöntemi seçebilir ya da bankanızla görüşebilirsiniz."


class PaymentSystemTimeout(Unavailable):
    """The payment system does not answer."""

    code = "PAYMENT_SYSTEM_TIMEOUT"
    text = "Ödeme sistemi zamanında yanıt vermedi; ödemenizin sonucu henüz belli değil."
    hint = "Biraz sonra yeniden deneyiniz; aynı fatura iki kez tahsil edilmez."
