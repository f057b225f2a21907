"""The operations on the customer's own bills, packages, lines, tickets and record.

A write is itself the explicit act: nothing is asked. Each has an idempotency key, made anew by default: the same key
never changes anything twice, even from another process.
"""

from __future__ import annotations

from decimal import Decimal

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import read_operation, write_operation


class AsyncOperations(AsyncConnection):
    """Calls of the operations. ``line_number`` is a line of the customer, by default the main one."""

    async def get_current_bill(self) -> models.CurrentBill:
        """Return the newest bill, paid or not."""
        return await self._send(read_operation("/billing/current", models.CurrentBill))

    async def get_past_bills(self, limit: int | None = None) -> models.PastBills:
        """Return past bills, newest first.

        Args:
            limit: Length of the list, 1 to 100; 12 by default.
        """
        return await self._send(read_operation("/billing/history", models.PastBills, limit=limit))

    async def get_payment_history(self, limit: int | None = None) -> models.PaymentHistory:
        """Return the payments that were made, newest first.

        Args:
            limit: Length of the list, 1 to 100; 12 by default.
        """
        return await self._send(read_operation("/billing/payments", models.PaymentHistory, limit=limit))

    async def pay_bill(
        self, method: models.PaymentMethod, bill_id: str | None = None, *, idempotency_key: str | None = None
    ) -> models.PaidBill:
        """Pay a bill in full.

        Args:
            method: Method of payment.
            bill_id: The current unpaid bill by default.
            idempotency_key: The same key never pays twice.
        """
        call = write_operation("/billing/pay", models.PaidBill, idempotency_key, method=method, bill_id=bill_id)
        return await self._send(call)

    async def setup_autopay(
        self,
        status: bool,
        payment_method: models.PaymentMethod | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.AutopayState:
        """Start or stop paying each bill automatically on its due date.

        Args:
            status: True to start, False to stop.
            payment_method: The method last used by default.
            idempotency_key: See the module.
        """
        call = write_operation(
            "/billing/autopay", models.AutopayState, idempotency_key, status=status, payment_method=payment_method
        )
        return await self._send(call)

    async def get_customer_package(self, line_number: str | None = None) -> models.CustomerPackage:
        """Return the package of a line."""
        return await self._send(read_operation("/packages/current", models.CustomerPackage, line_number=line_number))

    async def get_remaining_quotas(self, line_number: str | None = None) -> models.RemainingQuotas:
        """Return the allowances that are left on a line."""
        return await self._send(read_operation("/packages/quotas", models.RemainingQuotas, line_number=line_number))

    async def get_available_packages(self) -> models.AvailablePackages:
        """Return the packages that the customer may choose from, cheapest first."""
        return await self._send(read_operation("/packages/available", models.AvailablePackages))

    async def get_package_details(self, package_name: str) -> models.PackageDetails:
        """Return fees, allowances and commitment of one package."""
        return await self._send(read_operation("/packages/details", models.PackageDetails, package_name=package_name))

    async def change_package(
        self,
        new_package_name: str,
        line_number: str | None = None,
        *,
        accepted_fee: Decimal | None = None,
        idempotency_key: str | None = None,
    ) -> models.PackageChange:
        """Move a line to another package, effective today.

        Args:
            new_package_name: The new package.
            line_number: The main line by default.
            accepted_fee: The early-termination fee that the customer was told and accepts, in lira.
            idempotency_key: See the module.

        Raises:
            Conflict: Inside a commitment without the right ``accepted_fee``; ``details`` names the fee.
        """
        fee = None if accepted_fee is None else str(accepted_fee)
        call = write_operation(
            "/packages/change", models.PackageChange, idempotency_key,
            new_package_name=new_package_name, line_number=line_number, accepted_fee=fee,
        )  # fmt: skip
        return await self._send(call)

    async def enable_roaming(
        self, status: bool, line_number: str | None = None, *, idempotency_key: str | None = None
    ) -> models.RoamingState:
        """Switch the use of a line abroad on (True) or off (False)."""
        call = write_operation(
            "/services/roaming", models.RoamingState, idempotency_key, status=status, line_number=line_number
        )
        return await self._send(call)

    async def check_network_status(self, region: str | None = None) -> models.NetworkStatus:
        """Return the state of the network in a region.

        Args:
            region: City, or city and district; the customer's own by default.
        """
        return await self._send(read_operation("/network/status", models.NetworkStatus, region=region))

    async def test_internet_speed(self, line_number: str | None = None) -> models.SpeedTestResult:
        """Measure the internet speed of a line now."""
        path = "/diagnostics/speed-test"
        return await self._send(read_operation(path, models.SpeedTestResult, line_number=line_number))

    async def create_fault_ticket(
        self,
        issue_description: str,
        *,
        category: models.TicketCategory | None = None,
        priority: models.TicketPriority | None = None,
        separate: bool | None = None,
        note_for: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.CreatedTicket:
        """Open a fault ticket; one open ticket is allowed for each fault.

        Args:
            issue_description: The problem, 10 to 1000 characters.
            category: technical by default.
            priority: medium by default.
            separate: True for another fault than that of an open ticket, though the words are alike.
            note_for: An open ticket to which the description is added as a note.
            idempotency_key: The same key never opens two tickets.
        """
        call = write_operation(
            "/support/tickets", models.CreatedTicket, idempotency_key,
            issue_description=issue_description, category=category, priority=priority,
            separate=separate, note_for=note_for,
        )  # fmt: skip
        return await self._send(call)

    async def get_fault_ticket_status(self, ticket_id: str | None = None) -> models.TicketState:
        """Return the state of a ticket, by default of the newest one."""
        return await self._send(read_operation("/support/tickets/status", models.TicketState, ticket_id=ticket_id))

    async def list_tickets(self, limit: int | None = None) -> models.TicketList:
        """Return the customer's tickets, newest first.

        Args:
            limit: Length of the list, 1 to 100; 12 by default.
        """
        return await self._send(read_operation("/support/tickets/list", models.TicketList, limit=limit))

    async def close_ticket(self, ticket_id: str, *, idempotency_key: str | None = None) -> models.TicketState:
        """Close an open ticket."""
        call = write_operation("/support/tickets/close", models.TicketState, idempotency_key, ticket_id=ticket_id)
        return await self._send(call)

    async def get_customer_profile(self) -> models.CustomerProfile:
        """Return the customer's record."""
        return await self._send(read_operation("/customers/profile", models.CustomerProfile))

    async def update_customer_contact(
        self, contact_type: models.ContactType, new_value: str, *, idempotency_key: str | None = None
    ) -> models.UpdatedContact:
        """Change the contact phone, e-mail or address; the login stays as it is."""
        call = write_operation(
            "/customers/contact", models.UpdatedContact, idempotency_key,
            contact_type=contact_type, new_value=new_value,
        )  # fmt: skip
        return await self._send(call)

    async def suspend_line(
        self, line_number: str | None = None, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> models.SuspendedLine:
        """Suspend a line temporarily.

        Args:
            line_number: The main line by default.
            reason: In the customer's words, 5 to 200 characters.
            idempotency_key: See the module.
        """
        call = write_operation(
            "/lines/suspend", models.SuspendedLine, idempotency_key, line_number=line_number, reason=reason
        )
        return await self._send(call)

    async def reactivate_line(
        self, line_number: str | None = None, *, idempotency_key: str | None = None
    ) -> models.ReactivatedLine:
        """Reactivate a suspended line at once, for the reactivation fee."""
        call = write_operation("/lines/reactivate", models.ReactivatedLine, idempotency_key, line_number=line_number)
        return await self._send(call)

    # The first release's names of three operations.
    get_bill_history = get_past_bills
    get_current_package = get_customer_package
    create_support_ticket = create_fault_ticket
