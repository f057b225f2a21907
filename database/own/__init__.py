"""Our own tables as adapters of the ports: the embedded default.

What they change belongs to the transaction of the operation that calls them (``Database.joined``): key, change, audit
row and receipt are written together or not at all. The operation's key has been claimed there, so they look at none.
"""

from __future__ import annotations

from core.clock import Clock
from database.own.billing import OwnBilling
from database.own.catalogue import OwnCatalogue
from database.own.customers import OwnCustomers
from database.own.orders import OwnOrders
from database.own.tickets import OwnTickets
from database.own.usage import OwnUsage
from database.session import Database
from ports import Adapters, Ports
from ports.network import SimulatedNetwork
from ports.notification import SimulatedNotification
from ports.payment import SimulatedPayment
from ports.speed_test import SimulatedSpeedTest

__all__ = ["completed"]


def completed(adapters: Adapters | Ports, database: Database, clock: Clock) -> Ports:
    """Return an adapter for each port: those given, or else our own tables and the simulated systems.

    Args:
        adapters: Some adapters, or all.
        database: Our own tables.
        clock: The present, for the simulated network.
    """
    if isinstance(adapters, Ports):
        return adapters
    return Ports(
        payment=adapters.payment or SimulatedPayment(),
        billing=adapters.billing or OwnBilling(database),
        customers=adapters.customers or OwnCustomers(database),
        catalogue=adapters.catalogue or OwnCatalogue(database),
        orders=adapters.orders or OwnOrders(database),
        usage=adapters.usage or OwnUsage(database),
        tickets=adapters.tickets or OwnTickets(database),
        network=adapters.network or SimulatedNetwork(clock),
        speed_test=adapters.speed_test or SimulatedSpeedTest(),
        notification=adapters.notification or SimulatedNotification(),
    )
