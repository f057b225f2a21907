"""Which of several changed texts made a turn another."""

from __future__ import annotations

import pytest

from agent.prompt_files import PromptError, load_prompts
from graph.answers.approved import own_texts
from graph.knowledge.pages import page_texts
from replay.bisect import bisect, setup_changes, texts_of
from replay.rerun_comparison import rerunner_of
from service.container import RunningService
from tests.replay.conftest import rows_of
from tests.replay.test_batch import EDITED

PAGES = {f"knowledge/{name}": text for name, text in page_texts().items()}
WORDING = own_texts()["wording.yaml"]
HARMLESS = {
    "prompts/policy.md": load_prompts()["policy"].source.replace("patience: 2", "patience: 3"),
    "prompts/wording.yaml": WORDING.replace("Merhaba, ben", "Merhabalar, ben"),
    "knowledge/bills.md": PAGES["knowledge/bills.md"].replace("Faturanız", "Faturanız da", 1),
    "knowledge/sim.md": PAGES["knowledge/sim.md"].replace("TR: ", "TR: Şimdi ", 1),
}


async def test_the_one_text_that_flips_a_turn_is_found_among_many(service: RunningService) -> None:
    first = (await rows_of(service))[0].id
    found = await bisect(rerunner_of(service), service.runs, first, {**HARMLESS, "prompts/respond.md": EDITED}, {})
    assert list(found.culprits) == ["prompts/respond.md"] and not found.unlike_record
    assert sorted(found.changed) == sorted([*HARMLESS, "prompts/respond.md"]) and found.reruns < 2 ** len(found.changed)
    assert found.difference is not None and any("gereken" in words for _, words in found.difference.words)


async def test_texts_that_flip_nothing_are_not_blamed(service: RunningService) -> None:
    first = (await rows_of(service))[0].id
    found = await bisect(rerunner_of(service), service.runs, first, HARMLESS, {"model": ("a", "b")})
    assert list(found.culprits) == [] and found.difference is None and found.setup == {"model": ("a", "b")}
    own = texts_of(await service.runs.get(first))
    same = await bisect(rerunner_of(service), service.runs, first, own, {})
    assert list(same.changed) == [] and same.reruns == 1


async def test_a_good_text_that_cannot_be_served_is_refused(service: RunningService) -> None:
    first = (await rows_of(service))[0].id
    with pytest.raises(PromptError, match=r"policy\.md:1"):
        await bisect(rerunner_of(service), service.runs, first, {"prompts/policy.md": "no"}, {})


def test_models_and_settings_that_differ_are_told_without_the_texts() -> None:
    good = {"model": "a", "limits": {"n": 1}, "texts": {"x": "1"}, "prompts": {}}
    bad = {"model": "b", "limits": {"n": 1}, "texts": {"x": "2"}, "prompts": {}, "release": "2"}
    assert setup_changes(good, bad) == {"model": ("a", "b"), "release": (None, "2")}
