"""The decision head: one reading of a message gives scores for every question and the spans that are arguments.

The head is an ensemble of four members: two readings of the trunk (the lower layers of the embedded model with an
adapter of their own), the small encoder, and the character n-gram model. It always answers every question, so that a
later question about the same message needs no further pass. It does not remember messages; ``LocalDecisionModel`` does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from agent.decision.asked import FOLDER as ASKED_FOLDER
from agent.decision.asked import AskedMember
from agent.decision.characters import CharacterModel
from agent.decision.encoder_reader import EncoderReader
from agent.decision.format import QUERIES, DecisionState, message_of, queries_text, rendered
from agent.decision.layers import DecisionLayers
from agent.decision.replies import FOLDER as REPLIES_FOLDER
from agent.decision.replies import PAIR, ReplyMember
from agent.decision.spans import Span, spans_of
from agent.errors import ModelFilesMissing, ModelUnusable
from agent.local.fused import STEP_MASK

HEAD_FILE, LAYOUT_FILE, CHARACTERS_FILE = "head.safetensors", "calibration.json", "characters.safetensors"


@dataclass(frozen=True)
class HeadOutput:
    """The result of one forward pass over a message.

    Attributes:
        scores: By question, one score for each option, shape (options,). They are calibrated: their softmax gives
            probabilities.
        spans: The words that are arguments.
    """

    scores: Mapping[str, Tensor]
    spans: Sequence[Span]


def options_in(folder: Path) -> dict[str, list[str]]:
    """Return the options by question that the head in a folder was trained on, without loading it.

    Raises:
        ModelUnusable: The folder's calibration cannot be read.
    """
    try:
        layout = json.loads((folder / LAYOUT_FILE).read_text(encoding="utf-8"))
        return {name: each["options"] for name, each in layout["questions"].items() if each["weights"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(f"The decision head in {folder} cannot be read: {error}") from error


@dataclass(frozen=True)
class Calibration:
    """The calibration of one question, fitted on messages that were held out from training.

    Attributes:
        options: In the order of the head's rows.
        weights: Factor of each ensemble member (``query``, ``pooled``, ``encoder``, ``letters``); a member without a
            factor is not used for this question.
    """

    options: Sequence[str]
    weights: Mapping[str, float]


MemberScores = Mapping[str, Mapping[str, Tensor]]
"""By ensemble member and question: scores of the options, each of shape (options,)."""

CHARACTERS = "letters"
"""The character model's name in stored calibrations."""


class DecisionHead:
    """The ensemble that reads messages.

    Args:
        trunk: The lower layers of the embedded model, in int8 or float.
        tokenizer: The trunk's tokenizer.
        layers: The layers that read the trunk.
        calibration: By question.
        encoder: The small encoder with the layers that read it.
        characters: The character n-gram model.
        asked: Answers which fact is asked; None where there is no such member.
        replies: Reads replies with their questions, beside the ensemble; None where there is no such member.

    Attributes:
        asked: The same.
        replies: The same.
    """

    def __init__(
        self,
        trunk: Any,
        tokenizer: PreTrainedTokenizerBase,
        layers: DecisionLayers,
        calibration: Mapping[str, Calibration],
        encoder: EncoderReader,
        characters: CharacterModel,
        asked: AskedMember | None = None,
        replies: ReplyMember | None = None,
    ) -> None:
        self.asked = asked
        self.replies = replies
        self._trunk = trunk
        self._layers = layers.train(False)
        self._calibration = calibration
        self._encoder = encoder
        self._characters = characters
        # A copy that reads control tokens in the customer's words as the letters they are.
        backend: Any = tokenizer
        self._plain: Tokenizer = Tokenizer.from_str(backend.backend_tokenizer.to_str())
        self._plain.encode_special_tokens = True
        self._first = int(backend.bos_token_id)
        self._queries = queries_text(QUERIES)

    @property
    def questions(self) -> Mapping[str, Calibration]:
        """The questions that can be answered, with their calibration."""
        return self._calibration

    @classmethod
    def from_folder(cls, trunk: Any, tokenizer: PreTrainedTokenizerBase, folder: Path) -> DecisionHead:
        """Read a head.

        Raises:
            ModelFilesMissing: The folder holds no head.
            ModelUnusable: Its files do not fit together.
        """
        if not (folder / HEAD_FILE).is_file():
            raise ModelFilesMissing(f"{folder} holds no decision head ({HEAD_FILE}). Reinstall the package.")
        try:
            layout = json.loads((folder / LAYOUT_FILE).read_text(encoding="utf-8"))
            calibration = {name: Calibration(**each) for name, each in layout["questions"].items()}
            options = {name: each.options for name, each in calibration.items()}
            layers = read_layers(trunk, options, folder)
            encoder = EncoderReader.from_folder(folder, {name: options[name] for name in QUERIES})
            characters = CharacterModel.from_file(folder / CHARACTERS_FILE)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise ModelUnusable(f"The decision head in {folder} cannot be read: {error}") from error
        asked = AskedMember.from_folder(encoder.encoder, encoder.tokenizer, folder / ASKED_FOLDER)
        replies = ReplyMember.from_folder(encoder.encoder, encoder.tokenizer, folder / REPLIES_FOLDER)
        return cls(trunk, tokenizer, layers, calibration, encoder, characters, asked, replies)

    def with_members(self, kinds: Collection[str]) -> DecisionHead:
        """Return a head that uses only some members, to measure the worth of each.

        Args:
            kinds: Names of the members that stay; their factors are scaled up to the former total. A question that
                none of them answers keeps all members.
        """
        head = copy(self)
        head._calibration = {name: _limited(each, kinds) for name, each in self._calibration.items()}
        head.replies = self.replies if PAIR in kinds else None
        return head

    def read(self, states: Sequence[DecisionState]) -> list[HeadOutput]:
        """Read messages together.

        Args:
            states: Messages, each with its context where it has one.
        """
        return [
            HeadOutput({name: self._mixed(name, members) for name in self._calibration}, spans)
            for members, spans in self.member_scores(states)
        ]

    def _mixed(self, name: str, members: MemberScores) -> Tensor:
        weights = self._calibration[name].weights
        return sum(
            (weight * members[kind][name] for kind, weight in weights.items()),
            torch.zeros(len(self._calibration[name].options)),
        )

    @torch.inference_mode()
    def member_scores(self, states: Sequence[DecisionState]) -> list[tuple[MemberScores, list[Span]]]:
        """Return the scores of each member before they are weighted, and the spans, by message.

        Args:
            states: Messages, each with its context where it has one.
        """
        encoded = [self._plain.encode(rendered(state) + self._queries, add_special_tokens=False) for state in states]
        lengths = [1 + len(each.ids) for each in encoded]
        ids = torch.zeros(len(states), max(lengths), dtype=torch.long)
        for row, each in enumerate(encoded):
            ids[row, : lengths[row]] = torch.tensor([self._first, *each.ids])
        hidden = self._trunk(
            input_ids=ids, attention_mask=self._mask(lengths), use_cache=False, output_hidden_states=True
        ).hidden_states
        places = [_own_tokens(state, each.offsets) for state, each in zip(states, encoded, strict=True)]
        rows = torch.arange(len(states))
        ends = torch.tensor(lengths) - len(QUERIES)
        queries = {name: (rows, ends + number) for number, name in enumerate(QUERIES)}
        scores = self._layers(hidden, [body for body, _ in places], queries)
        encoder = self._encoder.scores(states)
        found: list[tuple[MemberScores, list[Span]]] = []
        for row, state in enumerate(states):
            message = message_of(state)
            members = {
                "query": {name: each[row] for name, each in scores.query.items()},
                "pooled": {name: each[row] for name, each in scores.pooled.items()},
                "encoder": encoder[row],
                CHARACTERS: self._characters.scores(message),
            }
            sure, tags = scores.tags[row].softmax(-1).max(-1)
            found.append((members, spans_of(message, tags.tolist(), sure.tolist(), places[row][1])))
        return found

    def _mask(self, lengths: Sequence[int]) -> Any:
        """None where nothing is padded: the layers' own way of attending is the fastest then."""
        longest = max(lengths)
        if min(lengths) == longest:
            return STEP_MASK
        return (torch.arange(longest) < torch.tensor(lengths)[:, None]).long()


def _limited(calibration: Calibration, kinds: Collection[str]) -> Calibration:
    kept = {kind: weight for kind, weight in calibration.weights.items() if kind in kinds}
    if sum(kept.values()) <= 0:
        return calibration
    scale = sum(calibration.weights.values()) / sum(kept.values())
    return replace(calibration, weights={kind: scale * weight for kind, weight in kept.items()})


def read_layers(trunk: Any, questions: Mapping[str, Sequence[str]], folder: Path) -> DecisionLayers:
    """Load the layers that read a trunk.

    Args:
        trunk: The trunk that they read; gives their width.
        questions: Options of each question.
        folder: The head's folder.
    """
    layers = DecisionLayers(trunk.config.hidden_size, {name: questions[name] for name in QUERIES})
    layers.load_state_dict(load_file(folder / HEAD_FILE))
    return layers


def _own_tokens(state: DecisionState, offsets: Sequence[tuple[int, int]]) -> tuple[slice, list[tuple[int, int]]]:
    """Find the message's own tokens in the prompt: their slice, and each one's begin and end in the message."""
    end = len(rendered(state))
    begin = end - len(message_of(state))
    own = [index for index, (start, stop) in enumerate(offsets) if begin < stop and start < end and stop > start]
    places = [(max(offsets[index][0] - begin, 0), min(offsets[index][1], end) - begin) for index in own]
    return slice(1 + own[0], 2 + own[-1]), places  # one token, <bos>, stands before the text
