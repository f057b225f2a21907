"""The asked fact: a member of the decision model that answers only which fact a message asks for.

It reads a message with the small encoder under an adapter of its own and by its character n-grams, and averages the
logarithms of both. A fact that it was not trained on is placed by its description: as near to the likeliest known fact
as the message is nearer to the one or the other description.
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
from agent.decision.characters import CharacterModel
from agent.decision.encoder_reader import EncoderTokenizer
from agent.errors import ModelUnusable

FOLDER = "asked"
"""Folder of the member's files, inside the head's folder."""

ADAPTER_FILE, CHARACTERS_FILE, LAYOUT_FILE = "adapter.safetensors", "characters.safetensors", "facts.json"

FACT_QUESTIONS = ("asked", "also_asked")
"""The questions that the member answers."""

_SHARPNESS = 12.0
"""Factor from a difference of cosines to a difference of logarithms, for facts that were not trained."""


def message_states(encoder: Any, tokenizer: EncoderTokenizer, messages: Sequence[str]) -> Tensor:
    """Return the first state and the mean state of each message, shape (messages, 2 × width)."""
    prompts = tokenizer.encode(messages)
    padded = None if bool(prompts.mask.all()) else prompts.mask
    hidden: Tensor = encoder(input_ids=prompts.ids, attention_mask=padded).last_hidden_state
    return torch.stack(
        [torch.cat([hidden[row, 0], hidden[row, body].mean(0)]) for row, body in enumerate(prompts.bodies)]
    )


class AskedMember:
    """Scores the facts that a message may ask for.

    Args:
        encoder: The encoder with the member's adapter.
        tokenizer: The encoder's tokenizer.
        tensors: ``<question>.weight`` and ``.bias`` of each question.
        characters: The character n-gram model of the same questions.
        layout: By question the options in the order of the rows and the weights of both readings.
    """

    def __init__(
        self, encoder: nn.Module, tokenizer: EncoderTokenizer, tensors: Mapping[str, Tensor],
        characters: CharacterModel, layout: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._tensors = {name: tensor.float() for name, tensor in tensors.items() if name.split(".")[0] in layout}
        self._characters = characters
        self._layout = layout
        self._described: dict[str, Tensor] = {}

    @classmethod
    def from_folder(cls, encoder: nn.Module, tokenizer: EncoderTokenizer, folder: Path) -> AskedMember | None:
        """Read a member; None where the folder holds none.

        Raises:
            ModelUnusable: Its files do not fit together.
        """
        if not (folder / LAYOUT_FILE).is_file():
            return None
        try:
            layout = json.loads((folder / LAYOUT_FILE).read_text(encoding="utf-8"))
            tensors = load_file(folder / ADAPTER_FILE)
            characters = CharacterModel.from_file(folder / CHARACTERS_FILE)
            return cls(adapted_copy(encoder, tensors), tokenizer, tensors, characters, layout)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ModelUnusable(f"The reader of asked facts in {folder} cannot be read: {error}") from error

    @property
    def questions(self) -> set[str]:
        """Names of the questions that it answers."""
        return set(self._layout)

    @torch.inference_mode()
    def read(self, message: str) -> dict[str, tuple[Sequence[str], Tensor]]:
        """Return by question the options and their scores, whose softmax gives probabilities."""
        state = message_states(self._encoder, self._tokenizer, [message])[0]
        letters = self._characters.scores(message)
        return {name: (self._layout[name]["options"], self._mixed(name, state, letters)) for name in self._layout}

    def _mixed(self, name: str, state: Tensor, letters: Mapping[str, Tensor]) -> Tensor:
        weights: Mapping[str, float] = self._layout[name]["weights"]
        meaning: Tensor = functional.linear(state, self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"])
        return weights["encoder"] * meaning.log_softmax(-1) + weights["letters"] * letters[name].log_softmax(-1)

    @torch.inference_mode()
    def placed(self, name: str, message: str, criteria: Mapping[str, str]) -> dict[str, float]:
        """Return the scores of options, those that were not trained among them.

        Args:
            name: The question.
            message: The customer's words.
            criteria: The options with their descriptions.
        """
        options, scores = self.read(message)[name]
        found = {option: float(score) for option, score in zip(options, scores, strict=True) if option in criteria}
        unknown = [option for option in criteria if option not in found]
        if not unknown or not found:
            return found
        best = max(found, key=found.__getitem__)
        said = message_states(self._encoder, self._tokenizer, [message])[0]
        nearest = float(functional.cosine_similarity(said, self._description(criteria[best]), dim=0))
        for option in unknown:
            near = float(functional.cosine_similarity(said, self._description(criteria[option]), dim=0))
            found[option] = found[best] + _SHARPNESS * (near - nearest)
        return found

    def _description(self, text: str) -> Tensor:
        if text not in self._described:
            self._described[text] = message_states(self._encoder, self._tokenizer, [text])[0]
        return self._described[text]
