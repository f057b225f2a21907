"""The runner of scenarios, on small ones written for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evaluation.scenarios.checks import stands_in
from evaluation.scenarios.runner import ScenarioRunner, measure, scripted_agent
from evaluation.scenarios.values import same
from tests.evaluation.scenarios.samples import BILL, PAID, PAY, YES, played, written


async def test_payment_with_a_yes_passes(tmp_path: Path) -> None:
    payment = {"table": "payments", "where": {"bill_id": "{current_bill}", "amount": "{amount}"}, "added": 1}
    expect = {
        "changed": [PAID, payment], "called": ["pay_bill"], "asked": ["confirmation"],
        "says": ["{amount}", "{due_date}"], "language": "tr",
    }  # fmt: skip
    run = await played(tmp_path, [PAY, YES], expect)
    assert run.failures == [], run.text
    assert "pay_bill" in run.text


async def test_each_expectation_that_fails_is_reported(tmp_path: Path) -> None:
    expect = {
        "changed": [PAID, {"table": "payments", "added": 1}, {"table": "tickets", "now": {"status": "open"}}],
        "called": ["pay_bill"], "not_called": ["get_current_bill"], "asked": ["confirmation"],
        "says": ["{name}"], "says_not": ["faturanız"], "handed_over": "asked", "language": "en",
    }  # fmt: skip
    turkish = {**BILL, "means": {"operations": ["get_current_bill"], "language": "tr"}}
    run = await played(tmp_path, [turkish], expect)
    beginnings = (
        "bills {", "payments {", "tickets {", "ran get_current_bill, expected pay_bill", "ran get_current_bill,",
        "asked nothing", "did not say “Mehmet Demir” ({name})", "said “", "handed over: nothing", "answered in tr",
    )  # fmt: skip
    assert len(run.failures) == len(beginnings), run.failures
    for failure, beginning in zip(run.failures, beginnings, strict=True):
        assert failure.startswith(beginning)


async def test_write_breaks_nothing_written_and_a_read_does_not(tmp_path: Path) -> None:
    run = await played(tmp_path, [PAY, YES], {"nothing_written": True})
    assert {failure.split(":")[0].split()[-1] for failure in run.failures} == {
        "bills", "payments", "audit_entries", "idempotency_records",
    }  # fmt: skip
    assert (await played(tmp_path, [BILL], {"nothing_written": True})).passed


async def test_turn_without_its_question_is_skipped(tmp_path: Path) -> None:
    run = await played(tmp_path, [BILL, YES, {"approve": True, "when": ["confirmation"]}], {"asked": []})
    assert run.failures == []
    assert run.text.count("is skipped, open is nothing") == 2


async def test_look_up_that_may_run_is_no_failure(tmp_path: Path) -> None:
    expect = {"called": ["pay_bill"], "may_call": ["get_current_bill"]}
    assert (await played(tmp_path, [BILL, PAY, YES], expect)).passed
    assert not (await played(tmp_path, [BILL, PAY, YES], {"called": ["pay_bill"]})).passed
    assert not (await played(tmp_path, [BILL], expect)).passed


async def test_button_no_leaves_everything_as_it_was(tmp_path: Path) -> None:
    run = await played(tmp_path, [PAY, {"approve": False}], {"called": [], "nothing_written": True})
    assert run.failures == []


async def test_time_passes_between_turns(tmp_path: Path) -> None:
    expect = {"asked": ["confirmation", "confirmation"], "changed": [PAID]}
    run = await played(tmp_path, [PAY, {"later": 20}, {"approve": True}, YES], expect)
    assert run.failures == [], run.text
    assert "20 minutes pass" in run.text


@pytest.mark.parametrize("key", ["side_effect", "elsewhere"])
async def test_side_effect_runs_and_is_no_call_of_the_conversation(tmp_path: Path, key: str) -> None:
    side_effect = {key: {"operation": "pay_bill", "arguments": {"method": "cash", "bill_id": "{current_bill}"}}}
    cash = {"table": "payments", "where": {"method": "cash", "bill_id": "{current_bill}"}, "added": 1}
    run = await played(tmp_path, [PAY, side_effect, {"approve": True}], {"called": [], "changed": [cash, PAID]})
    assert run.failures == [], run.text
    assert run.transcript.errors == ["BILL_ALREADY_PAID"]


async def test_run_that_raises_fails_with_the_transcript_so_far(tmp_path: Path) -> None:
    run = await played(tmp_path, [BILL, {"approve": True}], {})
    assert run.failures[0].startswith("raised NothingPending")
    assert "faturam ne kadar" in run.text
    assert "no answer to: [yes by button]" in run.text


async def test_start_changes_rows_and_outside_systems(tmp_path: Path) -> None:
    rows = [
        {"update": "bills", "where": {"id": "{current_bill}"}, "set": {"amount": 1234.5, "due_date": 3}},
        {"update": "lines", "where": {"number": "{line}"}, "set": {"package": "Genç Paket"}},
        {"delete": "quotas"},
        {"insert": "autopays", "set": {"enabled": True, "method": "cash"}},
    ]
    expect = {
        "says": ["1.234,50 TL", "{amount}", "{due_date}", "{package}"],
        "changed": [
            {"table": "bills", "where": {"id": "{current_bill}"}, "now": {"status": "unpaid", "amount": 1234.5}},
            {"table": "lines", "now": {"package": "Genç Paket"}},
            {"table": "autopays", "where": {"enabled": True}, "added": 0, "now": {"method": "cash"}},
            {"table": "quotas", "added": 0},
        ],
        "called": ["get_current_bill", "get_customer_package", "pay_bill"],
    }
    both = {"say": ["ikisi"], "means": {"operations": ["get_current_bill", "get_customer_package"]}}
    quota = {"say": ["kotam"], "means": {"operations": ["get_remaining_quotas"]}}
    start = {"rows": rows, "payment": {"declined": True}}
    run = await played(tmp_path, [both, PAY, YES], expect, start=start)
    assert run.failures == [], run.text
    assert run.transcript.errors == ["CARD_DECLINED"]
    assert (await played(tmp_path, [quota], {}, start=start)).transcript.errors == ["QUOTA_NOT_FOUND"]


async def test_start_that_finds_no_row_fails(tmp_path: Path) -> None:
    rows = [{"update": "bills", "where": {"status": "cancelled"}, "set": {"status": "unpaid"}}]
    run = await played(tmp_path, [BILL], {}, start={"rows": rows})
    assert run.failures == [
        "raised LookupError: start.rows: this customer has no such row of bills: {'status': 'cancelled'}"
    ]


async def test_outside_systems_change_between_turns(tmp_path: Path) -> None:
    slow = {"say": ["yavaş"], "means": {"operations": ["test_internet_speed"]}}
    still = {"say": ["hâlâ yavaş"], "when": "step", "means": {"step": "still"}}
    region = {"operations": ["check_network_status"], "arguments": {"region": "{region}"}}
    start = {"speed_test": {"download": 3.25, "ping": 90}, "network": {"status": "outage"}}
    turns = [
        {"say": ["kesinti"], "means": region},
        {"outside": {"network": {"status": "operational"}}}, slow,
        {"outside": {"speed_test": {"download": 99.5, "ping": 9}}}, still,
    ]  # fmt: skip
    checked = ["check_network_status", "test_internet_speed", "test_internet_speed"]
    run = await played(tmp_path, turns, {"called": checked, "asked": ["step"]}, start=start)
    assert run.failures == [], run.text
    said = [("Bölgede çalışma" in answer, "3,25" in answer, "99,5" in answer) for answer in run.transcript.answers]
    assert said == [(True, False, False), (False, True, False), (False, False, True)]


async def test_every_run_has_another_wording_another_demo_and_nothing_of_the_run_before(tmp_path: Path) -> None:
    expect = {"changed": [PAID], "says": ["{amount}"], "called": ["get_current_bill", "pay_bill"]}
    scenario = written(tmp_path, [BILL, PAY, YES], expect)
    told: list[int] = []
    runs = await measure([scenario], 3, ScenarioRunner(scripted_agent(), tmp_path), told.append)
    assert [run.failures for run in runs] == [[], [], []]
    assert [run.transcript.entries[0].text for run in runs] == ["faturam ne kadar", "borcum?", "faturam ne kadar"]
    assert len({run.transcript.answers[0] for run in runs}) == 3, "due on another day"
    assert told == [1, 2, 3]


async def test_same_run_twice_is_the_same(tmp_path: Path) -> None:
    scenario = written(tmp_path, [BILL, PAY], {})
    runner = ScenarioRunner(scripted_agent(), tmp_path)
    first, second = await runner.play(scenario, 1), await runner.play(scenario, 1)
    assert first.transcript.answers == second.transcript.answers


async def test_newcomer_has_no_bill_and_a_placeholder_without_value_fails(tmp_path: Path) -> None:
    run = await played(tmp_path, [BILL], {"says": ["{amount}"]}, customer="newcomer")
    assert run.transcript.errors == ["NO_BILL"]
    assert run.failures == ["raised LookupError: this customer has nothing to fill {amount} with"]


def test_databases_of_runs_are_removed(tmp_path: Path) -> None:
    asyncio.run(played(tmp_path, [BILL], {}))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["demo-0.sqlite3", "one.yaml"]


def test_figures_in_answers_are_whole_ones() -> None:
    assert stands_in("49,90 TL", "tutar 49,90 TL.")
    assert not stands_in("49,90 TL", "tutar 149,90 TL")
    assert not stands_in("15 Mart 202", "15 Mart 2026")
    assert not stands_in("1.234", "tutar 1.234,50 TL")
    assert stands_in("kredi kartı ile", "KREDİ KARTI\nile")


def test_stored_values_are_compared_by_their_type() -> None:
    assert same({"a": 1, "b": {"c": "x"}}, {"b": {"c": "x"}})
    assert not same({"a": 1}, {"b": 1})
    assert same(True, True)
    assert not same(1, True)
    assert not same(None, 0)
