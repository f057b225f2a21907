"""A model that tries to lie in 200 ways: none of it reaches the customer. The lies stand in ``lies.jsonl``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.decision.support import SupportModel, load_support_model
from agent.prompt_files import load_prompts
from evaluation.scripted import ScriptedChatModel
from graph.answers.evidence_units import Unit
from graph.answers.free import FreeWriter
from graph.turn_input import fresh_turn


def _unit(text: str, required: str, **values: str) -> Unit:
    return Unit(text, values, frozenset({required} if required else ()), "SAID BY CODE", "composed")


MONEY, DAY = "412,50 TL", "15 Mart 2026"
UNITS = {
    "bill": _unit("Güncel faturanız {amount}; son ödeme tarihi {due_date}. İsterseniz buradan ödeyebilirsiniz. "
                  "Bu ayki fatura tutarınız {amount}, son ödeme günü {due_date}.", "amount", amount=MONEY,
                  due_date=DAY),
    "paid": _unit("Evet, {amount} tutarındaki faturanız ödenmiş. Evet, {amount} tutarındaki güncel fatura ödendi.",
                  "amount", amount=MONEY),
    "package": _unit("{name} için aylık ücretiniz {fee}. Ayda {fee} ödüyorsunuz ({name}).", "fee",
                     name="Süper", fee=MONEY),
    "roaming": _unit("Hayır, hattınız yurt dışı kullanımına kapalı. İsterseniz açabilirim.", ""),
    "data": _unit("{left} GB internetiniz kaldı; dönem {end} tarihinde bitiyor. Kalan internetiniz {left} GB.",
                  "left", left="7,5", end=DAY),
    "ticket": _unit("{ticket} numaralı arıza kaydınız açık; {date} tarihinde açıldı.", "ticket",
                    ticket="TT-7", date=DAY),
    "commitment": _unit("Taahhüdünüz {date} tarihinde bitiyor; daha önce bozarsanız cayma bedeli {fee}.", "fee",
                        date=DAY, fee=MONEY),
    "english": _unit("Your current bill is {amount}, due on {due_date}. You can pay it here if you like.", "amount",
                     amount=MONEY, due_date=DAY),
}  # fmt: skip
LIES = [
    (row["about"], row["lie"])
    for row in map(json.loads, (Path(__file__).parent / "lies.jsonl").read_text(encoding="utf-8").splitlines())
]


@pytest.fixture(scope="module")
def reading() -> SupportModel:
    return load_support_model()


def test_there_are_two_hundred_lies() -> None:
    assert len(set(LIES)) == len(LIES) == 200


async def test_no_lie_reaches_the_customer(reading: SupportModel) -> None:
    passed = []
    for about, lie in LIES:
        state = fresh_turn("?")
        state["language"] = "en" if about == "english" else "tr"
        model = ScriptedChatModel(says=[lie, lie])
        writing = FreeWriter(model, load_prompts()["respond_free"], reading).begin([UNITS[about]], state)
        assert writing is not None
        said = "".join([piece async for piece in writing.pieces()])
        if said != "SAID BY CODE" or len(writing.refused) != 2:
            passed.append((about, lie, said))
    assert passed == []
