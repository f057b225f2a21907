"""Messages are measured behind each kind of earlier turn, beside the same messages by themselves."""

from __future__ import annotations

from agent.prompt_files import load_prompts
from evaluation.understanding.context import earlier_turns, measure_contexts, sampled
from evaluation.understanding.score import NOTHING_BEFORE, EarlierTurn, LabeledMessage, Understood

ROWS = [
    LabeledMessage("1", "faturam", "tool", [{"name": "get_current_bill"}]),
    LabeledMessage("2", "kotam", "tool", [{"name": "get_remaining_quotas"}]),
    LabeledMessage("3", "selam", "talk", []),
]


async def understand(message: str, before: EarlierTurn = NOTHING_BEFORE, /) -> Understood:
    if message == "selam":
        return Understood([], 1.0)
    spoilt = message == "kotam" and before.kind == "pay_bill"
    return Understood([("get_current_bill" if spoilt or message == "faturam" else "get_remaining_quotas", {})], 1.0)


async def test_message_that_an_earlier_turn_spoils_is_counted_for_its_kind() -> None:
    turns = [EarlierTurn("pay_bill", "Az önce: fatura ödemesi"), EarlierTurn("greeting", "Az önce: selamlama")]
    seen: list[int] = []
    payment, greeting = await measure_contexts(ROWS, turns, understand, seen.append)
    assert (payment.alone, greeting.alone) == (1.0, 1.0)
    assert (payment.lenient, payment.worse) == (0.6667, ["kotam"])
    assert (greeting.lenient, greeting.worse) == (1.0, [])
    assert seen[-1] == 9


def test_kinds_are_turns_that_the_agent_knows_words_for() -> None:
    contexts = load_prompts()["questions"].data["contexts"]
    turns = earlier_turns(contexts)
    assert len({turn.kind for turn in turns}) == len(turns) > 10
    assert all(turn.context in contexts.values() for turn in turns)
    assert [turn.kind for turn in turns if turn.question] == ["open confirmation", "open question for a detail"]


def test_sample_is_the_same_for_the_same_seed() -> None:
    assert sampled(ROWS, 2, 1) == sampled(ROWS, 2, 1)
    assert sampled(ROWS, None, 1) == sampled(ROWS, 9, 1) == ROWS
