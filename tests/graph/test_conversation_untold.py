"""A change that was done and not told is told first; one that was agreed to and not done is asked for again."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from pydantic import BaseModel
from sqlalchemy import select

from conversation.events import Done, Token
from conversation.recorded_calls import RecordingToolbox
from database.tables import Run
from database.turn_keys import HELD, TurnKeyInUse
from evaluation.scripted import ScriptedChatModel
from ports.payment import SimulatedPayment
from tests.graph.conftest import MakeWorld, World, build_world
from tools.caller import Caller, Context
from tools.settlement import settle_interrupted

SPAWN = multiprocessing.get_context("spawn")
CHANGE = "paketimi Premium Paket yap"
QUOTA = "ne kadar kotam kaldı"
BY = {
    "meanings": {CHANGE: "change_package", QUOTA: "get_remaining_quotas", "faturamı kredi kartıyla öde": "pay_bill"},
    "arguments": {
        CHANGE: {"new_package_name": "Premium Paket"}, "faturamı kredi kartıyla öde": {"method": "credit_card"},
    },
}  # fmt: skip
LATE = "size iletememiştim"
NOT_DONE = "henüz yerine getirilmedi"
ASKED = "Onaylıyor musunuz?"
KEY = "key-1"
PAY = "faturamı kredi kartıyla öde"
UNKNOWN = "sonucu henüz belli değil"
PLACES = [("before", CHANGE), ("after", CHANGE), ("answer", CHANGE), ("after", PAY), ("charge", PAY)]
"""When the process of a turn dies, and what was agreed to."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DeadlyToolbox(RecordingToolbox):
    """The process dies before a write begins, or once it is committed."""

    when = ""

    async def run(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
        if self.is_write(name) and self.when == "before":
            die()
        result = await super().run(name, args, caller)
        if self.is_write(name) and self.when == "after":
            die()
        return result


class DeadlyWriter(ScriptedChatModel):
    """The process dies when the answer is to be written."""

    def _text(self, messages: list[BaseMessage]) -> str:
        die()
        return ""


@asynccontextmanager
async def stored_world(folder: Path, **others: Any) -> AsyncIterator[World]:
    """A world of which everything outlives its process."""
    async with AsyncSqliteSaver.from_conn_string(str(folder / "threads.sqlite3")) as saver:
        world = await build_world(folder, **BY, saver=saver, book=folder / "bank.sqlite3", **others)
        world.sessions[1] = "s"
        try:
            yield world
        finally:
            await world.database.close()


async def agree(folder: Path, others: dict[str, Any]) -> None:
    async with stored_world(folder, **others) as world:
        await world.conversations.run(world.user(), session_id="s", resume=True, idempotency_key=KEY)


def agree_and_die(folder: Path, wish: str, when: str) -> None:
    class Toolbox(DeadlyToolbox):
        pass

    async def talk() -> None:
        async with stored_world(folder) as world:
            await world.say(wish)
        with pytest.MonkeyPatch.context() as patch:
            if when == "charge":
                patch.setattr(SimulatedPayment, "charge", lambda *_, **request: die())
            await agree(folder, {"writer": DeadlyWriter} if when == "answer" else {"toolbox": Toolbox})

    Toolbox.when = when
    asyncio.run(talk())


def die_everywhere(folder: Path) -> None:
    """Fork one process for each place to die in: they share the imports, and no thread runs before that."""
    for when, wish in PLACES:
        place(folder, when, wish).mkdir()
        if os.fork() == 0:
            agree_and_die(place(folder, when, wish), wish, when)
            os._exit(1)
        _, status = os.wait()
        assert os.WTERMSIG(status) == signal.SIGKILL


def place(folder: Path, when: str, wish: str) -> Path:
    return folder / f"{when}-{PLACES.index((when, wish))}"


@pytest.fixture(scope="module")
def graveyard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    process = SPAWN.Process(target=die_everywhere, args=(folder,))
    process.start()
    process.join(600)
    assert process.exitcode == 0
    return folder


Killed = Callable[..., Path]


@pytest.fixture
def killed(graveyard: Path, tmp_path: Path) -> Killed:
    """Copies what a process left that was killed in a place."""

    def copied(when: str, wish: str = CHANGE) -> Path:
        return Path(shutil.copytree(place(graveyard, when, wish), tmp_path / "left"))

    return copied


async def texts(world: World) -> list[tuple[str, str]]:
    kept = await world.conversations.get(world.user(), "s")
    return [(message.role, message.text) for message in kept.messages]


@pytest.mark.parametrize("when", ["after", "answer"])
async def test_killed_after_the_change_is_told_before_the_next_message_is_answered(killed: Killed, when: str) -> None:
    async with stored_world(killed(when)) as world:
        [change] = await world.audit()
        answer = await world.say(QUOTA)
        assert answer.response.startswith("Bir kesinti") and LATE in answer.response
        assert "Premium Paket" in answer.response and "GB" in answer.response
        assert [result.tool_name for result in answer.tool_results] == ["change_package", "get_remaining_quotas"]
        assert [call.arac_adi for call in answer.tool_calls] == ["get_remaining_quotas"]
        roles = await texts(world)
        assert [role for role, _ in roles] == ["user", "assistant", "user", "assistant", "user", "assistant"]
        assert LATE in roles[3][1] and LATE not in roles[5][1]
        assert [entry.id for entry in await world.audit()] == [change.id]
        assert LATE not in (await world.say(QUOTA)).response


async def test_killed_after_the_change_a_repeated_yes_or_button_is_already_done(killed: Killed) -> None:
    async with stored_world(killed("after")) as world:
        pressed = await world.say(approve=True)
        assert pressed.intent == "already_done" and "zaten yapıldı" in pressed.response
        assert "Premium Paket" in pressed.response and "aynen duruyor" not in pressed.response
        assert (await world.say("evet")).intent == "already_done"
        assert len(await world.audit()) == 1


async def test_killed_after_the_change_is_told_when_the_thread_is_opened(killed: Killed) -> None:
    async with stored_world(killed("after")) as world:
        [*_, (role, text)] = await texts(world)
        assert role == "assistant" and LATE in text and "Premium Paket" in text
        assert len(await texts(world)) == 4, "once"
        async with world.database.session() as session:
            [told] = await session.scalars(select(Run).where(Run.channel == "service"))
        assert told.answer == text and told.message is None


async def test_killed_before_the_change_is_asked_again_and_runs_only_after_a_yes(killed: Killed) -> None:
    async with stored_world(killed("before")) as world:
        answer = await world.say(QUOTA)
        assert NOT_DONE in answer.response and "GB" in answer.response and answer.response.endswith(ASKED)
        assert answer.pending is not None and await world.audit() == []
        changed = await world.say("evet")
        assert [call.arac_adi for call in changed.tool_calls] == ["change_package"]
        assert len(await world.audit()) == 1


async def test_killed_before_the_change_a_repeated_button_carries_it_out_once(killed: Killed) -> None:
    async with stored_world(killed("before")) as world:
        kept = await world.conversations.get(world.user(), "s")
        assert kept.pending is not None and NOT_DONE in kept.messages[-1].text
        changed = await world.say(approve=True)
        assert [call.arac_adi for call in changed.tool_calls] == ["change_package"]
        assert len(await world.audit()) == 1


async def test_killed_after_a_payment_is_told_with_its_number(killed: Killed) -> None:
    async with stored_world(killed("after", PAY)) as world:
        [payment] = await world.payments()
        assert payment.transaction_id in (await texts(world))[-1][1]


@pytest.mark.parametrize("repeat", [{}, {"idempotency_key": KEY}])
async def test_killed_in_the_middle_of_a_payment_a_repeated_button_hears_that_its_end_is_not_known(
    killed: Killed, repeat: dict[str, str]
) -> None:
    async with stored_world(killed("charge", PAY)) as world:
        world.clock.advance(HELD)
        for _ in range(2):
            pressed = await world.conversations.run(world.user(), session_id="s", resume=True, **repeat)
            assert pressed.response.count(UNKNOWN) == 1 and pressed.pending is None
        assert UNKNOWN in (await world.conversations.run(world.user(), session_id="s", resume=False)).response
        world.clock.advance(timedelta(minutes=2))
        await settle_interrupted(Context.of(world.database, world.ports, world.clock))
        told = await world.conversations.run(world.user(), session_id="s", resume=True)
        assert [call.arac_adi for call in told.tool_calls] == ["pay_bill"] and len(await world.payments()) == 1


async def test_customer_who_goes_on_writing_hears_that_an_interrupted_payment_was_given_up(killed: Killed) -> None:
    async with stored_world(killed("charge", PAY)) as world:
        assert UNKNOWN in (await world.say(QUOTA)).response
        told: list[str] = []
        for _ in range(4):
            world.clock.advance(timedelta(seconds=30))
            await settle_interrupted(Context.of(world.database, world.ports, world.clock))
            told.append((await world.say(QUOTA)).response)
        [given_up] = [text for text in told if NOT_DONE in text]
        assert given_up.endswith(ASKED)


async def test_request_that_is_repeated_under_its_key_after_a_kill_is_answered_and_does_nothing_twice(
    killed: Killed,
) -> None:
    async with stored_world(killed("after", PAY)) as world:
        repeat = {"session_id": "s", "resume": True, "idempotency_key": KEY}
        with pytest.raises(TurnKeyInUse):
            await world.conversations.run(world.user(), **repeat)
        world.clock.advance(HELD)
        first = await world.conversations.run(world.user(), **repeat)
        [payment] = await world.payments()
        assert payment.transaction_id in first.response and first.intent == "already_done"
        assert await world.conversations.run(world.user(), **repeat) == first
        assert len(await world.payments()) == 1


class FailingSaver(InMemorySaver):
    """A store of checkpoints whose disk is away from a moment on."""

    failing = False

    async def aput(self, *args: Any, **named: Any) -> Any:
        if self.failing:
            raise OSError("the disk is away")
        return await super().aput(*args, **named)


async def test_store_that_fails_after_the_change_loses_no_word(make_world: MakeWorld) -> None:
    saver = FailingSaver()

    class Toolbox(RecordingToolbox):
        async def run(self, name: str, args: Mapping[str, Any], caller: Caller) -> BaseModel:
            result = await super().run(name, args, caller)
            saver.failing = saver.failing or self.is_write(name)
            return result

    world = await make_world(**BY, saver=saver, toolbox=Toolbox)
    await world.say(CHANGE)
    with pytest.raises(OSError, match="the disk is away"):
        await world.say(approve=True)
    saver.failing = False
    answer = await world.say(QUOTA)
    assert LATE in answer.response and "Premium Paket" in answer.response and len(await world.audit()) == 1


async def test_what_was_not_told_goes_first_in_the_stream(killed: Killed) -> None:
    async with stored_world(killed("after")) as world:
        events = [event async for event in world.conversations.stream(world.user(), session_id="s", message=QUOTA)]
    said = "".join(event.text for event in events if isinstance(event, Token))
    [done] = [event for event in events if isinstance(event, Done)]
    assert LATE in said and said == done.result.response


async def test_payment_without_an_answer_is_told_once_it_is_settled(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay, timeout=True, charge_before_timeout=True)
    await world.say("faturamı kredi kartıyla öde")
    unknown = await world.say("evet")
    assert unknown.tool_results[0].error is not None
    assert LATE not in (await world.say(QUOTA)).response, "still not known"
    world.payment.timeout = False
    await settle_interrupted(Context.of(world.database, world.ports, world.clock))
    told = await world.say(QUOTA)
    [payment] = await world.payments()
    assert LATE in told.response and payment.transaction_id in told.response
    assert LATE not in (await world.say(QUOTA)).response, "once"


async def test_payment_without_an_answer_that_was_released_is_asked_again(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay, timeout=True)
    await world.say("faturamı kredi kartıyla öde")
    await world.say("evet")
    world.clock.advance(timedelta(minutes=2))
    world.payment.timeout = False
    await settle_interrupted(Context.of(world.database, world.ports, world.clock))
    told = await world.say(QUOTA)
    assert NOT_DONE in told.response and told.response.endswith(ASKED)


async def test_hand_over_that_was_not_told_is_told_before_the_next_message_is_answered(make_world: MakeWorld) -> None:
    saver = FailingSaver()
    person = "temsilci istiyorum"
    world = await make_world({**BY["meanings"], person: "talk:person"}, saver=saver)
    saver.failing = True
    with pytest.raises(OSError, match="the disk is away"):
        await world.say(person)
    saver.failing = False
    world.sessions[1] = (await world.conversations.list(world.user()))[0][0].session_id
    answer = await world.say(QUOTA)
    assert LATE in answer.response and "aktardım" in answer.response and "GB" in answer.response
    assert LATE not in (await world.say(QUOTA)).response, "once"


async def test_what_was_told_before_an_answer_that_did_not_come_is_told_again(killed: Killed) -> None:
    async with stored_world(killed("after")) as world:
        stream = world.conversations.stream(world.user(), session_id="s", message=QUOTA)
        async for event in stream:
            assert not isinstance(event, Token), "nothing was heard yet"
            break
        await stream.aclose()  # type: ignore[attr-defined]
        answer = await world.say(QUOTA)
        assert LATE in answer.response and "Premium Paket" in answer.response and "GB" in answer.response
        assert LATE not in (await world.say(QUOTA)).response, "once"


async def test_what_was_told_when_the_thread_was_opened_is_not_said_again(killed: Killed) -> None:
    async with stored_world(killed("after")) as world:
        assert LATE in (await texts(world))[-1][1]
        assert LATE not in (await world.say(QUOTA)).response
