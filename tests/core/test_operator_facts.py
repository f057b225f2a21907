"""The operator's fees and limits: one typed file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from core.operator_facts import KNOWLEDGE_FOLDER, KnowledgeError, load_operator, stated


def _changed(folder: Path, before: str, after: str) -> Path:
    source = (KNOWLEDGE_FOLDER / "operator.yaml").read_text(encoding="utf-8")
    assert before in source
    (folder / "operator.yaml").write_text(source.replace(before, after), encoding="utf-8")
    return folder


def test_fees_are_read_exactly(tmp_path: Path) -> None:
    assert load_operator().roaming_daily_fee == Decimal("149.00")
    assert load_operator(_changed(tmp_path, "75.00", "75.10")).reactivation_fee == Decimal("75.10")


def test_folder_without_the_file_takes_the_packaged_one(tmp_path: Path) -> None:
    assert load_operator(tmp_path) == load_operator()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("roaming_daily_fee: 149.00", "roaming_daily_fee: much", "roaming_daily_fee"),
        ("roaming_daily_fee: 149.00", "roaming_daily_fee: 149.00\nroaming_fee: 1", "roaming_fee"),
        ("roaming_daily_fee: 149.00", "roaming_daily_fee: [", "operator.yaml:"),
        ("max_suspension_days: 180\n", "", "max_suspension_days: Field required"),
    ],
)
def test_mistake_is_refused_with_file_and_line(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=r"operator\.yaml:\d+: ") as refused:
        load_operator(_changed(tmp_path, before, after))
    assert told in str(refused.value)


def test_values_are_stated_in_the_language() -> None:
    operator = load_operator()
    assert stated(operator.roaming_daily_fee, "roaming_daily_fee", "tr") == "149,00 TL"
    assert stated(operator.roaming_daily_fee, "roaming_daily_fee", "en") == "149.00 TL"
    assert stated(operator.late_interest_percent, "late_interest_percent", "tr") == "3,5"
    assert stated(operator.ways_to_pay, "ways_to_pay", "en").startswith("credit card")
    with pytest.raises(TypeError):
        stated(operator.resolution_hours, "resolution_hours", "tr")
