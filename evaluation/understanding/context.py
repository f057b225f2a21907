"""Measure how messages are read behind an earlier turn: every message behind each kind of turn, and by itself.

The kinds are turns that the demo brings about: something was shown, changed or said, or a question is still open.
Behind an open question a message is read as its reply first, as the served nodes do; one that is taken for a reply
counts as no operation. Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from evaluation.understanding.score import NOTHING_BEFORE, EarlierTurn, LabeledMessage, Understand, score

_DONE = ("get_current_bill", "get_remaining_quotas", "get_available_packages", "get_customer_package",
         "check_network_status", "pay_bill", "setup_autopay", "suspend_line", "greeting", "how_to")  # fmt: skip
"""Operations and topics whose turn stands before a message; thanks and goodbyes leave what was before them."""

_QUESTIONS: Mapping[str, tuple[str, str]] = {
    "open confirmation": (
        "enable_roaming", "05320000001 numaralı hattınız yurt dışı kullanımına açılacak. Günlük ücret 79,00 TL. "
        "Onaylıyor musunuz?",
    ),
    "open question for a detail": ("get_current_bill", "Hangi yöntemle ödemek istersiniz?"),
}  # fmt: skip


@dataclass(frozen=True)
class ContextFigure:
    """The figures of one kind of earlier turn, over the same messages.

    Attributes:
        kind: The kind.
        n: Messages.
        lenient: Share of messages whose operation is right or an accepted alternative behind such a turn.
        alone: The same share in a fresh thread.
        worse: Messages that are right alone and wrong behind the turn.
    """

    kind: str
    n: int
    lenient: float
    alone: float
    worse: Sequence[str]


def earlier_turns(contexts: Mapping[str, str]) -> list[EarlierTurn]:
    """Return one earlier turn of each kind.

    Args:
        contexts: What is said of a turn, by its operation or topic (questions.md).
    """
    done = [EarlierTurn(name, contexts[name]) for name in _DONE]
    return [*done, *(EarlierTurn(kind, contexts[name], text) for kind, (name, text) in _QUESTIONS.items())]


def sampled(rows: Sequence[LabeledMessage], n: int | None, seed: int) -> list[LabeledMessage]:
    """Return a sample of the rows; all of them where none is asked for."""
    return list(rows) if n is None or n >= len(rows) else Random(seed).sample(list(rows), n)


async def measure_contexts(
    rows: Sequence[LabeledMessage],
    turns: Sequence[EarlierTurn],
    understand: Understand,
    progress: Callable[[int], None] = lambda done: None,
) -> list[ContextFigure]:
    """Return the figures of each kind of earlier turn.

    Args:
        rows: The messages.
        turns: The earlier turns.
        understand: Reads one message.
        progress: Told the number of readings done.
    """  # fmt: skip
    alone = await score(rows, understand, progress, NOTHING_BEFORE)
    figures = []
    for place, turn in enumerate(turns, start=1):

        def so_far(done: int, place: int = place) -> None:
            progress(place * len(rows) + done)

        behind = await score(rows, understand, so_far, turn)
        pairs = zip(alone.rows, behind.rows, strict=True)
        worse = [after.row.utterance for before, after in pairs if before.lenient and not after.lenient]
        figures.append(ContextFigure(turn.kind, len(rows), behind.tool_lenient, alone.tool_lenient, worse))
    return figures
