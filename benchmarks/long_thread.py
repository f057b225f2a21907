"""Cost of a turn late in a long thread, beside an early one: time, and bytes stored, in one run.

    python -m benchmarks.long_thread [--turns 200] [--early 10] [--around 8]

Prints a table and one JSON line. The real service in this process, one thread, everyday questions in turn; the data
folder is a new temporary one. A turn's bytes are what both databases (customers' data and threads) grew by, and are
taken over the turns around it, since SQLite grows by pages.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.turn import LOGIN, QUESTIONS

if TYPE_CHECKING:
    from core.settings import Settings


@dataclass(frozen=True)
class Cost:
    """The cost of some turns.

    Attributes:
        seconds: Median of a turn.
        stored: Bytes a turn.
    """

    seconds: float
    stored: float


async def measure(settings: Settings, turns: int) -> tuple[list[tuple[float, int]], dict[str, Any]]:
    """Return for every turn of one thread its seconds and the bytes stored after it, and the agent's provenance."""
    from evaluation.served_agent import agent_of
    from service.container import open_service

    found: list[tuple[float, int]] = []
    async with open_service(settings) as service:
        user = await service.accounts.authenticate(LOGIN, settings.demo_password.get_secret_value())
        assert user is not None, f"the demo has no login {LOGIN}"
        session = (await service.conversations.run(user, message="Merhaba")).session_id
        for turn in range(turns):
            began = time.perf_counter()
            await service.conversations.run(user, session_id=session, message=QUESTIONS[turn % len(QUESTIONS)][1])
            found.append((time.perf_counter() - began, stored(settings.data_dir)))
        agent = agent_of(service)
    return found, agent.provenance()


def stored(folder: Path) -> int:
    """Return the bytes of the used pages of a folder's databases, in the file or in its write-ahead log."""
    total = 0
    for path in folder.glob("*.sqlite3"):
        with closing(sqlite3.connect(path)) as connection:
            pages, free, size = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
        total += (pages - free) * size
    return total


def cost_around(found: Sequence[tuple[float, int]], turn: int, around: int) -> Cost:
    """Return the cost of the turns from ``turn - around`` to ``turn + around``, as far as they exist."""
    first, last = max(1, turn - around), min(len(found), turn + around)
    some = found[first - 1 : last]
    return Cost(statistics.median(seconds for seconds, _ in some), (some[-1][1] - some[0][1]) / (len(some) - 1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--early", type=int, default=10)
    parser.add_argument("--around", type=int, default=8)
    options = parser.parse_args()
    from core.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(env="development", data_dir=Path(folder), database_url=None)
        found, agent = asyncio.run(measure(settings, options.turns))
    early = cost_around(found, options.early, options.around)
    late = cost_around(found, options.turns, options.around)
    print(f"{'turn':<10}{'seconds':>10}{'bytes stored':>16}")
    for turn, cost in ((options.early, early), (options.turns, late)):
        print(f"{turn:<10}{cost.seconds:>10.3f}{cost.stored:>16.0f}")
    ratios = {"time": round(late.seconds / early.seconds, 3), "stored": round(late.stored / early.stored, 3)}
    print(json.dumps({"turns": options.turns, "early": options.early, "late_over_early": ratios, **agent}))


if __name__ == "__main__":
    main()
