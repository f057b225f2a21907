"""Recorded uses of the models, as LangChain's own callbacks report them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult, LLMResult

from agent.errors import GenerationError
from conversation.model_uses import ModelUses
from evaluation.scripted import ScriptedDecisionModel
from tests.doubles import meanings_of

OPERATION = {"operation": {"type": "choice", "criteria": {"pay_bill": "pays", "none": "nothing"}}}


class BrokenChatModel(FakeListChatModel):
    responses: list[str] = [""]

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise GenerationError("no words")


async def test_what_the_chat_model_reads_and_writes_is_recorded() -> None:
    uses = ModelUses()
    model = FakeListChatModel(responses=["Borcunuz yok."])
    config: Any = {"callbacks": [uses], "metadata": {"langgraph_checkpoint_ns": "synthesize:77"}}
    await model.ainvoke("Borcum var mı?", config)
    [use] = uses.uses
    assert (use["role"], use["output"], use["task"]) == ("write", "Borcunuz yok.", "77")
    assert use["input"] == "Borcum var mı?" and use["ms"] >= 0 and use["at"] >= 0


def test_tokens_are_added_up_over_the_turn() -> None:
    uses = ModelUses()
    for tokens in ((30, 12), (5, 1)):
        run_id = uuid4()
        uses.on_chat_model_start({}, [[AIMessage("…")]], run_id=run_id)
        usage: Any = {"input_tokens": tokens[0], "output_tokens": tokens[1], "total_tokens": sum(tokens)}
        message = AIMessage("a", usage_metadata=usage)
        uses.on_llm_end(LLMResult(generations=[[ChatGeneration(message=message)]]), run_id=run_id)
    assert (uses.tokens_in, uses.tokens_out) == (35, 13)


def test_tools_that_the_chat_model_called_are_recorded() -> None:
    uses, run_id = ModelUses(), uuid4()
    uses.on_chat_model_start({}, [[AIMessage("…")]], run_id=run_id)
    bad: Any = {"name": "pay_bill", "args": "{", "id": "2", "error": None}
    message = AIMessage("", tool_calls=[{"name": "get_current_bill", "args": {}, "id": "1"}], invalid_tool_calls=[bad])
    uses.on_llm_end(LLMResult(generations=[[ChatGeneration(message=message)]]), run_id=run_id)
    assert uses.uses[0]["tool_calls"] == [
        {"name": "get_current_bill", "arguments": {}},
        {"name": "pay_bill", "arguments": "{"},
    ]


async def test_a_failure_of_the_chat_model_is_recorded() -> None:
    uses = ModelUses()
    with pytest.raises(GenerationError):
        await BrokenChatModel().ainvoke("Merhaba", {"callbacks": [uses]})
    assert uses.uses[0]["error"] == "GenerationError" and "output" not in uses.uses[0]


async def test_a_decision_is_recorded_with_its_probabilities() -> None:
    uses = ModelUses()
    model = ScriptedDecisionModel(meanings_of({"faturamı öde": "pay_bill"}))
    await model.ainvoke({"state": "faturamı öde", "questions": OPERATION}, {"callbacks": [uses]})
    [use] = uses.uses
    assert use["role"] == "decide" and use["input"] == {"state": "faturamı öde", "questions": ["operation"]}
    assert use["output"]["operation"] == {"pay_bill": 0.97, "none": 0.03}


async def test_a_failure_of_the_decision_model_is_recorded() -> None:
    uses = ModelUses()
    model = ScriptedDecisionModel()
    model.broken = True
    with pytest.raises(GenerationError):
        await model.ainvoke({"state": "faturamı öde", "questions": OPERATION}, {"callbacks": [uses]})
    assert uses.uses[0]["error"] == "GenerationError"
