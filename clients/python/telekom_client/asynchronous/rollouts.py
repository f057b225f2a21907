"""Roll-outs of texts, for prompt engineers: a share of the conversations gets versions, both sides are watched."""

from __future__ import annotations

from collections.abc import Sequence

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call, given

_ROLLOUTS = "/api/v1/prompts/rollouts"


class AsyncRollouts(AsyncConnection):
    """Calls about roll-outs; all need an account of the role engineer."""

    async def list_rollouts(self) -> models.RolloutList:
        """Return all roll-outs, the newest first."""
        return await self._send(Call("GET", _ROLLOUTS, models.RolloutList, enveloped=True))

    async def begin_rollout(
        self, versions: Sequence[str], share: int, *, label: str | None = None,
        measures: Sequence[models.RolloutMeasure] | None = None, note: str | None = None,
    ) -> models.Rollout:  # fmt: skip
        """Give versions to a share of the conversations; where they are worse, the service takes them back by itself.

        Args:
            versions: ``prompts/respond.md@2``, or ``label:staging`` for all that carry a label.
            share: How many of a hundred conversations get them, 1 to 99.
            label: The services of this label take part; ``production`` by default.
            measures: What takes it back by itself; everything by default.
            note: Why, for whoever reads the list.

        Raises:
            InvalidRequest: They could not be served; the reason names file and line.
        """
        body = given({
            "versions": list(versions), "share": share, "label": label,
            "measures": None if measures is None else list(measures), "note": note,
        })  # fmt: skip
        return await self._send(Call("POST", _ROLLOUTS, models.Rollout, json=body, repeatable=False, enveloped=True))

    async def get_rollout(self, rollout_id: int) -> models.RolloutDetail:
        """Return one roll-out with what both sides have shown so far.

        Args:
            rollout_id: The roll-out.
        """
        return await self._send(Call("GET", f"{_ROLLOUTS}/{rollout_id}", models.RolloutDetail, enveloped=True))

    async def take_back_rollout(self, rollout_id: int) -> models.Rollout:
        """End a roll-out: everybody gets what is served.

        Args:
            rollout_id: The roll-out.
        """
        path = f"{_ROLLOUTS}/{rollout_id}/return"
        return await self._send(Call("POST", path, models.Rollout, repeatable=False, enveloped=True))

    async def serve_rollout(self, rollout_id: int) -> models.Rollout:
        """End a roll-out: everybody gets its versions, which carry its label from now on.

        Args:
            rollout_id: The roll-out.
        """
        path = f"{_ROLLOUTS}/{rollout_id}/serve"
        return await self._send(Call("POST", path, models.Rollout, repeatable=False, enveloped=True))
