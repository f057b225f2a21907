"""Search: order, refusal and what it costs."""

from __future__ import annotations

import pytest

from core.settings import Settings
from graph.knowledge.search import KnowledgeBase
from service.knowledge import knowledge_base


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return knowledge_base(Settings(_env_file=None))


@pytest.mark.parametrize(
    ("question", "language", "entry"),
    [
        ("yurtdisinda internet kac para", "tr", "roaming_fee"),
        ("GEÇ ÖDERSEM FAİZ VAR MI", "tr", "late_payment"),
        ("taahhüdümü bozarsam ne öderim", "tr", "commitment_leave"),
        ("sen robot musun", "tr", "assistant_program"),
        ("how long can I suspend my line", "en", "suspend_longest"),
        ("how many minutes is a confirmation valid", "en", "confirm_minutes"),
    ],
)
def test_question_finds_its_entry(base: KnowledgeBase, question: str, language: str, entry: str) -> None:
    hits = base.search(question, language)
    assert entry in [hit.entry.id for hit in hits]
    assert all(0 <= hit.score <= 1 for hit in hits)


@pytest.mark.parametrize("question", ["bana bir şiir yaz", "mercimek çorbası tarifi ver", "", "   ", "?"])
def test_nothing_is_found_where_nothing_fits(base: KnowledgeBase, question: str) -> None:
    assert base.search(question) == []


def test_limit_and_lookup_by_id(base: KnowledgeBase) -> None:
    assert len(base.ranked("fatura ödeme", limit=5)) == 5
    assert base.entry("roaming_fee") is not None and base.entry("nothing") is None


def test_every_entry_is_found_by_its_title(base: KnowledgeBase) -> None:
    lost = [
        (entry.id, language)
        for entry in base.entries
        for language in ("tr", "en")
        if entry.id not in {hit.entry.id for hit in base.ranked(entry.title(language))}
    ]
    assert lost == []
