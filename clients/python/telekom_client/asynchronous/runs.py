"""Recorded turns: feedback of customers; listing, reading and re-running for prompt engineers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call, given, segment

_RUNS = "/api/v1/runs"


class AsyncRuns(AsyncConnection):
    """Calls about recorded turns; all but ``give_feedback`` need an account of the role engineer."""

    async def list_runs(
        self,
        *,
        intent: str | None = None,
        tool: str | None = None,
        below: float | None = None,
        score: int | None = None,
        failed: bool | None = None,
        refused: bool | None = None,
        slower: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> models.RunPage:
        """Return recorded turns, newest first; personal data are masked.

        Args:
            intent: Only turns whose first operation is this one.
            tool: Only turns in which this operation ran.
            below: Only turns with a confidence below this, 0 to 1.
            score: Only turns with this feedback, 1 or -1.
            failed: Only turns that a fault ended or a model failed in, or only those without.
            refused: Only turns in which an operation was refused, or only those without.
            slower: Only turns that took longer than this, milliseconds.
            limit: Length of the page, 1 to 200; 50 by default.
            after: ``next`` of the page before.
        """
        query = given(
            {
                "intent": intent,
                "tool": tool,
                "below": below,
                "score": score,
                "failed": failed,
                "refused": refused,
                "slower": slower,
                "limit": limit,
                "after": after,
            }
        )
        return await self._send(Call("GET", _RUNS, models.RunPage, query=query, enveloped=True))

    async def get_run(self, run_id: str) -> models.Run:
        """Return one turn with everything that happened inside it; personal data are masked."""
        return await self._send(Call("GET", _path(run_id), models.Run, enveloped=True))

    async def replay_run(
        self,
        run_id: str,
        *,
        node: str | None = None,
        prompts: Mapping[str, str] | None = None,
        model: str | None = None,
        temperature: float | None = None,
        seed: int | None = None,
        results: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> models.Rerun:
        """Run a turn again, changed or not, and compare it with the record; customer data stay as they are.

        Args:
            run_id: The recorded turn.
            node: The node to begin at; the turn's start by default.
            prompts: Content of a text by its name, such as ``prompts/answers.yaml`` or, for a prompt, ``respond``.
            model: Another chat model, named as in ``TELEKOM_MODEL``.
            temperature: 0 to 2.
            seed: Seed of the sampling.
            results: An edited result by operation.

        Raises:
            Conflict: Its checkpoints are gone, or it never came to the node.
            InvalidRequest: A prompt, a result or the model cannot be used.
        """
        body = given(
            {
                "node": node,
                "prompts": prompts,
                "model": model,
                "temperature": temperature,
                "seed": seed,
                "results": results,
            }
        )
        path = f"{_path(run_id)}/replay"
        return await self._send(Call("POST", path, models.Rerun, json=body, repeatable=False, enveloped=True))

    async def give_feedback(self, run_id: str, score: Literal[-1, 1], comment: str | None = None) -> models.Feedback:
        """Rate one of the customer's own turns; a later rating replaces it.

        Args:
            run_id: The turn: ``metadata.run_id`` of its answer.
            score: 1 for good, -1 for bad.
            comment: Up to 1000 characters.
        """
        body = given({"score": score, "comment": comment})
        return await self._send(Call("POST", f"{_path(run_id)}/feedback", models.Feedback, json=body, enveloped=True))


def _path(run_id: str) -> str:
    return f"{_RUNS}/{segment(run_id)}"
