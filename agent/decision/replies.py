"""The reply to a question: a member of the decision model that reads a reply and its question as a pair.

The members of the ensemble see a question as the context of a message like any other. This one is the small encoder
under an adapter of its own, trained on nothing but questions with their replies: whether a reply consents is told by
what it says of *this* question. Its answer and the ensemble's are averaged (their logarithms, with fitted weights).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from agent.decision.adapter import adapted_copy
from agent.decision.encoder_reader import EncoderPrompts, EncoderTokenizer
from agent.decision.format import DecisionState
from agent.errors import ModelUnusable

FOLDER = "replies"
"""Folder of the member's files, inside the head's folder."""

ADAPTER_FILE, LAYOUT_FILE = "adapter.safetensors", "replies.json"

QUESTION = "reply"
"""The question that the member answers."""

PAIR = "pair"
"""The member's name beside those of the ensemble."""


class PairLayers(nn.Module):
    """The layers that read the last states of a question and its reply.

    They see the first state, the mean of the reply, its difference from the mean of the question, and the reply pooled
    with weights of their own (attention pooling: Yang et al. 2016).

    Args:
        width: Size of a state.
        hidden: Units between.
        options: Number of options.
    """

    def __init__(self, width: int, hidden: int, options: int) -> None:
        super().__init__()
        self.look = nn.Linear(width, 1)
        self.between = nn.Linear(4 * width, hidden)
        self.answer = nn.Linear(hidden, options)
        self.dropout = nn.Dropout(0.15)

    def forward(self, states: Tensor, prompts: EncoderPrompts) -> Tensor:
        """Return the scores of the options, shape (pairs, options).

        Args:
            states: Shape (pairs, tokens, width).
            prompts: The encoded pairs.
        """
        states = self.dropout(states)
        replies, questions = torch.zeros(2, *prompts.mask.shape, 1, dtype=states.dtype)
        for row, body in enumerate(prompts.bodies):
            replies[row, body] = 1
            questions[row, 1 : body.start] = 1
        said = (states * replies).sum(1) / replies.sum(1)
        asked = (states * questions).sum(1) / questions.sum(1).clamp(min=1)
        weights = self.look(states).masked_fill(replies == 0, -1e4).softmax(1)
        pooled = (states * weights).sum(1)
        between = functional.gelu(self.between(torch.cat([states[:, 0], said, pooled, said - asked], -1)))
        scores: Tensor = self.answer(self.dropout(between))
        return scores


class ReplyMember:
    """Scores what a reply to a question means.

    Args:
        encoder: The encoder with the member's adapter.
        tokenizer: The encoder's tokenizer.
        layers: Read the encoder.
        layout: ``options`` in the order of the rows, and ``weights`` of the ``pair`` and of the ``ensemble``.
    """

    def __init__(
        self, encoder: Any, tokenizer: EncoderTokenizer, layers: PairLayers, layout: Mapping[str, Any]
    ) -> None:
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._layers = layers.train(False)
        self.options: Sequence[str] = layout["options"]
        self._weights: Mapping[str, float] = layout["weights"]

    @classmethod
    def from_folder(cls, encoder: nn.Module, tokenizer: EncoderTokenizer, folder: Path) -> ReplyMember | None:
        """Read a member; None where the folder holds none.

        Raises:
            ModelUnusable: Its files do not fit together.
        """
        if not (folder / LAYOUT_FILE).is_file():
            return None
        try:
            layout = json.loads((folder / LAYOUT_FILE).read_text(encoding="utf-8"))
            tensors = {name: tensor.float() for name, tensor in load_file(folder / ADAPTER_FILE).items()}
            own = {name.removeprefix("layers."): tensors.pop(name) for name in list(tensors) if "layers." in name}
            hidden, width = own["between.weight"].shape
            layers = PairLayers(width // 4, hidden, len(layout["options"]))
            layers.load_state_dict(own)
            if missing := {PAIR, "ensemble"} - set(layout["weights"]):
                raise ValueError(f"no weight of {missing}")
            return cls(adapted_copy(encoder, tensors), tokenizer, layers, layout)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            raise ModelUnusable(f"The reader of replies in {folder} cannot be read: {error}") from error

    @torch.inference_mode()
    def scores(self, states: Sequence[DecisionState]) -> Tensor:
        """Return the scores of the options, shape (replies, options).

        Args:
            states: Replies, each with its question as the context.
        """
        prompts = self._tokenizer.encode(states)
        padded = None if bool(prompts.mask.all()) else prompts.mask
        scores: Tensor = self._layers(
            self._encoder(input_ids=prompts.ids, attention_mask=padded).last_hidden_state, prompts
        )
        return scores

    def with_ensemble(self, state: DecisionState, ensemble: Mapping[str, float]) -> dict[str, float]:
        """Return the scores of the options by both, whose softmax gives probabilities.

        Args:
            state: The reply with its question.
            ensemble: The ensemble's scores by option; an option that the member does not know keeps its place there.
        """
        own = dict(zip(self.options, self.scores([state])[0].log_softmax(-1).tolist(), strict=True))
        others = torch.tensor([ensemble[option] for option in ensemble]).log_softmax(-1).tolist()
        return {
            option: self._weights[PAIR] * own.get(option, other) + self._weights["ensemble"] * other
            for option, other in zip(ensemble, others, strict=True)
        }
