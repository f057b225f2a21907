"""A moved label changes what customers read, in every process, without a restart; what cannot be served never is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from agent.models import Models
from agent.prompt_files import PromptError, load_prompts
from conversation.engine import Engine
from conversation.service import User
from core.operator_facts import KnowledgeError
from core.settings import Settings
from database.texts import Texts
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from graph.answers.approved import own_texts
from graph.knowledge.pages import page_texts
from replay.overrides import Overrides
from replay.rerun_comparison import rerun_and_compare, rerunner_of
from service.container import RunningService, open_service
from service.texts import contents_of, file_texts, served_texts
from tests.doubles import meanings_of

USER = User(2, 1, "musteri1@example.com", "customer", "")
WORDING, POLICY, BILLS = "prompts/wording.yaml", "prompts/policy.md", "knowledge/bills.md"
WORDS = own_texts()["wording.yaml"]
HELLO = "Merhabalar efendim"


def models() -> Models:
    decisions = ScriptedDecisionModel(meanings_of({"Merhaba": "talk:greeting"}))
    return Models(chat_model=ScriptedChatModel(), decision_model=decisions)


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[tuple[RunningService, RunningService]]:
    """Two servers on one database."""
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", mount_chat=False)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_service(settings, models=models()))
        yield first, await stack.enter_async_context(open_service(settings, models=models()))


def greeted() -> str:
    """The wording with another greeting."""
    assert "Merhaba, ben" in WORDS
    return WORDS.replace("Merhaba, ben", f"{HELLO}, ben")


async def say(service: RunningService, session: str) -> Any:
    return await service.conversations.run(USER, session_id=session, message="Merhaba")


async def label(service: RunningService, name: str, text: str) -> None:
    registry = service.texts.registry
    added = await registry.add(name, text, first=service.texts.texts[name].text, by="e", at=service.clock())
    await registry.move(name, "production", added.number, by="e", at=service.clock())


async def test_a_moved_label_is_served_by_every_process_and_taken_back(
    services: tuple[RunningService, RunningService],
) -> None:
    first, second = services
    before = await say(second, "a")
    await label(first, WORDING, greeted())
    for session, service in zip("bc", services, strict=True):
        await service.texts.refresh()  # as every process does by itself, again and again
        assert HELLO in (await say(service, session)).response
        assert service.texts.texts[WORDING].origin == "label"
    setup = (await first.runs.get((await say(first, "d")).run_id)).setup
    assert setup["texts"][WORDING] == first.texts.texts[WORDING].sha
    await first.texts.registry.move(WORDING, "production", None, by="e", at=first.clock())
    await second.texts.refresh()
    assert (await say(second, "e")).response == before.response and second.texts.texts[WORDING].origin == "files"


async def test_a_process_looks_by_itself(services: tuple[RunningService, RunningService]) -> None:
    first, second = services
    changed = asyncio.Event()

    def serve(engine: Engine) -> None:
        second.conversations.serve(engine)
        changed.set()

    second.texts.on_change(serve)
    await label(first, WORDING, greeted())
    await changed.wait()
    assert second.texts.texts[WORDING].origin == "label"
    assert HELLO in (await say(second, "a")).response


async def test_a_re_run_has_the_texts_of_its_turn_and_can_have_others(
    services: tuple[RunningService, RunningService],
) -> None:
    first, _ = services
    run_id = (await say(first, "a")).run_id
    await label(first, WORDING, greeted())
    await first.texts.refresh()

    async def again(**changes: Any) -> Any:
        return await rerun_and_compare(rerunner_of(first), first.runs, run_id, Overrides(**changes), "x", first.clock())

    assert (await again()).same
    assert HELLO in (await again(prompts={WORDING: greeted()})).answer
    with pytest.raises(PromptError, match=r"wording\.yaml:1: operations is missing"):
        await again(prompts={WORDING: "nodes: {}\n"})
    with pytest.raises(PromptError, match="there is no text of this name"):
        await again(prompts={"prompts/nothing.yaml": "x"})


async def test_a_version_that_cannot_be_served_leaves_the_former_ones(
    services: tuple[RunningService, RunningService],
) -> None:
    first, _ = services
    before = (await say(first, "a")).response
    await label(first, WORDING, "operations: {}\n")  # past the checks: by a hand in the database
    await first.texts.refresh()
    assert (await say(first, "b")).response == before and first.texts.texts[WORDING].origin == "files"
    with pytest.raises(PromptError, match=r"wording\.yaml:1: operations\.get_current_bill is missing"):
        async with open_service(first.settings, models=models()):
            pass


def test_a_labelled_version_stands_before_the_folder_and_the_folder_before_our_files(tmp_path: Path) -> None:
    edited = load_prompts()["policy"].source.replace("patience: 2", "patience: 3")
    (tmp_path / "policy.md").write_text(edited, encoding="utf-8")
    (tmp_path / "wording.yaml").write_text(greeted(), encoding="utf-8")
    settings = Settings(_env_file=None, prompts=tmp_path)
    files = file_texts(settings)
    assert (files[POLICY].origin, files[WORDING].origin, files[BILLS].origin) == ("folder", "folder", "files")
    contents = contents_of({name: each.text for name, each in files.items()}, settings, None)
    assert contents.prompts["policy"].data["patience"] == 3
    assert HELLO in str(contents.answers.wording)
    assert served_texts(files, "staging", {})[POLICY].text == edited


async def test_a_service_of_staging_has_its_own_versions_and_else_those_of_production(
    services: tuple[RunningService, RunningService],
) -> None:
    first, _ = services
    registry: Texts = first.texts.registry
    await label(first, WORDING, greeted())
    edited = load_prompts()["policy"].source.replace("patience: 2", "patience: 3")
    added = await registry.add(POLICY, edited, first=None, by="e", at=first.clock())
    await registry.move(POLICY, "staging", added.number, by="e", at=first.clock())
    settings = first.settings.model_copy(update={"text_label": "staging"})
    async with open_service(settings, models=models()) as staging:
        assert (staging.texts.texts[POLICY].label, staging.texts.texts[WORDING].label) == ("staging", "production")
        assert staging.dependencies.prompts["policy"].data["patience"] == 3
    await first.texts.refresh()
    assert first.texts.texts[POLICY].origin == "files"


def test_a_text_is_checked_among_the_others() -> None:
    settings = Settings(_env_file=None)
    texts = {name: each.text for name, each in file_texts(settings).items()}
    with pytest.raises(KnowledgeError, match=r"bills\.md:\d+: .*\{policy\.patient\}"):
        page = page_texts()["bills.md"].replace("TR: ", "TR: {policy.patient} ", 1)
        contents_of({**texts, BILLS: page}, settings, None)
    with pytest.raises(PromptError) as refused:
        contents_of({**texts, POLICY: "no", WORDING: "[", "prompts/answers.yaml": "a: b"}, settings, None)
    files = [line.split(":")[0] for line in str(refused.value).splitlines()]
    assert {"policy.md", "answers.yaml", "wording.yaml"} <= set(files)


@pytest.mark.parametrize("stray", ["{amount", "}{", "{{ amount }}"])
@pytest.mark.parametrize(
    ("name", "known"),
    [
        (WORDING, "Merhaba, ben"),
        ("prompts/answers.yaml", "{amount}"),
        (BILLS, "{operator.dispute_days}"),
    ],
)
def test_a_brace_that_nothing_fills_in_is_refused(name: str, known: str, stray: str) -> None:
    """A customer would read it as it stands."""
    texts = {each: text.text for each, text in file_texts(Settings(_env_file=None)).items()}
    changed = texts[name].replace(known, f"{stray} {known}", 1)
    assert changed != texts[name]
    line = 1 + texts[name][: texts[name].index(known)].count("\n")
    with pytest.raises((PromptError, KnowledgeError), match=rf"{name.rpartition('/')[2]}:{line}: "):
        contents_of({**texts, name: changed}, Settings(_env_file=None), None)
