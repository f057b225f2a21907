"""The encoder reader: an ensemble member beside the trunk, a small encoder trained on sentences of many languages.

The trunk was trained to continue a text, the encoder to place texts of the same meaning side by side (multilingual E5:
Wang et al. 2024); they err on different messages. Attention is bidirectional. Each question pools the tokens with
weights of its own (attention pooling: Yang et al. 2016) and also sees the first state and the mean of the message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from agent.decision.encoder import BEGIN, END, load_encoder
from agent.decision.format import TAGS, DecisionState, context_of, message_of

LAYERS_FILE = "encoder_head.safetensors"

MOST_MESSAGE, MOST_CONTEXT = 384, 96
"""Tokens that are read of a message and of its context; the encoder has 512 positions."""


@dataclass(frozen=True)
class EncoderPrompts:
    """A batch of messages, each after its context where it has one.

    Attributes:
        ids: Shape (messages, tokens), padded on the right.
        mask: 1 for tokens, 0 for padding, the same shape.
        bodies: The tokens of each message.
        offsets: Begin and end in the message of each token of it, by message.
    """

    ids: Tensor
    mask: Tensor
    bodies: list[slice]
    offsets: list[list[tuple[int, int]]]


class EncoderTokenizer:
    """Makes prompts; control tokens in a customer's words are read as plain characters.

    Args:
        tokenizer: The encoder's tokenizer.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        marks: Any = tokenizer
        self._begin, self._end = int(marks.token_to_id(BEGIN)), int(marks.token_to_id(END))
        self._plain = Tokenizer.from_str(tokenizer.to_str())
        self._plain.encode_special_tokens = True

    def encode(self, states: Sequence[DecisionState]) -> EncoderPrompts:
        """Encode messages as tensors."""
        rows, bodies, offsets = [], [], []
        for state in states:
            row = [self._begin]
            if context := context_of(state):
                row += [*self._plain.encode(context, add_special_tokens=False).ids[:MOST_CONTEXT], self._end]
            message = self._plain.encode(message_of(state), add_special_tokens=False)
            begin = len(row)
            row += message.ids[:MOST_MESSAGE] or [self._end]  # an empty message is one token, too
            bodies.append(slice(begin, len(row)))
            offsets.append(message.offsets[:MOST_MESSAGE] or [(0, 0)])
            rows.append([*row, self._end])
        ids = torch.full((len(rows), max(len(row) for row in rows)), self._end)
        mask = torch.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = 1
        return EncoderPrompts(ids, mask, bodies, offsets)


class EncoderLayers(nn.Module):
    """The layers that read the encoder's last states.

    Args:
        width: Size of a state.
        questions: The options of each question, in the order of its rows.
    """

    def __init__(self, width: int, questions: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.names = list(questions)
        self.looks = nn.Linear(width, len(self.names))
        self.answers = nn.ModuleDict({name: nn.Linear(3 * width, len(options)) for name, options in questions.items()})
        self.tags = nn.Linear(width, len(TAGS))
        self.dropout = nn.Dropout(0.1)

    def forward(self, states: Tensor, prompts: EncoderPrompts) -> tuple[dict[str, Tensor], list[Tensor]]:
        """Return scores of every question's options, shape (messages, options), and tag scores by message.

        Args:
            states: Shape (messages, tokens, width).
            prompts: The encoded messages.
        """
        states = self.dropout(states)
        hidden = (prompts.mask == 0)[..., None]
        weights = self.looks(states).masked_fill(hidden, -1e4).softmax(1)
        seen = weights.transpose(1, 2) @ states  # (messages, questions, width)
        means = torch.stack([states[row, body].mean(0) for row, body in enumerate(prompts.bodies)])
        same = torch.cat([states[:, 0], means], -1)
        scores = {
            name: self.answers[name](torch.cat([same, seen[:, number]], -1)) for number, name in enumerate(self.names)
        }
        return scores, [self.tags(states[row, body]) for row, body in enumerate(prompts.bodies)]


class EncoderReader:
    """Reads messages with the encoder.

    Args:
        encoder: A ``BertModel``, in int8 or float.
        tokenizer: The encoder's tokenizer.
        layers: The layers that answer questions and tag tokens.

    Attributes:
        encoder: The encoder, for members that share it.
        tokenizer: Makes its prompts.
    """

    def __init__(self, encoder: Any, tokenizer: Tokenizer, layers: EncoderLayers) -> None:
        self.encoder = encoder
        self.tokenizer = EncoderTokenizer(tokenizer)
        self._layers = layers.train(False)

    @classmethod
    def from_folder(cls, folder: Path, questions: Mapping[str, Sequence[str]]) -> EncoderReader:
        """Load a trained reader.

        Args:
            folder: The head's folder.
            questions: Options of the questions that the encoder answers.

        Raises:
            ModelFilesMissing: A file is missing.
            ModelUnusable: The encoder's files do not fit together.
            RuntimeError: The layers do not fit the questions.
        """
        encoder, tokenizer = load_encoder(folder)
        layers = EncoderLayers(encoder.config.hidden_size, questions)
        layers.load_state_dict(load_file(folder / LAYERS_FILE))
        return cls(encoder, tokenizer, layers)

    def scores(self, states: Sequence[DecisionState]) -> list[dict[str, Tensor]]:
        """Return the scores of the options of every question, by message."""
        prompts = self.tokenizer.encode(states)
        padded = None if bool(prompts.mask.all()) else prompts.mask
        hidden = self.encoder(input_ids=prompts.ids, attention_mask=padded).last_hidden_state
        scores, _ = self._layers(hidden, prompts)
        return [{name: each[row] for name, each in scores.items()} for row in range(len(states))]
