"""Fits the reading of support: logistic regression on sentences beside their evidence.

Two kinds of rows: written ones (``data/support``), and declared ones: of the wordings of one fact or situation each
supports the others, and none supports a wording of another variant of the same fact. The threshold is chosen on
written rows that a fold left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from zlib import crc32

import torch
from torch import Tensor
from torch.nn import functional

from agent.decision.contradiction import contradiction
from agent.decision.support import features
from core.fields import FIELD
from core.json_lines import read_json_lines
from core.languages import Language
from graph.answers.approved import Answers, load_answers
from graph.asked.declared import FactCatalogue, load_facts

ROWS = Path(__file__).parent / "data" / "support"

STRENGTH = 1.0
"""Inverse of the penalty on the weights."""

MOST_FALSE_ACCEPTS = 0.005
"""Share of unsupported written rows that the threshold may let through on the folds; half of the bar of 1 %."""

_FOLDS = 5
_STEPS = 60
_DECLARED_WEIGHT = 0.3
"""Weight of a declared row beside a written one: they differ in less."""
_FOREIGN = 2
"""Rows with the evidence of another subject that are made of each supported one without names."""
_LANGUAGES: tuple[Language, ...] = ("tr", "en")


@dataclass(frozen=True)
class SupportRow:
    """A sentence beside its evidence.

    Attributes:
        evidence: What is known, with the names of facts in braces.
        sentence: The sentence.
        supported: Whether it claims nothing beyond the evidence.
        group: Rows of one group are in one fold.
        written: False for a row that follows from declared facts.
        kind: What kind of sentence it is; "" where nobody said.
        language: Its language.
    """

    evidence: str
    sentence: str
    supported: bool
    group: str
    written: bool = True
    kind: str = ""
    language: Language = "tr"


@dataclass(frozen=True)
class SupportFit:
    """A fitted model with its figures on the folds.

    Attributes:
        tensors: As ``agent.decision.support.SupportModel`` takes them.
        false_accepts: Share of unsupported written rows that the folds let through.
        false_refusals: Share of supported written rows that they refuse.
        scores: Probability of each written row by the fold that left it out, in the order of the rows.
    """

    tensors: dict[str, Tensor]
    false_accepts: float
    false_refusals: float
    scores: Sequence[float]


def read_written(folder: Path = ROWS) -> list[SupportRow]:
    """Return the rows of all files of a folder."""
    return [
        SupportRow(
            row["evidence"], row["sentence"], row["supported"], row["evidence"], kind=row.get("kind", ""),
            language=row.get("language", "tr"),
        )
        for row in read_json_lines(*sorted(folder.glob("*.jsonl")))
    ]  # fmt: skip


def declared_rows(facts: FactCatalogue | None = None, answers: Answers | None = None) -> list[SupportRow]:
    """Return the rows that follow from the wordings of facts and from the approved answers."""
    variants: list[tuple[str, Language, Mapping[str, Sequence[str]]]] = []
    for fact in (facts or load_facts()).facts.values():
        for language in _LANGUAGES:
            variants.append((fact.name, language, {name: by[language] for name, by in fact.said.items()}))
    approved = answers or load_answers()
    for language in _LANGUAGES:
        for operation, outcomes in approved.by_language[language]["operations"].items():
            variants.append((operation, language, outcomes))
    return [row for name, language, by in variants for row in _of_variants(name, language, by)]


def _of_variants(name: str, language: Language, by: Mapping[str, Sequence[str]]) -> Iterator[SupportRow]:
    for variant, texts in by.items():
        for place, text in enumerate(texts):
            others = [*texts[:place], *texts[place + 1 :]]
            if others and _names(text) <= _names(" ".join(others)):
                yield SupportRow(" ".join(others), text, True, name, written=False, language=language)
            for foreign, wordings in by.items():
                if foreign != variant and _names(text) <= _names(" ".join(wordings)):
                    yield SupportRow(" ".join(wordings), text, False, name, written=False, language=language)


def foreign_rows(rows: Sequence[SupportRow], seed: int = 0) -> list[SupportRow]:
    """Return rows whose sentence was written for another evidence; only sentences that make a claim."""
    chooses = Random(f"foreign-{seed}")
    groups: dict[Language, list[str]] = {
        language: sorted({row.evidence for row in rows if row.language == language}) for language in _LANGUAGES
    }
    found = []
    for row in rows:
        if not row.supported or row.kind == "courtesy":
            continue
        said = _names(row.sentence)
        fitting = [each for each in groups[row.language] if each != row.evidence and said <= _names(each)]
        for evidence in chooses.sample(fitting, min(_FOREIGN, len(fitting))):
            if row.sentence not in evidence:
                found.append(SupportRow(evidence, row.sentence, False, row.group, written=False, language=row.language))
    return found


def bare_rows(rows: Sequence[SupportRow]) -> list[SupportRow]:
    """Return sentences without names beside no evidence at all: only a courtesy is supported then."""
    return [
        SupportRow("", row.sentence, row.kind == "courtesy", row.group, written=False, language=row.language)
        for row in rows
        if not _names(row.sentence) and (row.kind == "courtesy" or not row.supported)
    ]


def _names(text: str) -> set[str]:
    return set(FIELD.findall(text))


def fit_support(written: Sequence[SupportRow], more: Sequence[SupportRow], strength: float = STRENGTH) -> SupportFit:
    """Fit the model on all rows, with the threshold that the folds give.

    Args:
        written: Rows that were written; the threshold is chosen on them, those that code refuses among them.
        more: Further rows to learn from.
        strength: Inverse of the penalty on the weights.
    """
    passed = [not contradiction(row.evidence, row.sentence) for row in written]
    more = [row for row in more if not contradiction(row.evidence, row.sentence)]
    rows = [*written, *more]
    counted = [features(row.evidence, row.sentence) for row in rows]
    learned = [place for place in range(len(rows)) if place >= len(written) or passed[place]]
    folds = [crc32(row.group.encode()) % _FOLDS for row in rows]
    scores = [0.0] * len(written)
    for fold in range(_FOLDS):
        kept = [place for place in learned if folds[place] != fold]
        known, weight, bias = _fit([rows[place] for place in kept], [counted[place] for place in kept], strength)
        weights = dict(zip(known, weight.tolist(), strict=True))
        for place in range(len(written)):
            if folds[place] == fold and passed[place]:
                score = float(bias) + sum(weights.get(name, 0.0) * value for name, value in counted[place].items())
                scores[place] = float(torch.sigmoid(torch.tensor(score)))
    threshold = _threshold(written, scores)
    known, weight, bias = _fit([rows[place] for place in learned], [counted[place] for place in learned], strength)
    tensors = {
        "features": torch.tensor(known), "weight": weight, "bias": bias, "threshold": torch.tensor([threshold])
    }  # fmt: skip
    false = [score >= threshold for row, score in zip(written, scores, strict=True) if not row.supported]
    refused = [score < threshold for row, score in zip(written, scores, strict=True) if row.supported]
    return SupportFit(tensors, sum(false) / len(false), sum(refused) / len(refused), scores)


def _threshold(rows: Sequence[SupportRow], scores: Sequence[float]) -> float:
    """Return the lowest threshold that lets no more than the allowed share of unsupported rows through."""
    false = sorted((score for row, score in zip(rows, scores, strict=True) if not row.supported), reverse=True)
    first_refused = false[int(len(false) * MOST_FALSE_ACCEPTS)]
    return min(first_refused + 1e-4, 1.0)


def _fit(
    rows: Sequence[SupportRow], counted: Sequence[Mapping[int, float]], strength: float
) -> tuple[list[int], Tensor, Tensor]:
    """Minimise the weighted mean loss and the penalty; return the features, their weights and the bias."""
    known = sorted({name for each in counted for name in each})
    places = {name: place for place, name in enumerate(known)}
    found = torch.tensor([places[name] for each in counted for name in each])
    values = torch.tensor([value for each in counted for value in each.values()])
    starts = torch.tensor([0, *(len(each) for each in counted[:-1])]).cumsum(0)
    wanted = torch.tensor([float(row.supported) for row in rows])
    share = torch.tensor([1.0 if row.written else _DECLARED_WEIGHT for row in rows])
    weight = torch.zeros(len(known), 1, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    penalty = 1 / (2 * strength * float(share.sum()))
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        scores = functional.embedding_bag(found, weight, starts, mode="sum", per_sample_weights=values)[:, 0] + bias
        each = functional.binary_cross_entropy_with_logits(scores, wanted, weight=share, reduction="sum")
        value = each / share.sum() + penalty * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return known, weight.detach()[:, 0], bias.detach()
