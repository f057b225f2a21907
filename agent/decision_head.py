"""A decision head on the trunk: linear scores of every option, read from pooled hidden states of one forward pass.

The head is a transformers decision model (``DecisionMixin``), so that transformers' own ``DecisionPipeline`` serves it:
the same questions, the same answers, the same ``decision.json``. Unlike a label read at the last token, a pooled state
sees every word of the message alike, which measured better on the untrained trunk (docs/decisions.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import PreTrainedModel
from transformers.decision import Question
from transformers.decision.configuration_utils import DecisionConfig
from transformers.decision.modeling_utils import DecisionMixin

from agent.errors import ModelFilesMissing, ModelUnusable

HEAD_FILE, LAYOUT_FILE = "head.safetensors", "head.json"
_EPSILON = 1e-6


def pool(states: Sequence[Tensor], layers: Sequence[int], row: int, body: slice, last: int) -> Tensor:
    """Mean state of a message's tokens and the state of the prompt's last token, layer by layer.

    Args:
        states: Hidden states by layer, each of shape (rows, tokens, width); 0 is the embedding.
        layers: Which of them are pooled.
        row: Which prompt of the batch.
        body: The tokens of the message itself, without what the template puts around it.
        last: Index of the prompt's last token.

    Returns:
        Shape (2 × layers × width,), float32.
    """
    parts: list[Tensor] = []
    for layer in layers:
        tokens = states[layer][row].float()
        parts += [tokens[body].mean(0), tokens[last]]
    return torch.cat(parts)


class PooledForDecision(DecisionMixin, PreTrainedModel):  # type: ignore[no-untyped-call]
    """The trunk with a linear head a question.

    Args:
        trunk: The decoder, shared with the model that writes.
        layout: Which layers are pooled, how many tokens the template adds, and the options of each question in the
            order of the head's rows.
        tensors: ``mean`` and ``scale`` of the features, and per question ``weight`` and ``bias``.
    """

    _supports_sdpa = _supports_flash_attn = True

    def __init__(self, trunk: PreTrainedModel, layout: dict[str, Any], tensors: dict[str, Tensor]) -> None:
        super().__init__(trunk.config)
        object.__setattr__(self, "_trunk", trunk)  # not a submodule: its weights belong to the model that writes
        self._layout = layout
        self._tensors = tensors
        self.decision_config = DecisionConfig()

    @property
    def device(self) -> torch.device:
        """Where the trunk is; the head has no parameters of its own that could tell."""
        trunk: Any = self._trunk
        device: torch.device = trunk.device
        return device

    @property
    def dtype(self) -> torch.dtype:
        """The type of the trunk's states."""
        return torch.float32

    @classmethod
    def from_folder(cls, trunk: PreTrainedModel, folder: Path) -> PooledForDecision:
        """Read a head.

        Raises:
            ModelFilesMissing: The folder holds no head.
            ModelUnusable: Its files do not fit together.
        """
        if not (folder / HEAD_FILE).is_file():
            raise ModelFilesMissing(f"{folder} holds no decision head ({HEAD_FILE}). Reinstall the package.")
        try:
            layout = json.loads((folder / LAYOUT_FILE).read_text(encoding="utf-8"))
            model = cls(trunk, layout, load_file(folder / HEAD_FILE))
            model.decision_config = DecisionConfig.from_pretrained(folder)
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnusable(f"The decision head in {folder} cannot be read: {error}") from error
        return model

    def save_head(self, folder: Path) -> None:
        """Write what ``from_folder`` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file(self._tensors, folder / HEAD_FILE)
        (folder / LAYOUT_FILE).write_text(json.dumps(self._layout, indent=2, ensure_ascii=False) + "\n", "utf-8")
        self.decision_config.save_pretrained(folder)

    def features(self, input_ids: Tensor) -> Tensor:
        """The standardised features of one prompt, shape (features,)."""
        before, after = self._layout["around"]
        end = input_ids.shape[1]
        trunk: Any = self._trunk
        states = trunk(input_ids=input_ids, use_cache=False, output_hidden_states=True).hidden_states
        found = pool(states, self._layout["layers"], 0, slice(before, end - after), end - 1)
        return (found - self._tensors["mean"]) / (self._tensors["scale"] + _EPSILON)

    @torch.inference_mode()
    def decide(
        self,
        input_ids: torch.LongTensor,
        marks: torch.LongTensor,
        decision_questions: list[Question],
        decision_config: DecisionConfig | None = None,
        **_: Any,
    ) -> list[Tensor]:
        """Score the options of every question of a prompt from one forward pass.

        A question is known by its name. Options that the head was not trained on are refused, since a score for them
        would be made up.

        Raises:
            ValueError: A question or an option is unknown to this head.
        """
        config = decision_config or self.decision_config
        features = self.features(input_ids)
        return [self._scores(question, features, config) for question in decision_questions]

    def _scores(self, question: Question, features: Tensor, config: DecisionConfig) -> Tensor:
        rows: list[str] | None = self._layout["questions"].get(question.name)
        if rows is None or not set(question.options) <= set(rows):
            raise ValueError(f"this head does not answer {question.name!r} with the options {question.options}")
        logits = self._tensors[f"{question.name}.weight"] @ features + self._tensors[f"{question.name}.bias"]
        temperature = float(self._layout["temperature"].get(question.name, 1.0))
        picked = logits[[rows.index(option) for option in question.options]]
        return picked / (temperature * float(config.temperature.get(question.type, 1.0)))
