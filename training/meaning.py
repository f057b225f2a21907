"""Trains the vectors of search: a projection of the encoder's word embeddings and a weight for every piece.

Texts of the same entry (title, askings, sentences of the answer, in both languages) are to lie nearer to each other
than to those of other entries (InfoNCE: van den Oord et al. 2018). Pieces begin with weights that fall with their
frequency in customers' messages (SIF: Arora et al. 2017). Minutes on one core.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from agent.decision.embedding import piece_ids
from agent.decision.encoder import TOKENIZER_FILE, WEIGHTS_FILE

_SENTENCE = re.compile(r"(?<=[.:;?!])\s+")
_HIDDEN = -1e9


@dataclass(frozen=True)
class MeaningRecipe:
    """The numbers of a training run.

    Attributes:
        width: Of a vector.
        steps: Updates.
        batch: Texts that are compared with all others in a step.
        temperature: Of the softmax over the other texts.
        dropped: Share of pieces that are left out in a step.
        smoothing: ``a`` of the first weight a / (a + frequency).
        seed: Of what is drawn.
    """

    width: int = 192
    steps: int = 75
    batch: int = 512
    temperature: float = 0.07
    dropped: float = 0.15
    smoothing: float = 3e-3
    seed: int = 0


def train_meaning(
    groups: Sequence[Sequence[str]],
    messages: Sequence[str],
    head: Path,
    recipe: MeaningRecipe,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> Tensor:
    """Train vectors of all pieces.

    Args:
        groups: The texts of each entry.
        messages: Customers' messages; only how often each piece occurs in them is used.
        head: Folder of the decision head.
        recipe: The numbers.
        progress: Told the number of finished steps and the last loss.

    Returns:
        One row a piece, in float.
    """
    torch.manual_seed(recipe.seed)
    tokenizer = Tokenizer.from_file(str(head / TOKENIZER_FILE))
    texts, owners = _texts(groups)
    bags = _Bags(piece_ids(tokenizer, texts))
    table, weights = _beginning(head, piece_ids(tokenizer, [*messages, *texts]), recipe)
    first = torch.linalg.svd(_embedded(bags, table, weights), full_matrices=False).Vh[: recipe.width].T
    projection = first.clone().requires_grad_(True)
    weights.requires_grad_(True)
    optimiser = torch.optim.Adam([{"params": [projection], "lr": 2e-3}, {"params": [weights], "lr": 1e-2}])
    same = torch.tensor(owners)[:, None] == torch.tensor(owners)[None]
    itself = torch.eye(len(texts), dtype=torch.bool)
    for step in range(recipe.steps):
        kept = (torch.rand(len(bags.pieces)) > recipe.dropped).float()
        vectors = functional.normalize(_embedded(bags, table, weights, kept) @ projection, dim=-1)
        drawn = torch.randperm(len(texts))[: recipe.batch]
        near = (vectors[drawn] @ vectors.T / recipe.temperature).masked_fill(itself[drawn], _HIDDEN)
        mates = near.masked_fill(~(same & ~itself)[drawn], _HIDDEN)
        loss = (torch.logsumexp(near, 1) - torch.logsumexp(mates, 1)).mean()
        loss = loss + 3e-3 * (projection - first).square().sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        progress(step + 1, float(loss))
    with torch.no_grad():
        rows: Tensor = (table @ projection) * weights.exp()[:, None]
        return rows


def without(messages: Sequence[str], measured: Collection[str]) -> list[str]:
    """Return the messages that are not measured with."""
    return [message for message in messages if message not in measured]


class _Bags:
    """The pieces of all texts in one row, and where each text begins."""

    def __init__(self, ids: Sequence[Sequence[int]]) -> None:
        self.pieces = torch.tensor([piece for row in ids for piece in row])
        self.begins = torch.tensor([0, *(len(row) for row in ids)][:-1]).cumsum(0)


def _embedded(bags: _Bags, table: Tensor, weights: Tensor, kept: Tensor | None = None) -> Tensor:
    factors = weights[bags.pieces].exp()
    return functional.embedding_bag(
        bags.pieces, table, bags.begins, mode="sum", per_sample_weights=factors if kept is None else factors * kept
    )


def _beginning(head: Path, ids: Sequence[Sequence[int]], recipe: MeaningRecipe) -> tuple[Tensor, Tensor]:
    """Return the encoder's word embeddings, centred on the mean piece, and the logarithms of the first weights."""
    name = "embeddings.word_embeddings.weight"
    stored = load_file(head / WEIGHTS_FILE)
    table = stored[name].float() * stored[f"{name}.scale"].float()[:, None]
    counts = torch.ones(len(table))
    for row in ids:
        counts[list(set(row))] += 1
    shares = counts / counts.sum()
    return table - (shares[:, None] * table).sum(0), (recipe.smoothing / (recipe.smoothing + shares)).log()


def _texts(groups: Sequence[Sequence[str]]) -> tuple[list[str], list[int]]:
    """Return the sentences of all groups, and the group of each."""
    texts, owners = [], []
    for owner, group in enumerate(groups):
        for sentence in (part for text in group for part in _SENTENCE.split(text)):
            if sentence.strip():
                texts.append(sentence)
                owners.append(owner)
    return texts, owners
