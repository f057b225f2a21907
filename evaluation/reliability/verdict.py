"""Findings after a death, made by doing what a client does and looking at the data beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select

from core.turkish import fold
from database.enums import MessageRole, PaymentStatus
from database.receipt_chain import verify_receipts
from database.tables import AuditEntry, IdempotencyRecord, Payment, ThreadMessage
from evaluation.reliability.changes import QUESTION, SESSION, WishedChange
from evaluation.reliability.client import KEY, Client, Deed, Heard
from evaluation.reliability.replica import Replica
from tools.unfinished import settle_unfinished

SETTLING = timedelta(minutes=3)
"""Time after which nothing may be half done; the clock is advanced by it."""

PROMISES = ("doubled", "lost", "half done", "not told", "contradicted", "unusable", "broken receipt")
_LATE, _NOT_DONE = "size iletememiştim", "henüz yerine getirilmedi"
_ALREADY = frozenset({
    "BILL_ALREADY_PAID", "LINE_ALREADY_SUSPENDED", "LINE_NOT_SUSPENDED", "TICKET_ALREADY_CLOSED",
    "DUPLICATE_TICKET_FOUND", "SIMILAR_TICKET_FOUND", "INELIGIBLE_FOR_PACKAGE", "PACKAGE_CHANGE_FAILED",
})  # fmt: skip
"""Refusals by which a new request of a program learns that what it wants is there already."""

_TRIES = 4
"""Times that a customer goes on asking for his change."""


@dataclass
class DeathVerdict:
    """Findings after one death.

    Attributes:
        broken: The promises that did not hold, each with what was seen.
        resumed: Seconds until the first answer, those for which the client was told to wait included.
        heard: What the client did and heard, in order.
    """

    broken: list[str] = field(default_factory=list)
    resumed: float = 0.0
    heard: list[dict[str, Any]] = field(default_factory=list)


class Heir:
    """The client that comes back to the process which follows the dead one.

    Args:
        replica: The service.
        client: The client.
        change: What he wants.
        before: What he heard until the death.
    """

    def __init__(self, replica: Replica, client: Client, change: WishedChange, before: Sequence[Heard]) -> None:
        self._replica = replica
        self._client = client
        self._change = change
        self._before = before
        self._told = any(heard.done for heard in before)
        self._keys: set[str | None] = set()
        """The keys under which a program has called the operation; each of them is an order of its own."""

        self.finding = DeathVerdict()

    async def recover(self, deeds: Sequence[Deed], began: float) -> DeathVerdict:
        """Do what the client does at first, then settle, then go on until the change is made.

        Args:
            deeds: What he does at first.
            began: The time of ``time.perf_counter`` at which the process started.
        """
        self._told = self._told or await self._was_read()
        first = await self._word(deeds[0])
        self.finding.resumed = time.perf_counter() - began + first.waited
        by_call = deeds[0].kind == "call"
        for deed in deeds[1:] if by_call else [*deeds[1:], Deed("say", QUESTION)]:
            await self._word(deed)
        self._replica.clock.advance(SETTLING)
        await settle_unfinished(self._replica.context)
        await self._look("half done", await self._half_done())
        await self._persist(by_call)
        await self._end()
        return self.finding

    async def _word(self, deed: Deed) -> Heard:
        """Do one thing and compare what is heard with what is there."""
        if deed.kind == "call":
            self._keys |= {KEY, deed.key}
        before = await self._change.times(self._replica.truth)
        known = before and await self._noted()
        heard = await self._client.do(deed)
        after = await self._change.times(self._replica.truth)
        self.finding.heard.append({"did": f"{deed.kind} {deed.words}".strip(), "there": after, **heard.data()})
        self._note("lost", heard.done and after == 0, f"said to be done, and is not: {heard.text}")
        in_thread = deed.session == SESSION
        tells = heard.done or (after > 0 and self._tells(heard))
        self._told = self._told or tells
        if in_thread and known:  # until an outside system was asked, "not known yet" is the truth
            self._note("not told", not self._told, f"after {deed.kind!r}: {heard.text or heard.error}")
        if in_thread and before and deed.kind != "call":
            is_refused = heard.refused is not None and not heard.refused.endswith("_TIMEOUT")
            self._note("contradicted", is_refused and not tells, f"{heard.refused}: {heard.text}")
        self._note("contradicted", _NOT_DONE in heard.text and before > 0 and deed.kind != "open", heard.text)
        return heard

    async def _was_read(self) -> bool:
        """Return True if the words that came before the death are the whole answer which stands in the thread."""
        text = next((heard.text for heard in self._before if heard.text), "")
        stored = select(ThreadMessage.text).where(
            ThreadMessage.thread_id == SESSION, ThreadMessage.role == MessageRole.ASSISTANT
        )
        async with self._replica.context.database.session() as session:
            return text in list(await session.scalars(stored))

    def _tells(self, heard: Heard) -> bool:
        """Return True for words which say late what was done, or that a colleague was called."""
        if heard.refused in _ALREADY:
            return True
        names_it = fold(self._change.fact) in fold(heard.text)
        return names_it and (_LATE in heard.text or self._change.asks_for_a_person)

    async def _persist(self, by_call: bool) -> None:
        """Go on as a customer who wants his change, until it is there."""
        for number in range(_TRIES):
            if by_call:
                if await self._change.times(self._replica.truth):
                    return
                await self._word(Deed("call", key=f"new-{number}"))
                continue
            heard = await self._word(Deed("say", QUESTION))
            if await self._change.times(self._replica.truth):
                self._note("unusable", "GB" not in heard.text, heard.text or str(heard.error))
                return
            await self._word(Deed("say", "evet" if heard.asked else self._change.wish))

    async def _half_done(self) -> str:
        """Return what is begun and not ended."""
        database = self._replica.context.database
        mine = IdempotencyRecord.customer_id == self._change.customer
        unfinished = {
            "payments in process": (Payment.status == PaymentStatus.PROCESSING,),
            "payments that the billing system has not heard of": (Payment.to_book,),
            "keys without an answer": (
                mine, IdempotencyRecord.result.is_(None), IdempotencyRecord.operation != "pay_bill",
            ),
        }  # fmt: skip
        found = [f"{count} {what}" for what, where in unfinished.items() if (count := await _count(database, where))]
        there, noted = await self._change.times(self._replica.truth), await self._noted()
        if bool(there) != bool(noted):
            found.append(f"{there} in the data, {noted} in the audit")
        if self._change.operation == "pay_bill" and (charged := len(self._replica.bank.receipts)) != there:
            found.append(f"{charged} charges at the bank, {there} paid bills")
        return "; ".join(found)

    async def _noted(self) -> int:
        """Return how often the change was noted in the audit; a hand-over is no operation and has no such row."""
        if not self._change.asks_for_a_person:
            where = AuditEntry.customer_id == self._change.customer, AuditEntry.operation == self._change.operation
            return await _count(self._replica.context.database, where)
        return await self._change.times(self._replica.truth)

    async def _end(self) -> None:
        """Look at the end: the change is there exactly once, and every receipt is whole."""
        there = await self._change.times(self._replica.truth)
        noted, charged = await self._noted(), len(self._replica.bank.receipts)
        orders = max(1, len(self._keys))
        is_doubled = there > 1 or charged > 1 or noted > orders
        self._note("doubled", is_doubled, f"{there} times, {noted} in the audit of {orders} orders, {charged} charges")
        self._note("unusable", there == 0, "the change could not be made any more")
        await self._look("half done", await self._half_done())
        verified = await verify_receipts(self._replica.context.database)
        self._note("broken receipt", bool(verified.broken), str(verified.broken))

    async def _look(self, promise: str, seen: str) -> None:
        self._note(promise, bool(seen), seen)

    def _note(self, promise: str, is_broken: bool, seen: str) -> None:
        if is_broken:
            self.finding.broken.append(f"{promise}: {seen}")


async def _count(database: Any, where: tuple[SQLColumnExpression[bool], ...]) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).where(*where)) or 0
