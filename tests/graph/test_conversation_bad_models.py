"""Models that raise, run out of memory or answer nonsense: nothing is done unasked, nothing that was done is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from agent.decision.model import Answers, DecisionRequest
from evaluation.scripted import ScriptedChatModel
from tests.graph.conftest import MakeWorld, World

CHANGE, QUOTA = "paketimi Premium Paket yap", "ne kadar kotam kaldı"
BY: dict[str, Any] = {
    "meanings": {CHANGE: "change_package", QUOTA: "get_remaining_quotas"},
    "arguments": {CHANGE: {"new_package_name": "Premium Paket"}},
}
ERRORS = (RuntimeError("broken"), MemoryError(), TimeoutError(), UnicodeDecodeError("utf-8", b"", 0, 1, "bad"))
NONSENSE = (
    "", " ", "\x00\x01\u2028\u202e", "lorem ipsum 999 TL " * 500, "{{{package_name}}}", "```json\n{}\n```",
    "Paketiniz değişmedi, 12.345,67 TL çekildi.", "<script>alert(1)</script>", "İ" * 5000,
)  # fmt: skip


class FailingWriter(ScriptedChatModel):
    """Raises what it is given."""

    fails_with: Any = None

    def _text(self, messages: list[BaseMessage]) -> str:
        if self.fails_with is not None:
            raise self.fails_with
        return super()._text(messages)


async def asked(make_world: MakeWorld, **others: Any) -> World:
    world = await make_world(**BY, **others)
    assert (await world.say(CHANGE)).pending is not None
    return world


async def is_told_and_usable(world: World, answer: str) -> bool:
    """Whether the change was made once and told, then or at the next word, and the thread goes on."""
    world.writer.says = []
    later = await world.say(QUOTA)
    return "Premium Paket" in answer + later.response and "GB" in later.response and len(await world.audit()) == 1


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_writer_that_raises_after_a_change_leaves_it_told(make_world: MakeWorld, error: Exception) -> None:
    world = await asked(make_world, writer=FailingWriter)
    world.writer.fails_with = error  # type: ignore[attr-defined]
    answer = (await world.say("evet")).response
    assert "Premium Paket" in answer, "code says the facts"
    world.writer.fails_with = None  # type: ignore[attr-defined]
    assert await is_told_and_usable(world, answer)


@pytest.mark.parametrize("text", NONSENSE)
async def test_writer_that_writes_nonsense_says_the_facts_all_the_same(make_world: MakeWorld, text: str) -> None:
    world = await asked(make_world)
    world.writer.says = [text] * 5
    answer = (await world.say("evet")).response
    assert (
        "Premium Paket" in answer and "12.345,67" not in answer and "999 TL" not in answer and "<script" not in answer
    )
    assert await is_told_and_usable(world, answer)


def _nonsense(kind: str, request: DecisionRequest) -> Any:
    if kind == "nothing":
        return {}
    if kind == "none":
        return None
    if kind == "text":
        return {name: "evet" for name in request["questions"]}
    value = {"nan": float("nan"), "huge": 7e300, "negative": -1.0}[kind]
    found: dict[str, Any] = {}
    for name, question in request["questions"].items():
        options = ["true", "false"] if question["type"] == "noul" else [str(each) for each in question["criteria"]]
        probabilities = dict.fromkeys(options, value)
        found[name] = {"type": question["type"], "choice": options[0], "noul": value, "probabilities": probabilities}
    return found


@pytest.mark.parametrize("kind", ["nothing", "none", "text", "nan", "huge", "negative", *map(repr, ERRORS)])
async def test_decision_model_that_fails_at_the_yes_changes_nothing(make_world: MakeWorld, kind: str) -> None:
    world = await asked(make_world)
    real = world.decisions._classify

    def classify(request: DecisionRequest) -> Answers:
        for error in ERRORS:
            if kind == repr(error):
                raise error
        found: Mapping[str, Any] = _nonsense(kind, request)
        return found  # type: ignore[return-value]

    world.decisions._classify = classify  # type: ignore[method-assign]
    reply = "olabilir, yapalım o zaman"  # no consent that code reads by itself
    try:
        answer = (await world.say(reply)).response
    except Exception as error:
        answer = type(error).__name__
    assert await world.audit() == [], answer
    world.decisions._classify = real  # type: ignore[method-assign]
    later = await world.say(QUOTA)
    assert "GB" in later.response
    if later.pending is None:  # the nonsense was read as a no
        await world.say(CHANGE)
    assert [call.arac_adi for call in (await world.say("evet")).tool_calls] == ["change_package"]
    assert len(await world.audit()) == 1
