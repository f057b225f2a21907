"""The parts of a message with several wishes: which words belong to which operation.

Each clause is read by itself and goes to the wanted operation that it is likeliest about; a clause that is about none
goes with the one before it. So a count, an id or a line is read out of the words of its own wish only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.errors import AgentError
from core import turkish
from core.turkish.verbs import is_requested
from graph.reading import MessageReader, Utterance
from graph.state import TurnContext
from graph.understanding.wishes import VERBS

_LEAST = 0.3
"""Probability from which on a clause belongs to one of the wanted operations."""

_SEVERAL = 2
_MOST_CLAUSES = 12


class PartReader:
    """Divides messages.

    Args:
        messages: Reads the clauses.
    """

    def __init__(self, messages: MessageReader) -> None:
        self._messages = messages

    async def divide(self, message: str, operations: Sequence[str], context: TurnContext) -> Mapping[str, str]:
        """Return the words of each operation; an operation that no clause is about is absent.

        Args:
            message: The customer's words.
            operations: The operations that it wishes for.
            context: The turn, which remembers readings.
        """
        clauses = turkish.clauses(message)
        if len(operations) == 1 and turkish.lists_commands(message):
            return _commanded(operations[0], clauses)
        if len(operations) < _SEVERAL or not _SEVERAL <= len(clauses) <= _MOST_CLAUSES:
            return {}
        owners = [await self._owner(clause, operations, context) for clause in clauses]
        if len(set(filter(None, owners))) < _SEVERAL:
            return {}
        last = next(owner for owner in owners if owner)
        runs: list[tuple[str, list[str]]] = []
        for clause, owner in zip(clauses, owners, strict=True):
            last = owner or last
            if runs and runs[-1][0] == last:
                runs[-1][1].append(clause)
            else:
                runs.append((last, [clause]))
        parts: dict[str, list[str]] = {}
        for operation, said in runs:
            parts.setdefault(operation, []).append(_as_written(said, message))
        return {operation: ", ".join(said) for operation, said in parts.items()}

    async def _owner(self, clause: str, operations: Sequence[str], context: TurnContext) -> str | None:
        try:
            found = await self._messages.read(Utterance(clause, kind="clause"), context.readings).probabilities(
                "operation"
            )
        except AgentError:
            return None
        best = max(operations, key=lambda operation: found.get(operation, 0.0))
        return best if found.get(best, 0.0) >= _LEAST else None


def _commanded(operation: str, clauses: Sequence[str]) -> Mapping[str, str]:
    """Return the words of the only wish that was understood, without the commands for something else beside it."""
    verbs = VERBS.get(operation)
    own = [clause for clause in clauses if verbs is not None and is_requested(clause, verbs)]
    return {operation: ", ".join(own)} if own and len(own) < len(clauses) else {}


def _as_written(clauses: Sequence[str], message: str) -> str:
    """Return clauses that follow each other with the customer's own marks between them."""
    whole = " ".join(message.split())
    begin = whole.find(clauses[0])
    return whole[begin : whole.find(clauses[-1], begin) + len(clauses[-1])]
