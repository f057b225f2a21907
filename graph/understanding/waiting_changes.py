"""The change that waits for a yes, or was just done, as questions beside it see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.state import ConversationState
from graph.understanding.elliptic import asked_of_pending


def asked_of_change(state: ConversationState) -> str | None:
    """Return the fact that a message asks for of the change that waits for a yes, or was just done; else None."""
    waiting = [call for call in state.get("calls", []) if call["status"] == "awaiting"]
    if waiting:
        return asked_of_pending(state["message"], waiting)
    done = state.get("done")
    just_done = done is not None and done["turns"] == 0
    return asked_of_pending(state["message"], [done["call"]], points=True) if done and just_done else None


def waiting_facts(state: ConversationState) -> Mapping[str, Any]:
    """Return the preview of the change of package that waits for a yes; an empty one where none waits."""
    waiting = [call["preview"] or {} for call in state.get("calls", []) if call["status"] == "awaiting"]
    return next((facts for facts in waiting if facts.get("to_package")), {})


def waiting_package(state: ConversationState) -> str | None:
    """Return the package of the change that waits for a yes; None where none waits."""
    facts = waiting_facts(state)
    return str(facts["to_package"]) if facts else None
