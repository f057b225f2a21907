"""Refusals about fault tickets and the network's regions."""

from __future__ import annotations

from tools.errors.base import Conflict, NotFound, Unavailable, ValidationFailed


class InvalidRegion(ValidationFailed):
    """No network region has this name; ``nearest`` may be meant."""

    code = "INVALID_REGION"
    text = "“{value}” adında bir bölge bulunamadı."
    hint = "Lütfen il ya da ilçe adını yazınız."


class TicketNotFound(NotFound):
    """The caller has no such ticket, or none at all; a stranger's ticket looks the same."""

    code = "TICKET_NOT_FOUND"
    text = "{ticket_id} numaralı bir arıza kaydınız bulunamadı."
    hint = "Arıza kayıtlarınızı kontrol edebilir ya da yenisini açtırabilirsiniz."


class DuplicateTicketFound(Conflict):
    """A ticket for this fault is open already; ``note_for`` adds the description to it."""

    code = "DUPLICATE_TICKET_FOUND"
    text = "Bu konuda {ticket_id} numaralı açık bir arıza kaydınız var."
    hint = "Bu kaydın durumunu sorabilirsiniz."


class SimilarTicketFound(Conflict):
    """A ticket is open that may be of the same fault; raised only where somebody can be asked."""

    code = "SIMILAR_TICKET_FOUND"
    text = "{ticket_id} numaralı açık arıza kaydınız aynı sorun için olabilir."
    hint = "Lütfen aynı arıza mı, başka bir arıza mı olduğunu belirtiniz."


class TicketAlreadyClosed(Conflict):
    """The ticket is settled and needs no closing."""

    code = "TICKET_ALREADY_CLOSED"
    text = "{ticket_id} numaralı arıza kaydınız zaten sonuçlanmış."
    hint = "Sorun sürüyorsa yeni bir kayıt açtırabilirsiniz."


class TicketCreationFailed(Unavailable):
    """The ticket could not be stored."""

    code = "TICKET_CREATION_FAILED"
    text = "Arıza kaydınız şu anda oluşturulamadı."
