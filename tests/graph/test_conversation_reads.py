"""Reading: questions are answered from real rows, several at once, and failures keep the thread usable."""

from __future__ import annotations

import pytest

from conversation.service import Done, Step, Token
from tests.graph.conftest import MakeWorld


async def test_bill_question_answers_with_the_rows_figures(make_world: MakeWorld) -> None:
    world = await make_world({"Bu ayki faturam ne kadar?": "get_current_bill"})
    result = await world.say("Bu ayki faturam ne kadar?")
    assert result.intent == "get_current_bill"
    assert [call.arac_adi for call in result.tool_calls] == ["get_current_bill"]
    shown = result.tool_results[0].result
    assert shown is not None
    lira = f"{shown['amount']:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    assert f"{lira} TL" in result.response
    assert result.confidence == pytest.approx(0.97**2, abs=0.01)
    assert result.pending is None


async def test_two_questions_in_one_message_run_together_and_answer_in_order(make_world: MakeWorld) -> None:
    message = "faturam ve kalan internetim ne kadar"
    world = await make_world({message: ("get_current_bill", "get_remaining_quotas")})
    result = await world.say(message)
    assert [call.arac_adi for call in result.tool_calls] == ["get_current_bill", "get_remaining_quotas"]
    bill, quota = result.response.split("\n\n")
    assert "TL" in bill and "GB" in quota


async def test_stream_sends_steps_then_tokens_then_done(make_world: MakeWorld) -> None:
    world = await make_world({"Bu ayki faturam ne kadar?": "get_current_bill"})
    events = [event async for event in world.conversations.stream(world.user(), message="Bu ayki faturam ne kadar?")]
    steps = [(event.name, event.status) for event in events if isinstance(event, Step)]
    assert ("get_current_bill", "started") in steps and ("get_current_bill", "finished") in steps
    assert ("detect_intent", "finished") in steps and ("synthesize", "finished") in steps
    done = events[-1]
    assert isinstance(done, Done)
    assert "".join(event.text for event in events if isinstance(event, Token)) == done.result.response
    assert sum(isinstance(event, Token) for event in events) > 1


async def test_greeting_runs_no_tool(make_world: MakeWorld) -> None:
    world = await make_world({"merhaba": "talk:greeting"})
    result = await world.say("merhaba")
    assert result.tool_calls == []
    assert result.intent == "greeting"
    assert result.response == world.answers.fixed_topic("first_greeting", "tr")  # who answers is said once
    again = await world.say("merhaba")
    assert again.response in world.answers.small_talk("greeting", "tr")


async def test_suspended_line_speed_test_explains_the_refusal(make_world: MakeWorld) -> None:
    world = await make_world({"internetim yavaş": "test_internet_speed"})
    result = await world.say("internetim yavaş", customer=3)
    assert result.tool_results[0].success is False
    error = result.tool_results[0].error
    assert error is not None and error["code"] == "LINE_SUSPENDED"
    assert result.response


@pytest.mark.parametrize("meaning", ["talk:unclear", "talk:how_to", "create_fault_ticket", "check_network_status"])
async def test_suspended_line_in_any_words_is_told_and_opening_it_is_offered(
    make_world: MakeWorld, meaning: str
) -> None:
    words = "cep telefonum taş kesilmiş sanki"
    world = await make_world({words: meaning}, {words: {"issue_description": words}})
    told = await world.say(words, customer=3)
    assert told.tool_results[0].error is not None and told.tool_results[0].error["code"] == "LINE_SUSPENDED"
    assert "dondurulmuş" in told.response and "açabilirim" in told.response and told.pending is None
    taken = await world.say("evet", customer=3)
    assert taken.pending is not None and taken.pending.calls[0].arac_adi == "reactivate_line"


@pytest.mark.parametrize(("words", "is_taken"), [("olur açın", True), ("kapat gitsin", False)])
async def test_offer_to_open_is_not_taken_by_words_that_close(
    make_world: MakeWorld, words: str, is_taken: bool
) -> None:
    abroad = "Fransa'dayım, telefonum hiçbir şebekeye bağlanmıyor."
    world = await make_world({abroad: "check_network_status"}, readings={words: {"reply": "yes"}})
    assert "açabilirim" in (await world.say(abroad)).response
    taken = await world.say(words)
    assert (taken.pending is not None) is is_taken


async def test_line_that_works_explains_nothing(make_world: MakeWorld) -> None:
    words = "cep telefonum taş kesilmiş sanki"
    world = await make_world({words: "talk:unclear"})
    assert (await world.say(words)).intent == "unclear"


async def test_fault_of_a_device_on_a_suspended_line_gets_its_ticket(make_world: MakeWorld) -> None:
    words = "modemin kapağı kırıldı"
    world = await make_world({words: "create_fault_ticket"}, {words: {"issue_description": words}})
    asked = await world.say(words, customer=3)
    assert asked.pending is not None and asked.pending.calls[0].arac_adi == "create_fault_ticket"


async def test_broken_decision_model_says_so_and_keeps_the_thread(make_world: MakeWorld) -> None:
    world = await make_world({"Bu ayki faturam ne kadar?": "get_current_bill"})
    world.decisions.broken = True
    failed = await world.say("Bu ayki faturam ne kadar?")
    assert failed.intent == "model_failed"
    assert failed.tool_calls == []
    world.decisions.broken = False
    assert (await world.say("Bu ayki faturam ne kadar?")).tool_calls


async def test_broken_writer_still_gives_the_facts(make_world: MakeWorld) -> None:
    world = await make_world({"Bu ayki faturam ne kadar?": "get_current_bill"})
    world.writer.broken = True
    result = await world.say("Bu ayki faturam ne kadar?")
    assert "TL" in result.response


@pytest.mark.parametrize(
    "lie",
    [
        "Faturanızın tutarı 5 TL.",
        "Faturanızın tutarı {amount}, ödemeniz alındı ve hesabınıza bonus yüklendi.",
        "Son ödeme tarihi {amount}.",
        "Faturanızın tutarı {monthly_fee}.",
    ],
)
async def test_writer_that_says_what_no_fact_proves_is_not_heard(make_world: MakeWorld, lie: str) -> None:
    world = await make_world({"Bu ayki faturam ne kadar?": "get_current_bill"})
    world.writer.says = [lie]
    result = await world.say("Bu ayki faturam ne kadar?")
    assert "5 TL." not in result.response.replace(",", ".").split(" ")
    assert "bonus" not in result.response
    assert "{" not in result.response
    assert "tutar" in result.response


async def test_unclear_message_offers_the_likeliest_meanings_as_choices(make_world: MakeWorld) -> None:
    world = await make_world({"şu işi hallet": "unsure:get_current_bill"})
    asked = await world.say("şu işi hallet")
    assert asked.pending is not None and asked.pending.kind == "clarification"
    assert asked.tool_calls == []
    assert len(asked.pending.options) >= 2
    chosen = await world.say(asked.pending.options[0].label)
    assert [call.arac_adi for call in chosen.tool_calls] == ["get_current_bill"]


async def test_english_message_is_answered_in_english(make_world: MakeWorld) -> None:
    world = await make_world({"how much is my bill": "get_current_bill"})
    result = await world.say("how much is my bill")
    assert "bill" in result.response.lower()


async def test_another_customers_thread_is_not_found(make_world: MakeWorld) -> None:
    from database.threads import ThreadNotFound

    world = await make_world({"merhaba": "talk:greeting"})
    result = await world.say("merhaba", customer=1)
    with pytest.raises(ThreadNotFound):
        await world.conversations.run(world.user(2), session_id=result.session_id, message="merhaba")
