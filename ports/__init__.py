"""Outside systems as protocols; the tools see nothing else of them.

A protocol stands beside its data in a file of its own. Its adapters are our own tables (``database.own``), a simulated
system that is deterministic and succeeds unless told not to, or what the operator names by ``TELEKOM_PORTS``
(docs/ports.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ports.billing import BillingPort
from ports.catalogue import CataloguePort
from ports.customers import CustomersPort
from ports.network import NetworkPort
from ports.notification import NotificationPort
from ports.orders import OrdersPort
from ports.payment import PaymentPort
from ports.speed_test import SpeedTestPort
from ports.tickets import TicketsPort
from ports.usage import UsagePort

__all__ = ["Adapters", "Ports", "joins_transaction"]


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """Adapters of some of the ports; the others are the embedded ones. What an operator's ``build`` returns."""

    payment: PaymentPort | None = None
    billing: BillingPort | None = None
    customers: CustomersPort | None = None
    catalogue: CataloguePort | None = None
    orders: OrdersPort | None = None
    usage: UsagePort | None = None
    tickets: TicketsPort | None = None
    network: NetworkPort | None = None
    speed_test: SpeedTestPort | None = None
    notification: NotificationPort | None = None

    def given(self) -> Mapping[str, Any]:
        """Return the adapters that are there, by the port's name."""
        return {name: adapter for name, adapter in _by_name(self).items() if adapter is not None}


@dataclass(frozen=True, kw_only=True)
class Ports:
    """One adapter for each port: the systems that the tools use."""

    payment: PaymentPort
    billing: BillingPort
    customers: CustomersPort
    catalogue: CataloguePort
    orders: OrdersPort
    usage: UsagePort
    tickets: TicketsPort
    network: NetworkPort
    speed_test: SpeedTestPort
    notification: NotificationPort

    def by_name(self) -> Mapping[str, Any]:
        """Return the adapters by the port's name."""
        return _by_name(self)


def joins_transaction(adapter: object) -> bool:
    """Return True for an adapter over our own tables: its changes belong to the transaction that is open."""
    return bool(getattr(adapter, "in_our_transaction", False))


def _by_name(ports: Adapters | Ports) -> dict[str, Any]:
    return {field.name: getattr(ports, field.name) for field in fields(ports)}
