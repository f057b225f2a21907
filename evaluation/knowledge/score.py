"""Counts how often the right entry is found, and how often nothing is where nothing fits.

A row is ``{"text", "entry", "language"}``; ``entry`` is an id or null, ``also`` lists other entries that answer the
question as well, and ``kind`` says why nothing fits: ``own`` (a question about the customer's records, which the router
keeps away from search), ``outside`` (not a matter of the operator), ``uncovered`` (of telecoms, but on no page).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.languages import Language
from evaluation.rows import BadRows
from graph.knowledge.search import Hit, KnowledgeBase

_SHOWN = 3


class AskedEntry(BaseModel):
    """One question of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    entry: str | None
    language: Language
    also: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Found:
    """A question and what it found.

    Attributes:
        asked: The question.
        hits: The nearest three entries.
        refused: True where nothing fits by the threshold.
    """

    asked: AskedEntry
    hits: Sequence[Hit]
    refused: bool

    @property
    def wrong(self) -> bool:
        """True where something was found though nothing fits, or the right entry was refused or is not among three."""
        return not self.refused if self.asked.entry is None else self.refused or not self.among(_SHOWN)

    def among(self, count: int) -> bool:
        """Return True where a right entry is among the first ones."""
        return bool({hit.entry.id for hit in self.hits[:count]} & {self.asked.entry, *self.asked.also})


def read_rows(file: Path) -> list[AskedEntry]:
    """Read a file.

    Raises:
        BadRows: A line is no row.
        OSError: The file cannot be read.
    """
    rows, problems = [], []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(AskedEntry.model_validate(json.loads(line)))
        except (ValidationError, json.JSONDecodeError) as error:
            problems.append(f"{file}:{number}: {error}")
    if problems:
        raise BadRows("\n".join(problems))
    return rows


def search_all(rows: Sequence[AskedEntry], base: KnowledgeBase) -> list[Found]:
    """Search every question."""
    return [Found(row, base.ranked(row.text, _SHOWN), not base.search(row.text, row.language, _SHOWN)) for row in rows]


def figures(found: Sequence[Found]) -> dict[str, Any]:
    """Return the figures by name: shares with their number of questions.

    ``recall@3`` counts the order alone; ``answered@3`` counts questions that are not refused, too.
    """
    told: dict[str, Any] = {}
    asked = [one for one in found if one.asked.entry is not None]
    for name, part in (("", asked), *((f"_{language}", _of(asked, language)) for language in ("tr", "en"))):
        if part:
            told[f"n{name}"] = len(part)
            told[f"recall@1{name}"] = _share([one.among(1) for one in part])
            told[f"recall@3{name}"] = _share([one.among(_SHOWN) for one in part])
            told[f"answered@3{name}"] = _share([one.among(_SHOWN) and not one.refused for one in part])
    for kind in sorted({one.asked.kind for one in found if one.asked.entry is None}):
        part = [one for one in found if one.asked.entry is None and one.asked.kind == kind]
        told[f"n_{kind}"] = len(part)
        told[f"refused_{kind}"] = _share([one.refused for one in part])
    return told


def _of(found: Sequence[Found], language: str) -> list[Found]:
    return [one for one in found if one.asked.language == language]


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4)
