"""The transcript that a customer takes away."""

from __future__ import annotations

from datetime import datetime

from chat.transcript import file_name, transcript
from conversation.events import ThreadHistory
from core.clock import ISTANBUL
from core.operator_facts import load_operator
from database.messages import TurnMessage
from database.tables import Run
from database.thread_records import ThreadTurn

AT = datetime(2026, 11, 29, 19, 5, tzinfo=ISTANBUL)


def test_transcript_has_who_said_what_and_when_and_names_an_unfinished_answer() -> None:
    turns = [
        ThreadTurn(Run(id="1", started_at=AT), "faturam *ne kadar*", "259,80 TL", AT),
        ThreadTurn(Run(id="2", started_at=AT, finished_at=None), "öde", None, None),
        ThreadTurn(Run(id="3", started_at=AT), None, "Ödemeniz alındı.", AT),
    ]
    between = [
        TurnMessage(id=7, role="notice", text="Selin üstlendi.", at=AT, run_id=None, author="Selin Arslan"),
        TurnMessage(id=8, role="colleague", text="Merhaba.", at=AT, run_id=None, author="Selin Arslan"),
    ]
    text = transcript(ThreadHistory(turns, None, busy=False, between=between), "Ayşe Yılmaz", "tr", load_operator())
    said = [part.splitlines() for part in text.split("\n\n")]
    assert [line[-1].strip() for line in said[1:]] == [
        "faturam *ne kadar*", "259,80 TL", "öde", "(Cevap yarıda kaldı.)", "Ödemeniz alındı.",
        "Selin üstlendi.", "Merhaba.",
    ]  # fmt: skip
    assert said[1][0].startswith("[29 Kasım 2026") and said[1][0].endswith("Ayşe Yılmaz:")
    assert said[5][0].endswith("Asistan:")
    assert said[6][0].endswith("Asistan:") and said[7][0].endswith("Selin Arslan:")
    assert file_name(AT, "tr") == "sohbet-2026-11-29.txt"


def test_transcript_speaks_the_language_of_the_page() -> None:
    text = transcript(ThreadHistory([], None, busy=False), "Ayşe Yılmaz", "en", load_operator())
    assert text == "Your conversation with Telekom Asistanı\n"
