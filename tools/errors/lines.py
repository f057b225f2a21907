"""Refusals about the customer's lines and contact information."""

from __future__ import annotations

from tools.errors.base import Conflict, NotFound, ValidationFailed


class LineNotFound(NotFound):
    """The caller has no such line, or none at all; a stranger's line looks the same."""

    code = "LINE_NOT_FOUND"
    text = "{line_number} numaralı bir hattınız bulunamadı."
    hint = "Hatlarınızı profil bilgilerinizde görebilirsiniz."


class MultipleLines(Conflict):
    """The customer has several lines and has not said which; ``lines`` names them."""

    code = "MULTIPLE_LINES"
    text = "Birden fazla hattınız var."
    hint = "Lütfen hangi hattınız için işlem yapmak istediğinizi belirtiniz."


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


class RoamingOnHomeLine(Conflict):
    """The line is a fixed one at home, which cannot be taken abroad."""

    code = "ROAMING_ON_HOME_LINE"
    text = "{line_number} numaralı hattınız sabit hat; yurt dışı kullanımı yalnız cep hatlarında açılabilir."
    hint = "İsterseniz bir cep hattınız için açtırabilirsiniz."


class InvalidContactType(ValidationFailed):
    """The value is not a kind of contact information."""

    code = "INVALID_CONTACT_TYPE"
    text = "“{value}” değiştirilebilen bir iletişim bilgisi değil."
    hint = "Telefon, e-posta ya da adres bilginizi güncelleyebilirsiniz."


class InvalidContactValue(ValidationFailed):
    """The value cannot be a phone number, an e-mail address or a postal address."""

    code = "INVALID_CONTACT_VALUE"
    text = "Yeni {label} bilgisi geçerli görünmüyor."
    hint = "Lütfen {example} biçiminde yazınız."
