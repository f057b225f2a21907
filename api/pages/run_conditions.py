"""The conditions by which the pages find recorded turns, from an address or a form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from core.clock import begin_of
from database.run_records import RunFilter

LOW, SLOW = 0.6, 3000
"""Below this confidence, and above this many milliseconds, the pages mark a turn."""

KINDS = ("unsure", "disliked", "failed", "refused", "handed_over", "slow")

_Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]
"""A day of Istanbul; a form sends an empty text for none."""


class Conditions(BaseModel):
    """Conditions on recorded turns; an empty one is none.

    Attributes:
        only: Some of ``KINDS``.
    """

    intent: str = Field("", max_length=200)
    tool: str = Field("", max_length=200)
    text: str = Field("", max_length=200, pattern=r"^[^\x00]*$")
    since: _Day = None
    until: _Day = None
    only: list[str] = []
    thread: str = Field("", max_length=64)

    def filter(self, **more: Any) -> RunFilter:
        """Return the filter; the last day counts.

        Args:
            more: Further fields of it.
        """
        return RunFilter(
            intent=self.intent or None, tool=self.tool or None, text=self.text.strip() or None,
            since=None if self.since is None else begin_of(self.since),
            until=None if self.until is None else begin_of(self.until) + timedelta(days=1),
            below=LOW if "unsure" in self.only else None, score=-1 if "disliked" in self.only else None,
            failed=True if "failed" in self.only else None, refused=True if "refused" in self.only else None,
            handed_over=True if "handed_over" in self.only else None, slower=SLOW if "slow" in self.only else None,
            thread_id=self.thread or None, **more,
        )  # fmt: skip

    def query(self) -> dict[str, Any]:
        """Return the conditions that are set, as an address says them."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value}
