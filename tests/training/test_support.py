"""Rows for the reading of support: written ones, and those that follow from declared facts."""

from __future__ import annotations

from training.support import bare_rows, declared_rows, foreign_rows, read_written


def test_the_written_rows_are_enough_and_in_both_languages() -> None:
    rows = read_written()
    assert len(rows) >= 1500
    assert 0.05 < sum(row.language == "en" for row in rows) / len(rows) < 0.2


def test_another_variant_of_a_fact_does_not_support_a_sentence() -> None:
    rows = [row for row in declared_rows() if row.group == "bill_paid" and row.language == "tr"]
    turned = [row for row in rows if row.sentence.startswith("Evet") and row.evidence.startswith("Hayır")]
    assert turned and not any(row.supported for row in turned)
    assert any(row.supported for row in rows)


def test_rows_of_other_subjects_name_only_values_that_are_there() -> None:
    rows = foreign_rows(read_written())
    assert rows and not any(row.supported for row in rows)


def test_only_a_courtesy_is_supported_by_nothing() -> None:
    rows = bare_rows(read_written())
    assert {row.evidence for row in rows} == {""}
    assert any(row.supported for row in rows) and any(not row.supported for row in rows)
