"""Speed of whole turns: the real service in this process, a demo customer, one everyday question a thread.

    python -m benchmarks.turn [--threads 2] [--rounds 3] [--model embedded]

Prints a table (first token, total), the memory above a Python with torch loaded, then one JSON line. The data folder is
a new temporary one; the payment, speed-test and network systems are the simulated ones and answer at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from benchmarks.machine import machine

if TYPE_CHECKING:
    from conversation.service import User
    from core.settings import Settings
    from service.container import RunningService

LOGIN = "musteri1@example.com"
QUESTIONS = (
    ("get_current_bill", "Bu ayki faturam ne kadar?"),
    ("get_past_bills", "Geçmiş faturalarımı listeler misin?"),
    ("get_payment_history", "Yaptığım ödemeleri görebilir miyim?"),
    ("get_customer_package", "Hangi paketi kullanıyorum?"),
    ("get_remaining_quotas", "Ne kadar internetim kaldı?"),
    ("get_available_packages", "Hangi paketleriniz var?"),
    ("get_package_details", "Aile Paketi'nin ayrıntıları neler?"),
    ("check_network_status", "İzmir'de kesinti var mı?"),
    ("test_internet_speed", "İnternetimin hızını ölçer misin?"),
    ("get_customer_profile", "Kayıtlı bilgilerim neler?"),
)
"""Each needs one operation that changes nothing."""


@dataclass(frozen=True)
class TimedTurn:
    """One turn: seconds until the first token and until the end, and the operations that ran."""

    first: float
    total: float
    ran: Sequence[str]


async def take_turn(service: RunningService, user: User, question: str) -> TimedTurn:
    """Ask one question in a fresh thread."""
    from conversation.service import Done, Token

    began = time.perf_counter()
    first: float | None = None
    ran: list[str] = []
    async for event in service.conversations.stream(user, message=question):
        if isinstance(event, Token) and first is None:
            first = time.perf_counter() - began
        elif isinstance(event, Done):
            ran = [call.arac_adi for call in event.result.tool_calls]
    total = time.perf_counter() - began
    return TimedTurn(total if first is None else first, total, ran)


async def measure(settings: Settings, rounds: int) -> tuple[dict[str, list[TimedTurn]], float, dict[str, Any]]:
    """Return the turns by operation, the memory after them in MiB, and the provenance of the served agent."""
    from evaluation.served_agent import agent_of
    from service.container import open_service

    async with open_service(settings) as service:
        user = await service.accounts.authenticate(LOGIN, settings.demo_password.get_secret_value())
        assert user is not None, f"the demo has no login {LOGIN}"
        await take_turn(service, user, "Merhaba")  # what is built on first use belongs to no question
        turns: dict[str, list[TimedTurn]] = {operation: [] for operation, _ in QUESTIONS}
        for _ in range(rounds):
            for operation, question in QUESTIONS:
                turns[operation].append(await take_turn(service, user, question))
        agent = agent_of(service)
        return turns, resident_mib(), agent.provenance()


def resident_mib() -> float:
    """Return the memory of this process in MiB: in use now on Linux, elsewhere the peak."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile by nearest rank."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def show(turns: dict[str, list[TimedTurn]]) -> None:
    """Print a row for each question and one for all; milliseconds."""
    print(f"{'':<26}{'first token ms':>18}{'':>10}{'total ms':>14}{'':>10}{'one tool':>10}")
    print(f"{'operation':<26}{'median':>18}{'p95':>10}{'median':>14}{'p95':>10}")
    everything = [turn for found in turns.values() for turn in found]
    for name, found in (*turns.items(), ("all", everything)):
        first, total = [turn.first * 1000 for turn in found], [turn.total * 1000 for turn in found]
        wanted = everything_right(turns) if name == "all" else sum(turn.ran == [name] for turn in found)
        print(
            f"{name:<26}{statistics.median(first):>18.0f}{p95(first):>10.0f}"
            f"{statistics.median(total):>14.0f}{p95(total):>10.0f}{f'{wanted}/{len(found)}':>10}"
        )


def everything_right(turns: dict[str, list[TimedTurn]]) -> int:
    """Count the turns that ran exactly the one operation that their question needs."""
    return sum(turn.ran == [operation] for operation, found in turns.items() for turn in found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="embedded", help="TELEKOM_MODEL for this run")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    bare = resident_mib()  # before anything of ours is imported: that is why the imports stand inside functions
    from core.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            env="development", data_dir=Path(folder), database_url=None, model=options.model, threads=options.threads
        )
        turns, used, agent = asyncio.run(measure(settings, options.rounds))
    show(turns)
    print(f"memory: {used:.0f} MiB, {used - bare:.0f} MiB above Python with torch ({bare:.0f} MiB)")
    first = [turn.first * 1000 for found in turns.values() for turn in found]
    total = [turn.total * 1000 for found in turns.values() for turn in found]
    report = {
        "threads": options.threads,
        **agent,
        "questions": len(QUESTIONS),
        "rounds": options.rounds,
        "one_tool": everything_right(turns),
        "first_token_ms": {"p50": round(statistics.median(first), 1), "p95": round(p95(first), 1)},
        "total_ms": {"p50": round(statistics.median(total), 1), "p95": round(p95(total), 1)},
        "rss_mib": round(used),
        "rss_above_torch_mib": round(used - bare),
        **machine(),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
