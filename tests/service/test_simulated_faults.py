"""Payments that go wrong on purpose: each ends in a true message and a usable conversation, and is settled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from conversation.events import ChatResult
from core.setting_forms import PAYMENT_FAULTS
from core.settings import Settings
from database.tables import AuditEntry
from evaluation.conversation_environment import demo_user
from ports import Adapters
from ports.faulty_payment import Fault, FaultyPayment
from ports.loading import UnfitPorts
from ports.payment import SimulatedPayment
from service.container import RunningService
from tests.api.conftest import Stage
from tools.caller import Context
from tools.unfinished import settle_unfinished

USER = demo_user(1)
PAY, BILL = "Faturamı kredi kartıyla öde", "Faturam ne kadar?"
UNKNOWN, LATE, NOT_DONE = "PAYMENT_SYSTEM_TIMEOUT", "size iletememiştim", "henüz yerine getirilmedi"


class Counter:
    """A customer at the service with a bad bank."""

    def __init__(self, service: RunningService, stage: Stage) -> None:
        self.service, self.clock = service, stage.clock
        self.bank: FaultyPayment = cast(Any, service.ports.payment)._adapter  # behind its guard
        self.bank.late_seconds = 0.05
        self.context = Context.of(service.database, service.ports, stage.clock)

    async def say(self, message: str) -> ChatResult:
        return await self.service.conversations.run(USER, session_id="s", message=message)

    async def pay(self) -> ChatResult:
        """Pay while the bank is bad; from then on it is well again."""
        await self.say(PAY)
        answer = await self.say("evet")
        self.bank.shares = {}
        return answer

    async def settle(self, *, minutes: int) -> None:
        for _ in range(minutes):
            self.clock.advance(timedelta(minutes=1))
            await settle_unfinished(self.context)

    def charges(self) -> int:
        return len(self.bank.bank.receipts)

    async def booked(self) -> int:
        query = select(func.count()).where(AuditEntry.operation == "pay_bill", AuditEntry.customer_id == 1)
        async with self.service.database.session() as session:
            return await session.scalar(query) or 0

    async def is_paid_once(self) -> bool:
        bill = await self.say(BILL)
        paid = (bill.tool_results[-1].result or {}).get("status") == "paid"
        return paid and self.charges() == 1 and await self.booked() == 1


@asynccontextmanager
async def bad_bank(stage: Stage, fault: Fault) -> AsyncIterator[Counter]:
    settings = stage.settings.model_copy(update={"simulate_payment": {fault: 1.0}})
    async with stage.open(settings) as service:
        yield Counter(service, stage)


async def test_declined_payment_is_told_and_may_be_tried_again(stage: Stage) -> None:
    async with bad_bank(stage, "decline") as counter:
        answer = await counter.pay()
        assert [each.error["code"] for each in answer.tool_results if each.error] == ["CARD_DECLINED"]
        assert counter.charges() == 0
        await counter.say(PAY)
        assert [call.arac_adi for call in (await counter.say("evet")).tool_calls] == ["pay_bill"]
        assert await counter.is_paid_once()


async def test_lost_request_is_told_as_unknown_and_asked_again_once_it_is_settled(stage: Stage) -> None:
    async with bad_bank(stage, "timeout") as counter:
        answer = await counter.pay()
        assert [each.error["code"] for each in answer.tool_results if each.error] == [UNKNOWN]
        await counter.settle(minutes=3)
        told = await counter.say(BILL)
        assert NOT_DONE in told.response and told.pending is not None and counter.charges() == 0
        await counter.say("evet")
        assert await counter.is_paid_once()


async def test_request_that_arrives_late_is_booked_and_told(stage: Stage) -> None:
    async with bad_bank(stage, "late") as counter:
        answer = await counter.pay()
        assert [each.error["code"] for each in answer.tool_results if each.error] == [UNKNOWN]
        await counter.bank.arrived()
        await counter.settle(minutes=1)
        told = await counter.say(BILL)
        assert LATE in told.response and NOT_DONE not in told.response
        assert await counter.is_paid_once()


async def test_request_that_arrives_twice_moves_money_once(stage: Stage) -> None:
    async with bad_bank(stage, "twice") as counter:
        assert [call.arac_adi for call in (await counter.pay()).tool_calls] == ["pay_bill"]
        assert await counter.is_paid_once()


async def test_bank_that_denies_a_charge_is_asked_until_it_is_found(stage: Stage) -> None:
    async with bad_bank(stage, "lie") as counter:
        assert (await counter.pay()).tool_calls, "the call ran, and its outcome is unknown"
        await counter.settle(minutes=2)
        assert counter.charges() == 1 and await counter.booked() == 0
        await counter.settle(minutes=3)
        assert await counter.booked() == 1
        assert LATE in (await counter.say(BILL)).response
        assert await counter.is_paid_once()


async def test_payment_that_was_said_not_to_be_done_and_was_is_told_and_not_made_again(stage: Stage) -> None:
    async with bad_bank(stage, "lie") as counter:
        await counter.pay()
        await counter.settle(minutes=2)
        asked = await counter.say(BILL)
        assert NOT_DONE in asked.response and asked.pending is not None, "that is what the bank said"
        await counter.settle(minutes=3)
        again = await counter.say("evet")
        assert again.intent == "already_done" and counter.charges() == 1
        assert await counter.is_paid_once()


async def test_yes_to_a_payment_that_the_bank_denies_is_charged_once(stage: Stage) -> None:
    async with bad_bank(stage, "lie") as counter:
        await counter.pay()
        await counter.settle(minutes=2)
        await counter.say(BILL)
        await counter.say("evet")
        assert await counter.is_paid_once()


async def test_same_seed_gives_the_same_faults() -> None:
    async def course(seed: int) -> list[str]:
        bank = FaultyPayment(SimulatedPayment(), {"decline": 0.3, "timeout": 0.3}, seed)
        found = []
        for number in range(20):
            try:
                await bank.charge(key=str(number), amount=1, currency="TRY", method="credit_card", customer_id=1)
            except Exception as error:
                found.append(type(error).__name__)
            else:
                found.append("paid")
        return found

    first = await course(1)
    assert first == await course(1) and first != await course(2) and len(set(first)) == 3


def test_setting_names_every_fault() -> None:
    assert set(PAYMENT_FAULTS) == set(get_args(Fault))
    shares = Settings(_env_file=None, simulate_payment="decline:0.1, timeout:0.05").simulate_payment
    assert shares == {"decline": 0.1, "timeout": 0.05}


@pytest.mark.parametrize("stated", ["decline", "decline:much", "declined:0.1", "lie:1.5", "lie:0.6,late:0.6", "lie:-1"])
def test_setting_that_is_wrong_is_explained(stated: str) -> None:
    with pytest.raises(ValidationError, match="write shares of decline, timeout, late, twice, lie"):
        Settings(_env_file=None, simulate_payment=stated)


async def test_production_refuses_faults_unless_they_are_allowed(stage: Stage, tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None, env="production", secret_key="s" * 40, data_dir=tmp_path, mount_chat=False,
        simulate_payment={"decline": 0.1},
    )  # fmt: skip
    with pytest.raises(UnfitPorts, match="TELEKOM_SIMULATE_PAYMENT makes payments go wrong on purpose"):
        async with stage.open(settings):
            pass
    async with stage.open(settings.model_copy(update={"allow_simulated": True})) as service:
        assert service.systems.kinds["payment"] == "simulated"


async def test_faults_of_a_bank_that_is_not_simulated_are_refused(stage: Stage) -> None:
    stage.ports = Adapters(payment=SimulatedPayment())
    with pytest.raises(UnfitPorts, match="for the simulated bank"):
        async with bad_bank(stage, "decline"):
            pass
