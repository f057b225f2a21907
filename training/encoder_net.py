"""The encoder's part of the decisions while it is trained: all of it, and the layers that read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from agent.decision.encoder_reader import EncoderLayers, EncoderTokenizer
from training.decision_data import Example
from training.losses import Questions, Recipe, question_loss, tag_loss

_FASTER = 8
"""Factor on the learning rate of the layers that begin with random numbers."""


@dataclass(frozen=True)
class EncoderRecipe(Recipe):
    """The numbers of the encoder's run; the layers that read it learn eight times as fast."""


class EncoderNet(nn.Module):
    """The encoder and the layers that read it.

    Args:
        encoder: The base in float32; trained.
        tokenizer: Of the encoder.
        questions: What is asked.
        recipe: The numbers.
    """

    def __init__(self, encoder: BertModel, tokenizer: Tokenizer, questions: Questions, recipe: EncoderRecipe) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = EncoderLayers(encoder.config.hidden_size, questions)
        self._tokenizer, self._questions, self._recipe = EncoderTokenizer(tokenizer), questions, recipe

    def groups(self) -> list[dict[str, Any]]:
        """Return the parameter groups with their learning rates."""
        rate = self._recipe.rate
        own: list[dict[str, Any]] = [{"params": self.encoder.parameters(), "lr": rate}]
        return [*own, {"params": self.heads.parameters(), "lr": _FASTER * rate}]

    def loss(self, texts: Sequence[str], chosen: Sequence[Example], rng: Random) -> Tensor:
        """Of a batch.

        Args:
            texts: The messages as they are typed this time.
            chosen: The examples with their answers.
            rng: Not used: every question is asked.
        """
        prompts = self._tokenizer.encode([each.state(text) for each, text in zip(chosen, texts, strict=True)])
        states = self.encoder(input_ids=prompts.ids, attention_mask=prompts.mask).last_hidden_state
        scores, tags = self.heads(states, prompts)
        total = tag_loss(tags, prompts.offsets, texts, chosen)
        for name, reading in scores.items():
            total = total + question_loss(name, reading, chosen, self._questions, self._recipe)
        return total

    def learned(self) -> dict[str, Tensor]:
        """Return the parameters that training changes: all of them."""
        return self.state_dict()
