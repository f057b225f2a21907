"""The base of every answer type, and the value sets that arguments are chosen from."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

PaymentMethod = Literal["credit_card", "bank_transfer", "digital_wallet", "cash"]
TicketCategory = Literal["technical", "billing", "network", "device", "other"]
TicketPriority = Literal["low", "medium", "high", "critical"]
ContactType = Literal["phone", "email", "address"]
HandoverStatus = Literal["open", "taken", "closed"]
UserRole = Literal["customer", "engineer", "staff", "admin"]


class Answer(BaseModel):
    """Base of the answers: immutable, and fields that a newer server adds are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class Empty(Answer):
    """The answer of a call that returns nothing (HTTP 204)."""
