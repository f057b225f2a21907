"""The new side of a roll-out: which conversations are on it, and the engine that answers them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from conversation.engine import Engine, Trial
from database.rollouts import Rollout, Side
from graph.build import GraphDependencies, build_graph
from service.texts import ServedText, text_setup


def is_new(rollout_id: int, share: int, thread_id: str) -> bool:
    """Return whether a conversation gets the new texts: drawn by hash, so every process says the same at any time."""
    drawn = int.from_bytes(hashlib.sha256(f"{rollout_id}:{thread_id}".encode()).digest()[:8], "big")
    return drawn < share * 2**64 // 100


def tried_texts(
    rollout: Rollout, served: Mapping[str, ServedText], versions: Mapping[str, str]
) -> dict[str, ServedText]:
    """Return the texts of the new side.

    Args:
        rollout: The roll-out.
        served: The texts that the others get.
        versions: Content by name of the versions of the roll-out.
    """
    new = {name: ServedText(name, text, "label", rollout.label, rollout.texts[name]) for name, text in versions.items()}
    return {**served, **new}


def with_trial(
    engine: Engine, rollout: Rollout, served: Mapping[str, ServedText], tried: Mapping[str, ServedText],
    dependencies: GraphDependencies,
) -> Engine:  # fmt: skip
    """Return an engine that gives a share of the conversations the new texts; each run records its side and both texts.

    Args:
        engine: What all turns share.
        rollout: The roll-out.
        served: The texts of the engine.
        tried: Those of the new side.
        dependencies: The parts of the new side's graph.
    """
    texts = {name: {"served": _sha(served, name), "new": tried[name].sha} for name in rollout.texts}
    checkpointer: BaseCheckpointSaver[Any] = engine.graph.checkpointer  # type: ignore[assignment]

    def recorded(side: Side) -> dict[str, Any]:
        return {"rollout": {"id": rollout.id, "side": side, "texts": texts}}

    new = replace(
        engine, graph=build_graph(dependencies, checkpointer),
        setup={**engine.setup, **text_setup(tried), **recorded("new")},
    )  # fmt: skip
    trial = Trial(new, partial(is_new, rollout.id, rollout.share))
    return replace(engine, setup={**engine.setup, **recorded("served")}, trial=trial)


def _sha(texts: Mapping[str, ServedText], name: str) -> str | None:
    return texts[name].sha if name in texts else None
