"""A roll-out in two processes on one database: stable sides, both recorded, taken back by itself, served to all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from agent.models import Models
from agent.prompt_files import PromptError, load_prompts
from conversation.service import User
from core.settings import Settings
from database.rollouts import Rollout, RolloutNotPossible, Rollouts
from database.texts import VersionNotFound
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from graph.answers.approved import own_texts
from replay.overrides import Overrides
from replay.rerun_comparison import rerun_and_compare, rerunner_of
from service.container import RunningService, open_service
from service.rollouts import SERVICE, RolloutPlan, figures_of, take_back_worse
from service.trial import is_new
from tests.doubles import meanings_of
from tests.postgres import own_schema

USER = User(2, 1, "musteri1@example.com", "customer", "")
BY = "e@example.com"
WORDING, POLICY = "prompts/wording.yaml", "prompts/policy.md"
GREETED = own_texts()["wording.yaml"].replace("Merhaba,", "Merhabalar efendim,")
IMPATIENT = load_prompts()["policy"].source.replace("patience: 2", "patience: 1")
"""A person takes over at the first message that is not understood."""
UNCLEAR = "zart zurt"

pytestmark = pytest.mark.asyncio(loop_scope="module")

Pair = tuple[RunningService, RunningService]


def models() -> Models:
    meanings = meanings_of({"Merhaba": "talk:greeting", UNCLEAR: "talk:unclear"})
    return Models(chat_model=ScriptedChatModel(), decision_model=ScriptedDecisionModel(meanings))


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """Two servers on one database."""
    async with AsyncExitStack() as stack:
        settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("data"), mount_chat=False)
        if request.param == "postgresql":
            url = await stack.enter_async_context(own_schema())
            settings = settings.model_copy(update={"database_url": url, "database_pool": 4})
        first, second = [await stack.enter_async_context(open_service(settings, models=models())) for _ in range(2)]
        yield first, second


@pytest_asyncio.fixture(loop_scope="module")
async def services(servers: Pair) -> Pair:
    """The servers, serving our files to everybody."""
    for rollout in await store(servers[0]).running():
        await servers[0].rollouts.take_back(rollout.id, BY)
    registry = servers[0].texts.registry
    for name, labels in (await registry.labels()).items():
        for label in labels:
            await registry.move(name, label, None, by=BY, at=servers[0].clock())
    await look(servers)
    for server in servers:
        server.texts.on_change(server.conversations.serve)
    return servers


def store(service: RunningService) -> Rollouts:
    return service.rollouts.rollouts


async def version(service: RunningService, name: str, text: str) -> str:
    first = service.texts.file_text(name)
    added = await service.texts.registry.add(name, text, first=first, by=BY, at=service.clock())
    return f"{name}@{added.number}"


async def begin(services: Pair, name: str, text: str, *measures: str, share: int = 50) -> Rollout:
    """Begin a roll-out on the first server; both look, as they do by themselves every two seconds."""
    plan = RolloutPlan([await version(services[0], name, text)], share, "production", measures or ("handed_over",))
    row = await services[0].rollouts.begin(plan, BY)
    await look(services)
    return row


async def look(services: Pair) -> None:
    for service in services:
        await service.texts.refresh()


async def say(service: RunningService, session: str, message: str = "Merhaba") -> Any:
    return await service.conversations.run(USER, session_id=session, message=message)


def sides(row: Rollout, count: int) -> tuple[list[str], list[str]]:
    """So many conversations of the new side, and of the other."""
    names = [f"{row.id}-{number}" for number in range(100 * count)]
    new = [name for name in names if is_new(row.id, row.share, name)]
    return new[:count], [name for name in names if name not in new][:count]


async def test_a_share_of_the_conversations_is_drawn_anew_for_each_roll_out() -> None:
    names = [f"conversation-{number}" for number in range(4000)]
    for share in (1, 10, 50, 99):
        drawn = {name for name in names if is_new(7, share, name)}
        assert abs(len(drawn) - share * 40) < 4 * (40 * share * (100 - share) / 100) ** 0.5
        again = {name for name in names if is_new(8, share, name)}
        assert share in (1, 99) or drawn != again
    assert {name for name in names if is_new(7, 10, name)} < {name for name in names if is_new(7, 50, name)}


async def test_a_conversation_has_its_side_in_every_process_and_each_run_says_which(services: Pair) -> None:
    row = await begin(services, WORDING, GREETED)
    [new], [served] = sides(row, 1)
    shas = {"served": services[0].texts.texts[WORDING].sha}
    for turn, service in enumerate((*services, *services)):
        for session, side in ((new, "new"), (served, "served")):
            told = await say(service, session)
            assert turn or ("Merhabalar efendim" in told.response) is (side == "new")  # it greets once so
            setup = (await service.runs.get(told.run_id)).setup
            assert (setup["rollout"]["id"], setup["rollout"]["side"]) == (row.id, side)
            both = setup["rollout"]["texts"][WORDING]
            assert both["served"] == shas["served"] != both["new"] and setup["texts"][WORDING] == both[side]
    found = await figures_of(store(services[1]), row)
    assert (found.conversations, found.turns) == ({"served": 1, "new": 1}, {"served": 4, "new": 4})


async def test_what_was_in_the_middle_goes_on_after_a_return_with_what_is_served(services: Pair) -> None:
    row = await begin(services, WORDING, GREETED)
    [new], _ = sides(row, 1)
    run_id = (await say(services[1], new)).run_id
    await services[0].rollouts.take_back(row.id, BY)
    await look(services)
    setup = (await services[1].runs.get((await say(services[1], new)).run_id)).setup
    assert "rollout" not in setup and setup["texts"][WORDING] == services[1].texts.texts[WORDING].sha
    rerunner = rerunner_of(services[0])
    again = await rerun_and_compare(rerunner, services[0].runs, run_id, Overrides(), BY, services[0].clock())
    assert again.same and "Merhabalar efendim" in again.answer  # a re-run has the version that its turn had
    ended = await store(services[0]).one(row.id)
    assert (ended.how, ended.ended_by) == ("returned", BY)
    assert ended.figures is not None and ended.figures["conversations"] == {"served": 0, "new": 1}
    with pytest.raises(RolloutNotPossible):
        await services[1].rollouts.serve(row.id, BY)


async def test_a_worse_one_is_taken_back_by_itself(services: Pair) -> None:
    row = await begin(services, POLICY, IMPATIENT)
    new, served = sides(row, 7)
    watch = partial(take_back_worse, store(services[1]), "production", services[1].clock)
    for number, (bad, good) in enumerate(zip(new, served, strict=True)):
        await watch()
        assert await store(services[0]).running() == [row]  # the evidence is not there yet
        service = services[number % 2]
        await say(service, bad, UNCLEAR)
        await say(service, good, UNCLEAR)
    await watch()
    await watch()
    ended = await store(services[0]).one(row.id)
    assert (ended.how, ended.ended_by) == ("worse", SERVICE)
    assert ended.figures is not None
    found = {each["measure"]: each for each in ended.figures["compared"]}
    assert (found["handed_over"]["new"], found["handed_over"]["served"]) == (7, 0)
    assert found["handed_over"]["worse"] <= found["handed_over"]["at"] == 0.05
    assert (found["misunderstood"]["new"], found["misunderstood"]["served"]) == (7, 7)
    await look(services)
    fresh = next(name for name in sides(row, 20)[0] if name not in new)
    await say(services[0], fresh, UNCLEAR)
    assert await services[0].handovers.unfinished(fresh) is None


async def test_measures_that_were_not_chosen_take_nothing_back(services: Pair) -> None:
    row = await begin(services, POLICY, IMPATIENT, "disliked")
    for session in sides(row, 12)[0]:
        await say(services[0], session, UNCLEAR)
    await take_back_worse(store(services[0]), "production", services[0].clock)
    assert await store(services[0]).running() == [row]


async def test_each_process_looks_by_itself_and_serves_it_to_all(services: Pair) -> None:
    changed = asyncio.Event()
    second = services[1]

    def serve(engine: Any) -> None:
        second.conversations.serve(engine)
        changed.set()

    second.texts.on_change(serve)
    plan = RolloutPlan([await version(services[0], WORDING, GREETED)], 1, "production")
    row = await services[0].rollouts.begin(plan, BY)
    _, served = sides(row, 2)
    await changed.wait()
    assert "Merhabalar efendim" not in (await say(second, served[0])).response
    changed.clear()
    await services[0].rollouts.serve(row.id, BY)
    await changed.wait()
    assert "Merhabalar efendim" in (await say(second, served[1])).response
    assert (second.texts.texts[WORDING].label, second.texts.texts[WORDING].number) == ("production", 2)


async def test_a_server_that_starts_meanwhile_takes_part(services: Pair) -> None:
    row = await begin(services, WORDING, GREETED)
    [new], _ = sides(row, 1)
    async with open_service(services[0].settings, models=models()) as third:
        assert "Merhabalar efendim" in (await say(third, new)).response
    staging = services[0].settings.model_copy(update={"text_label": "staging"})
    async with open_service(staging, models=models()) as other:
        assert "Merhabalar efendim" not in (await say(other, new)).response


async def test_what_cannot_be_served_or_changes_nothing_is_not_begun(services: Pair) -> None:
    desk, registry = services[0].rollouts, services[0].texts.registry
    bad = await version(services[0], WORDING, "operations: {}\n")  # past the checks: by a hand in the database
    for names, error, said in (
        ([bad], PromptError, "is missing"),
        ([f"{WORDING}@99"], VersionNotFound, "no version 99"),
        (["label:nothing"], VersionNotFound, "No text has the label"),
        (["respond"], VersionNotFound, "write TEXT@NUMBER"),
        ([f"{WORDING}@1"], RolloutNotPossible, "served to everybody already"),
    ):
        with pytest.raises(error, match=said):
            await desk.begin(RolloutPlan(names, 10, "production"), BY)
    number = int((await version(services[0], POLICY, IMPATIENT)).rpartition("@")[2])
    await registry.move(POLICY, "staging", number, by=BY, at=services[0].clock())
    assert (await desk.begin(RolloutPlan(["label:staging"], 10, "production"), BY)).texts == {POLICY: number}


async def test_texts_that_a_release_cannot_serve_are_given_to_nobody(services: Pair) -> None:
    bad = await version(services[0], WORDING, "operations: {}\n")
    number, now = int(bad.rpartition("@")[2]), services[0].clock()
    row = await store(services[0]).begin("production", {WORDING: number}, 50, ["fault"], note="", by=BY, at=now)
    await look(services)
    for session in (each[0] for each in sides(row, 1)):
        told = await say(services[0], session)
        assert told.response.startswith("Merhaba, ben")
        assert "rollout" not in (await services[0].runs.get(told.run_id)).setup
