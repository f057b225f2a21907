"""What is told of a re-run: like is compared with like, and words that are not the model's are said to be none."""

from __future__ import annotations

from typing import Any, cast

import pytest
from sqlalchemy import select

from agent.prompt_files import PromptError, load_prompts
from database.tables import ReplayRun
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from replay.kept_back import kept_back
from replay.overrides import BadOverrides, Overrides
from replay.rerun_comparison import RerunComparison, rerun_and_compare, rerunner_of
from replay.rerunner import NotReplayable
from service.container import RunningService
from tests.doubles import meaning
from tests.replay.conftest import USER, rows_of

SUBJECT = "Faturam hakkında bilgi verir misiniz?"
RESPOND = load_prompts()["respond"].source


async def again(service: RunningService, run_id: str, **changes: Any) -> RerunComparison:
    overrides = Overrides(**changes)
    return await rerun_and_compare(rerunner_of(service), service.runs, run_id, overrides, "x", service.clock())


async def worded(service: RunningService) -> str:
    """The run of a turn whose answer the chat model words."""
    cast(ScriptedDecisionModel, service.models.decision_model).meanings[SUBJECT] = meaning("get_current_bill")
    return (await service.conversations.run(USER, session_id="w", message=SUBJECT)).run_id


async def profile(service: RunningService) -> str:
    """The run of a turn whose result has everything that is masked."""
    decisions = cast(ScriptedDecisionModel, service.models.decision_model)
    decisions.meanings["bilgilerim"] = meaning("get_customer_profile")
    return (await service.conversations.run(USER, session_id="p", message="bilgilerim")).run_id


async def test_a_re_run_from_each_node_of_each_turn_is_the_same(service: RunningService) -> None:
    for row in await rows_of(service):
        for node in dict.fromkeys(step["node"] for step in (await service.runs.get(row.id)).steps):
            found = await again(service, row.id, node=node)
            assert found.same and found.difference.tokens == 0 and found.difference.ms is None, (row.message, node)


async def test_what_does_not_exist_is_refused(service: RunningService) -> None:
    [bill, *_] = await rows_of(service)
    with pytest.raises(BadOverrides, match="no operation sell_car"):
        await again(service, bill.id, results={"sell_car": {}})
    with pytest.raises(BadOverrides, match="no node nowhere; there are "):
        await again(service, bill.id, node="nowhere")
    with pytest.raises(NotReplayable, match="did not come to confirm; it came to detect_intent"):
        await again(service, bill.id, node="confirm")
    with pytest.raises(BadOverrides, match="get_current_bill: a result has no amounts"):
        await again(service, bill.id, results={"get_current_bill": {"amounts": "1"}})
    with pytest.raises(PromptError, match=r"policy\.md:4: patience"):
        prompt = load_prompts()["policy"].source.replace("patience: 2", "patience: iki")
        await again(service, bill.id, prompts={"policy": prompt})


async def test_an_edited_result_that_nothing_reads_is_told(service: RunningService) -> None:
    [bill, pay, _] = await rows_of(service)
    result = (await service.runs.get(bill.id)).calls[-1]["result"]
    found = await again(service, pay.id, results={"get_current_bill": result})
    assert found.same and found.unused == ["get_current_bill"]


async def test_a_masked_result_sent_back_as_it_was_shown_changes_nothing(service: RunningService) -> None:
    run_id = await profile(service)
    call = (await service.runs.get(run_id)).calls[-1]
    assert "⟨" in str(call["result"])
    assert (await again(service, run_id, results={"get_customer_profile": call["result"]})).same
    edited = {**call["result"], "customer_tier": "gold"}
    found = await again(service, run_id, results={"get_customer_profile": edited})
    assert not any("⟨" in words for mark, words in found.difference.words if mark != "=")


async def test_zero_is_stored_as_zero(service: RunningService) -> None:
    [bill, *_] = await rows_of(service)
    await again(service, bill.id, temperature=0.0, seed=0)
    async with service.database.session() as session:
        [kept] = await session.scalars(select(ReplayRun))
    assert kept.overrides == {"temperature": 0.0, "seed": 0}


async def test_a_dead_model_is_told_with_its_prompt(service: RunningService) -> None:
    run_id = await worded(service)
    assert (await again(service, run_id)).said_by == "model"
    cast(ScriptedChatModel, service.models.chat_model).broken = True
    found = await again(service, run_id)
    [reason] = found.kept_back
    assert (found.said_by, reason.reason, reason.raw) == ("template", "model_failed", "")
    assert "scripted failure" in reason.why and SUBJECT in reason.prompt


async def test_a_refused_text_is_told_with_its_reason_and_kept_for_live_turns(service: RunningService) -> None:
    run_id = await worded(service)
    model = cast(ScriptedChatModel, service.models.chat_model)
    model.says = ["Faturanız 12,50 TL tutuyor."]
    found = await again(service, run_id)
    [reason] = found.kept_back
    assert found.said_by == "template" and reason.reason == "unsupported" and "a figure of its own" in reason.why
    assert "12,50" in reason.raw and SUBJECT in reason.prompt

    model.says = ["Yarın ödeyin."]
    live = await service.runs.get(await worded(service))
    assert live.row.error is None  # nothing failed: the proof did its work
    [reason] = kept_back(live.steps, live.models)
    assert reason.why == "a word that nothing proves: 'Yarın'" and SUBJECT in reason.prompt


async def test_a_prompt_that_no_model_read_is_told(service: RunningService) -> None:
    [bill, *_] = await rows_of(service)
    found = await again(service, bill.id, prompts={"respond": RESPOND.replace("Temsilci:", "Cevap:")})
    wrote = any(use["role"] == "write" for use in (await service.runs.get(bill.id)).models)
    assert found.unused == ([] if wrote else ["respond"])
