"""Model servers that are slow, gone, or answer nonsense: a time limit, one retry, a typed error, and recovery."""

from __future__ import annotations

import time
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from agent.chat.endpoint import EndpointChatModel
from agent.decision.backends import ChatDecisionModel, SystemOneDecisionModel
from agent.errors import ModelUnusable, ServerFailed
from agent.model_server import ModelServer
from agent.models import load_models
from core.settings import Settings
from tests.agent.servers import Answer, lettered, model_server, said

WISH = {"wish": {"type": "choice", "instructions": "Ne istiyor?", "criteria": {"bill": "fatura", "line": "hat"}}}
SURE = {"sure": {"type": "noul", "instructions": "Emin mi?"}}
ASKED: Any = {"state": {"message": "faturam", "context": "Az önce: selam"}, "questions": {**WISH, **SURE}}


def writer(address: str, timeout: float = 5.0) -> EndpointChatModel:
    return EndpointChatModel(ModelServer(address, timeout), "m")


@pytest.mark.parametrize(
    "answer", [lambda body: 500, lambda body: "<html>", lambda body: {"choices": []}, lambda body: {}, lambda body: 404]
)
def test_nonsense_is_asked_again_once_and_then_a_typed_error(answer: Answer) -> None:
    with model_server(answer) as (address, seen):
        with pytest.raises(ServerFailed, match=address):
            writer(address).invoke("Merhaba")
        assert len(seen) == 2


async def test_the_other_ways_to_ask_fail_alike() -> None:
    with model_server(lambda body: 500) as (address, seen):
        with pytest.raises(ServerFailed):
            await writer(address).ainvoke("Merhaba")
        with pytest.raises(ServerFailed):
            [chunk async for chunk in writer(address).astream("Merhaba")]
        assert len(seen) == 4


def test_a_slow_server_is_given_up() -> None:
    with model_server(lambda body: said("geç"), delay=30) as (address, _):
        began = time.monotonic()
        with pytest.raises(ServerFailed):
            writer(address, timeout=1.0).invoke("Merhaba")
        assert time.monotonic() - began < 20


def test_one_failure_is_made_good_by_the_second_attempt() -> None:
    answers: list[Any] = [500, said("Merhaba.")]
    with model_server(lambda body: answers.pop(0)) as (address, _):
        model = writer(address)
        assert model.invoke("Merhaba").text == "Merhaba." and model._server.usable()


def test_a_server_that_failed_is_unusable_until_it_answers() -> None:
    works = [False]
    with model_server(lambda body: said("Merhaba.") if works[0] else 500) as (address, _):
        model = writer(address)
        with pytest.raises(ServerFailed):
            model.invoke("Merhaba")
        assert not model._server.usable()
        works[0] = True
        assert model._server.usable()
    assert not model._server.usable()


def test_what_the_server_gets() -> None:
    with model_server(lambda body: said("\n{}")) as (address, seen):
        schema = {"type": "object"}
        bound = writer(address).bind(
            raw_prompt=True, grammar="start: x", json_schema=schema, stop=["\n"], max_tokens=7, temperature=0.5
        )
        assert bound.invoke([HumanMessage("Bir "), HumanMessage("iki")]).text == "{}"
        (body,) = seen
    assert body["model"] == "m" and body["messages"] == [{"role": "user", "content": "Bir iki"}]
    assert body["response_format"]["value"] == schema and body["max_tokens"] == 7
    assert "grammar" not in body and "raw_prompt" not in body and "stop" not in body


async def test_stop_strings_hold_where_the_server_does_not_know_them() -> None:
    with model_server(lambda body: said("Faturanız 5 TL.\nMüşteri: peki")) as (address, _):
        assert (await writer(address).bind(stop=["\nMüşteri:"]).ainvoke("x")).text == "Faturanız 5 TL."


async def test_calls_in_the_text_are_calls() -> None:
    tool = {"type": "function", "function": {"name": "pay_bill", "description": "", "parameters": {"type": "object"}}}
    text = 'Ödüyorum. <tool_call>{"name": "pay_bill", "arguments": {"method": "cash"}}</tool_call>'
    with model_server(lambda body: said(text)) as (address, seen):
        model = writer(address).bind(tools=[tool])
        answer = await model.ainvoke("öde")
        chunks = [chunk async for chunk in model.astream("öde")]
        assert seen[0]["tools"] == [tool]
    assert isinstance(answer, AIMessage) and answer.text == "Ödüyorum."
    assert answer.tool_calls[0]["args"] == {"method": "cash"} == chunks[0].tool_calls[0]["args"]  # type: ignore[attr-defined]


def test_log_probabilities_decide() -> None:
    with model_server(lambda body: lettered({" B": 0.6, "A": 0.2, "x": 0.1})) as (address, seen):
        model = ChatDecisionModel(ModelServer(address, 5), "m")
        model.check()
        answers = model.invoke(ASKED)
    assert answers["wish"]["choice"] == "line" and not model.calibrated
    assert answers["wish"]["probabilities"]["line"] == pytest.approx(0.75)
    assert answers["sure"]["probabilities"] == {"true": pytest.approx(0.25), "false": pytest.approx(0.75)}
    assert seen[-1]["logprobs"] is True and '"faturam"' in seen[-1]["messages"][0]["content"]


FACTS = {"type": "choice", "instructions": "Ne soruluyor?", "criteria": {f"fact_{n}": f"bilgi {n}" for n in range(45)}}


def test_more_options_than_letters_are_asked_in_rounds() -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        """Point at fact 33 where it is offered; else at the first letter."""
        lines = [line for line in body["messages"][0]["content"].splitlines() if "fact_33" in line]
        return lettered({"B": 0.1, "C": 0.1, (lines[0][0] if lines else "A"): 0.8})

    with model_server(answer) as (address, seen):
        asked = ChatDecisionModel(ModelServer(address, 5), "m").invoke(
            {"state": "faturam", "questions": {"asked": FACTS}}
        )["asked"]
    assert asked["choice"] == "fact_33" and set(asked["probabilities"]) == set(FACTS["criteria"])
    assert sum(asked["probabilities"].values()) == pytest.approx(1)
    assert len(seen) == 3 + 1  # three groups and the last round


def test_a_model_with_questions_of_its_own_is_asked_for_no_fact() -> None:
    none = {"type": "choice", "instructions": "Ne soruluyor?", "criteria": {**FACTS["criteria"], "none": "hiçbiri"}}
    told = {"answers": {"wish": {"type": "choice", "probabilities": {"bill": 0.9, "line": 0.1}}}}
    with model_server(lambda body: told) as (address, seen):
        model = SystemOneDecisionModel(ModelServer(address, 5), "m")
        answers = model.invoke({"state": "faturam", "questions": {**WISH, "asked": none}})
    assert answers["wish"]["choice"] == "bill" and answers["asked"]["probabilities"]["none"] == 1.0
    assert set(seen[-1]["questions"]) == {"wish"}


def test_a_server_without_log_probabilities_is_refused_at_the_start() -> None:
    with model_server(lambda body: said("A")) as (address, _), pytest.raises(ModelUnusable, match="log-probabilities"):
        load_models(Settings(_env_file=None, model=f"endpoint:{address}#m", decision_model="chat"))


def test_a_server_that_is_not_there_yet_does_not_stop_the_start() -> None:
    settings = Settings(_env_file=None, model="endpoint:http://127.0.0.1:9#m", decision_model="chat", model_timeout=1)
    assert not load_models(settings).usable()


@pytest.mark.parametrize(
    "answer",
    [
        {"answers": {}},
        {"answers": {"wish": {"type": "choice", "probabilities": {"bill": 0.9}}}},
        {"answers": {"wish": {"type": "choice", "probabilities": {"bill": 0.9, "line": 0.9}}}},
        [],
    ],
)
def test_decisions_that_are_none_are_nonsense(answer: Any) -> None:
    with model_server(lambda body: answer) as (address, seen):
        model = SystemOneDecisionModel(ModelServer(address, 5), "m")
        with pytest.raises(ServerFailed):
            model.invoke({"state": "faturam", "questions": WISH})
        assert len(seen) == 2 and not model._server.usable()
