"""A baseline without a language model: character n-grams and logistic regression on the same messages.

TF-IDF of the 2- to 5-grams of characters inside words (sublinear term frequency, no diacritics) and a logistic
regression (C = 20) on all written training messages. A language model that does not beat it has learned nothing
beyond spelling. scikit-learn comes with the ``eval`` extra; nothing is served by this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from core import turkish
from evaluation.understanding.breakdown import NONE
from evaluation.understanding.score import Judged, LabeledMessage, share
from training.decision_data import DATA, Example, message_rows, too_close

FIGURES = ("tool_strict", "tool_lenient", "no_tool")


class NoTrainingRows(ValueError):
    """There are no rows to train the baseline on; the message names the folder."""


@dataclass(frozen=True)
class ToolChoiceScores:
    """The figures by which agent and baseline are compared, over the rows with one tool or none.

    Attributes:
        n: Rows.
        tool_strict: Share whose tool is right.
        tool_lenient: Share whose tool is right or an accepted alternative.
        no_tool: Share of the rows without a tool that are right or got an accepted alternative.
    """

    n: int
    tool_strict: float
    tool_lenient: float
    no_tool: float


@dataclass(frozen=True)
class FigureComparison:
    """One figure of the agent and the baseline.

    Attributes:
        figure: Its name.
        baseline: The baseline's share of right rows.
        agent: The served agent's.
        points: How much more the agent has right, percentage points.
        error_ratio: The agent's errors for each error of the baseline; below 1 the agent is better. None where the
            baseline makes none.
    """

    figure: str
    baseline: float
    agent: float
    points: float
    error_ratio: float | None


class Baseline:
    """A trained baseline.

    Args:
        rows: JSON rows with ``utterance`` and ``tools``; of several tools the first one counts.

    Raises:
        NoTrainingRows: The rows are fewer than two operations.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        labels = [row["tools"][0]["name"] if row["tools"] else NONE for row in rows]
        if len(set(labels)) < 2:
            raise NoTrainingRows("the baseline needs messages of two operations or more")
        self.trained_on = len(labels)
        self._grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        self._model = LogisticRegression(C=20, max_iter=3000)
        self._model.fit(self._grams.fit_transform([turkish.fold(row["utterance"]) for row in rows]), labels)

    def choose(self, messages: Sequence[str]) -> list[str]:
        """Return the operation of each message, or ``none``."""
        if not messages:
            return []
        return [str(name) for name in self._model.predict(self._grams.transform(list(map(turkish.fold, messages))))]


def training_rows(measured: Sequence[str] = (), folder: Path = DATA) -> list[dict[str, Any]]:
    """Return the training messages that are not near a measured message; the agent is trained on the same.

    Args:
        measured: Messages that the measurement uses.
        folder: Folder of the files.

    Raises:
        NoTrainingRows: The folder has no rows; it is part of the repository and not of the installed package.
    """
    rows = message_rows(folder)
    if not rows:
        raise NoTrainingRows(f"no messages/*.jsonl in {folder}")
    examples = [Example(row["utterance"], {}) for row in rows]
    near = {id(example) for example in too_close(examples, measured)}
    return [row for row, example in zip(rows, examples, strict=True) if id(example) not in near]


def comparable(rows: Sequence[LabeledMessage]) -> list[LabeledMessage]:
    """Return the rows with one tool or none; the baseline names at most one operation."""
    return [row for row in rows if len(row.tools) < 2]


def score_baseline(rows: Sequence[LabeledMessage], chosen: Sequence[str]) -> ToolChoiceScores:
    """Score the baseline: one chosen operation a row."""
    strict = [name == (row.tools[0]["name"] if row.tools else NONE) for row, name in zip(rows, chosen, strict=True)]
    lenient = [hit or name in row.alt for hit, row, name in zip(strict, rows, chosen, strict=True)]
    return _scores(rows, strict, lenient)


def score_agent(judged: Sequence[Judged]) -> ToolChoiceScores:
    """Score the served agent; choosing several operations is never right here."""
    return _scores(
        [one.row for one in judged], [one.strict for one in judged], [one.lenient for one in judged]
    )  # fmt: skip


def _scores(rows: Sequence[LabeledMessage], strict: Sequence[bool], lenient: Sequence[bool]) -> ToolChoiceScores:
    untouched = [hit for hit, row in zip(lenient, rows, strict=True) if not row.tools]
    return ToolChoiceScores(len(rows), share(strict), share(lenient), share(untouched))


def compare(baseline: ToolChoiceScores, agent: ToolChoiceScores) -> list[FigureComparison]:
    """Return each figure of both, side by side."""
    found = []
    for name in FIGURES:
        theirs, ours = getattr(baseline, name), getattr(agent, name)
        ratio = round((1 - ours) / (1 - theirs), 3) if theirs < 1 else None
        found.append(FigureComparison(name, theirs, ours, round((ours - theirs) * 100, 2), ratio))
    return found
