"""A clock that jumps: what was begun is settled by what the bank says, and nothing waits for days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from database.enums import PaymentStatus
from database.tables import Payment
from tests.tools.conftest import World
from tools.caller import Context
from tools.settlement import settle_interrupted

JUMPS = [timedelta(days=400), timedelta(days=-400), timedelta(hours=2), timedelta(hours=-2)]


async def statuses(world: World) -> list[PaymentStatus]:
    return [row.status for row in await world.rows(Payment, Payment.customer_id == 1, Payment.idempotency_key == "key")]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize("charged", [True, False])
async def test_payment_is_settled_whatever_the_clock_did(world: World, jump: timedelta, charged: bool) -> None:
    world.payment.timeout, world.payment.charge_before_timeout = True, charged
    await world.refuse("pay_bill", 1, "key", method="credit_card")
    assert await statuses(world) == [PaymentStatus.PROCESSING]
    world.payment.timeout = False
    world.clock.advance(jump)
    assert await settle_interrupted(Context.of(world.database, world.ports, world.clock)) == 1
    assert await statuses(world) == [PaymentStatus.COMPLETED if charged else PaymentStatus.RELEASED]
    if charged:
        await world.refuse("pay_bill", 1, "another", method="credit_card")
    else:
        await world.run("pay_bill", 1, "another", method="credit_card")
    assert len(world.payment.receipts) == 1
