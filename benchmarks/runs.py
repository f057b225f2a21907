"""Time of listing recorded turns when there are many; the limit is 200 ms.

    python -m benchmarks.runs [--turns 100000] [--rounds 20]

Makes a database with so many recorded turns, then lists pages of 50 as the page and the REST route do: without a
filter, with each filter, and deep in the past. Prints a table, then one JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.progress import track
from sqlalchemy import insert, select

from core.clock import ISTANBUL
from core.masking import Masker
from database.run_records import RunFilter
from database.runs import Runs
from database.seed.demo import seed_demo
from database.session import Database
from database.tables import CustomerRow, Run, RunRecord, Thread

BEGAN = datetime(2026, 1, 1, tzinfo=ISTANBUL)
INTENTS = ("get_current_bill", "pay_bill", "get_remaining_quotas", "change_package", "check_network_status", "greeting")
FILTERS = {
    "all": RunFilter(), "intent": RunFilter(intent="change_package"), "tool": RunFilter(tool="pay_bill"),
    "low confidence": RunFilter(below=0.6), "thumbs down": RunFilter(score=-1), "error": RunFilter(failed=True),
    "slow": RunFilter(slower=4000), "none matches": RunFilter(intent="nothing"),
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(_measure(Path(folder), options.turns, options.rounds))
    for name, (median, worst) in figures.items():
        print(f"{name:18}{median:8.1f} ms median{worst:9.1f} ms worst")
    print(
        json.dumps({"turns": options.turns, "median_ms": {name: round(found[0], 1) for name, found in figures.items()}})
    )


async def _measure(folder: Path, turns: int, rounds: int) -> dict[str, tuple[float, float]]:
    database = Database(f"sqlite+aiosqlite:///{folder / 'runs.sqlite3'}")
    await database.migrate()
    await seed_demo(database, BEGAN, lambda password: "no login here", "")
    await _fill(database, turns)
    runs = Runs(database, Masker(b"benchmark"))
    middle = (BEGAN + timedelta(minutes=turns // 2), "")
    figures = {}
    for name, wanted in FILTERS.items():
        figures[name] = await _timed(runs, wanted, None, rounds)
    figures["in the middle"] = await _timed(runs, RunFilter(), middle, rounds)
    await database.close()
    return figures


async def _timed(runs: Runs, wanted: RunFilter, before: Any, rounds: int) -> tuple[float, float]:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        await runs.list(wanted, limit=50, before=before)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), max(taken)


async def _fill(database: Database, turns: int) -> None:
    rng = random.Random(1)
    async with database.write_session() as session:
        customers: Sequence[int] = (await session.scalars(select(CustomerRow.id))).all()
        threads = [
            {"id": f"t{customer}", "customer_id": customer, "title": "", "created_at": BEGAN, "updated_at": BEGAN}
            for customer in customers
        ]
        await session.execute(insert(Thread), threads)
    for start in track(range(0, turns, 5000), description="turns"):
        made = [_run(number, rng, customers) for number in range(start, min(start + 5000, turns))]
        async with database.write_session() as session:
            await session.execute(insert(Run), made)
            await session.execute(insert(RunRecord), [_record(run) for run in made])


def _run(number: int, rng: random.Random, customers: Sequence[int]) -> dict[str, Any]:
    intent = rng.choice(INTENTS)
    customer = rng.choice(customers)
    at = BEGAN + timedelta(minutes=number)
    return {
        "id": f"{number:08x}-run", "thread_id": f"t{customer}", "customer_id": customer, "channel": "chat",
        "started_at": at, "finished_at": at, "message": "Bu ayki faturam ne kadar?", "answer": "Tutarı 249,90 TL." * 4,
        "intent": intent, "confidence": rng.uniform(0.4, 1), "outcome": None, "tools": f",{intent},",
        "error": "TIMEOUT" if rng.random() < 0.01 else None, "ms": rng.randrange(200, 4100), "tokens_in": 200,
        "tokens_out": 40, "score": -1 if rng.random() < 0.001 else None, "comment": None,
    }  # fmt: skip


def _record(run: dict[str, Any]) -> dict[str, Any]:
    step = {"node": "synthesize", "input": {"message": run["message"] * 20}, "output": {"answer": run["answer"] * 20}}
    return {
        "run_id": run["id"], "customer": "m", "message": run["message"], "answer": run["answer"], "steps": [step] * 4,
        "calls": [], "models": [], "setup": {},
    }  # fmt: skip


if __name__ == "__main__":
    main()
