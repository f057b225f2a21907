"""The trunk's part of the decisions while it is trained: lower layers with LoRA on their projections, what reads them.

LoRA: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from agent.decision.format import QUERIES, DecisionState, decision_prompt, message_of, queries_text
from agent.decision.layers import DecisionLayers, QuestionScores
from training.decision_data import Example
from training.losses import Questions, Recipe, question_loss, tag_loss

_ALL, _FEW = 0.4, 0.15
"""Probability that all questions are asked; otherwise the probability of each question without a label."""


@dataclass(frozen=True)
class TrunkRecipe(Recipe):
    """The numbers of the trunk's run; the layers that read it learn twice as fast as its adapter.

    Attributes:
        layers: How many of the trunk's layers, from below, decide.
        frozen: How many of them, from below, are left as they are.
        rank: Of the LoRA matrices.
        bidirectional: Whether tokens see those after them.
    """

    batch: int = 16
    rate: float = 6e-4
    smoothing: float = 0.03
    layers: int = 12
    frozen: int = 4
    rank: int = 16
    bidirectional: bool = False


@dataclass(frozen=True)
class Prompts:
    """A batch of prompts.

    Attributes:
        ids: Shape (prompts, tokens), padded on the right.
        mask: 1 where a token is none of the padding, the same shape.
        queries: Of each question, the prompts that ask it and the token of its word in each.
        bodies: The tokens of each message.
        offsets: Begin and end in the message of each token of it, by prompt.
    """

    ids: Tensor
    mask: Tensor
    queries: Mapping[str, tuple[Tensor, Tensor]]
    bodies: list[slice]
    offsets: list[list[tuple[int, int]]]


class TrunkNet(nn.Module):
    """The trunk's lower layers with LoRA and the layers that read them.

    Args:
        trunk: The base in float32; changed in place.
        tokenizer: Of the trunk.
        questions: What is asked.
        recipe: The numbers.
    """

    def __init__(
        self, trunk: Any, tokenizer: PreTrainedTokenizerBase, questions: Questions, recipe: TrunkRecipe
    ) -> None:
        super().__init__()
        self._tokenizer, self._questions, self._recipe = tokenizer, questions, recipe
        trunk.layers = trunk.layers[: recipe.layers]
        trunk.config.num_hidden_layers = recipe.layers
        trunk.config.use_bidirectional_attention = recipe.bidirectional
        for layer in trunk.layers:
            layer.self_attn.is_causal = not recipe.bidirectional
        for parameter in trunk.parameters():
            parameter.requires_grad_(False)
        # No dropout in the adapter: drawing its masks costs as much as the products do on a CPU.
        config = LoraConfig(
            r=recipe.rank, lora_alpha=2 * recipe.rank, bias="none",
            layers_to_transform=list(range(recipe.frozen, recipe.layers)), layers_pattern="layers",
            target_modules=["q_proj", "v_proj", "o_proj", "up_proj", "down_proj"],
        )  # fmt: skip
        self.trunk = get_peft_model(trunk, config)
        self.heads = DecisionLayers(trunk.config.hidden_size, questions)

    def forward(self, prompts: Prompts) -> QuestionScores:
        """Scores of every question that is asked, and of the tags."""
        states = self.trunk(
            input_ids=prompts.ids, attention_mask=prompts.mask, use_cache=False, output_hidden_states=True
        ).hidden_states
        scores: QuestionScores = self.heads(states, prompts.bodies, prompts.queries)
        return scores

    def groups(self) -> list[dict[str, Any]]:
        """Return the parameter groups with their learning rates."""
        adapter = [parameter for name, parameter in self.named_parameters() if "lora_" in name]
        rate = self._recipe.rate
        return [{"params": adapter, "lr": rate}, {"params": self.heads.parameters(), "lr": 2 * rate}]

    def loss(self, texts: Sequence[str], chosen: Sequence[Example], rng: Random) -> Tensor:
        """Of a batch.

        Args:
            texts: The messages as they are typed this time.
            chosen: The examples with their answers.
            rng: Chooses the questions that are asked.
        """
        asked = [(each.state(text), _asked_of(each, rng)) for each, text in zip(chosen, texts, strict=True)]
        prompts = encode(self._tokenizer, asked)
        scores = self(prompts)
        total = tag_loss(scores.tags, prompts.offsets, texts, chosen)
        for name, (rows, _) in prompts.queries.items():
            examples = [chosen[row] for row in rows.tolist()]
            for reading in (scores.query[name], scores.pooled[name]):
                share = len(rows) / len(chosen)
                total = total + share * question_loss(name, reading, examples, self._questions, self._recipe)
        return total

    def learned(self) -> dict[str, Tensor]:
        """Return the parameters that training changes."""
        kept = ("lora_", "heads.")
        return {name: value for name, value in self.state_dict().items() if any(part in name for part in kept)}


def encode(tokenizer: PreTrainedTokenizerBase, asked: Sequence[tuple[DecisionState, Sequence[str]]]) -> Prompts:
    """States with what is asked about them, as tensors."""
    texts = [decision_prompt(*each) for each in asked]
    encoded = tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True)
    found: list[list[int]] = encoded["input_ids"]
    ids = torch.zeros(len(found), max(map(len, found)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    bodies, offsets = [], []
    for row, (text, (state, questions)) in enumerate(zip(texts, asked, strict=True)):
        ids[row, : len(found[row])] = torch.tensor(found[row])
        mask[row, : len(found[row])] = 1
        end = len(text) - len(queries_text(questions))
        begin = end - len(message_of(state))
        places = [(max(start - begin, 0), min(stop, end) - begin) for start, stop in encoded["offset_mapping"][row]]
        own = [index for index, (start, stop) in enumerate(places) if stop > 0 and start < end - begin and stop > start]
        bodies.append(slice(own[0], own[-1] + 1))
        offsets.append([places[index] for index in range(own[0], own[-1] + 1)])
    return Prompts(ids, mask, _queries(asked, [len(each) for each in found]), bodies, offsets)


def _queries(
    asked: Sequence[tuple[DecisionState, Sequence[str]]], lengths: Sequence[int]
) -> dict[str, tuple[Tensor, Tensor]]:
    queries = {}
    for name in QUERIES:
        rows = [row for row, (_, questions) in enumerate(asked) if name in questions]
        if rows:
            places = [lengths[row] - len(asked[row][1]) + list(asked[row][1]).index(name) for row in rows]
            queries[name] = (torch.tensor(rows), torch.tensor(places))
    return queries


def _asked_of(example: Example, rng: Random) -> list[str]:
    """The questions that are asked about a message while training: all, or those that it settles and a few more."""
    extra = 1.0 if rng.random() < _ALL else _FEW
    return [name for name in QUERIES if name in example.labels or rng.random() < extra] or ["operation"]
