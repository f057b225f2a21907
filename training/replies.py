"""Trains the member that reads a reply together with its question: an adapter on the upper layers of the small encoder.

The lower layers stay as they are, so their states are computed once and kept; a step costs half of a whole one. The
weights of the member and of the ensemble are fitted on replies that were held out of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from agent.decision.adapter import adapted_copy
from agent.decision.encoder import load_float_encoder
from agent.decision.encoder_reader import EncoderPrompts, EncoderTokenizer
from agent.decision.format import DecisionState
from agent.decision.head import DecisionHead
from agent.decision.replies import ADAPTER_FILE, LAYOUT_FILE, QUESTION, PairLayers
from agent.local.embedded import load_embedded
from core.calibration import expected_calibration_error
from core.json_lines import read_json_lines
from training.adapters import Report, adapter_tensors, batches, fitted_weights, half, new_adapter
from training.consent import REPLIES
from training.decision_data import is_held_out_text
from training.noise import disturb

OPTIONS = ("yes", "no", "correction", "answer", "other")
_READ_TOGETHER = 64


@dataclass(frozen=True)
class ReplyRecipe:
    """The numbers of a run.

    Attributes:
        epochs: Passes over the replies.
        batch: Replies a step.
        rank: Of the adapter.
        first: Number of the lowest layer that is adapted.
        hidden: Units between the states and the options.
        rate: Highest learning rate.
        smoothing: Share of the probability that is spread over all options.
        disturbed: Share of the replies that are learnt a second time, typed with noise.
        seed: Of everything random.
    """

    epochs: int = 2
    batch: int = 32
    rank: int = 16
    first: int = 6
    hidden: int = 256
    rate: float = 1e-3
    smoothing: float = 0.05
    disturbed: float = 0.2
    seed: int = 0


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question and the reply to it, with the meaning of the reply (one of ``OPTIONS``)."""

    asked: str
    text: str
    meaning: str

    @property
    def state(self) -> DecisionState:
        """The decision model's input."""
        return {"message": self.text, "context": self.asked}

    @property
    def held_out(self) -> bool:
        """True for the twelfth part that is held out, the same replies as of the ensemble."""
        return is_held_out_text(self.text)

    @property
    def length(self) -> int:
        """Letters of both."""
        return len(self.asked) + len(self.text)


def read_answered(folder: Path = REPLIES) -> list[AnsweredQuestion]:
    """Read the replies of every file of a folder; those to a step or a list are passed over."""
    rows = read_json_lines(*sorted(folder.glob("*.jsonl")))
    return [
        AnsweredQuestion(row["pending"], row["utterance"], row["reply"])
        for row in rows
        if row.get("reply") in OPTIONS and row.get("question", "reply") == "reply" and "pick" not in row
    ]


@dataclass(frozen=True)
class LowerStates:
    """States of the lower layers for a reply with its question, shape (tokens, width), and where the reply stands."""

    states: Tensor
    body: slice
    meaning: int


class ReplyNet(nn.Module):
    """The adapter and the layers that read it, while they are trained.

    Args:
        folder: The head's folder, with the encoder.
        recipe: The numbers.
    """

    def __init__(self, folder: Path, recipe: ReplyRecipe) -> None:
        super().__init__()
        encoder, tokenizer = load_float_encoder(folder)
        encoder.requires_grad_(False)
        self.tokenizer = EncoderTokenizer(tokenizer)
        self.encoder: Any = adapted_copy(encoder, dict(new_adapter(encoder, recipe.rank, recipe.first)))
        self.layers = PairLayers(encoder.config.hidden_size, recipe.hidden, len(OPTIONS))
        self._first = recipe.first

    @torch.no_grad()
    def go_on_from(self, folder: Path) -> None:
        """Take over the trained member of a folder."""
        tensors = {name: tensor.float() for name, tensor in load_file(folder / ADAPTER_FILE).items()}
        for name, parameter in adapter_tensors(self.encoder).items():
            parameter.copy_(tensors[name])
        self.layers.load_state_dict({name: tensors[f"layers.{name}"] for name in self.layers.state_dict()})

    def adapter(self) -> list[nn.Parameter]:
        """Return the adapter's parameters."""
        return [each for each in self.encoder.parameters() if each.requires_grad]

    @torch.no_grad()
    def lower(self, rows: Sequence[AnsweredQuestion]) -> Iterator[LowerStates]:
        """Return what the lower layers make of replies, in the order of the rows."""
        prompts = self.tokenizer.encode([row.state for row in rows])
        states = self.encoder.embeddings(input_ids=prompts.ids)
        for layer in self.encoder.encoder.layer[: self._first]:
            states = layer(states, _additive(prompts.mask))
        for place, row in enumerate(rows):
            tokens = int(prompts.mask[place].sum())
            yield LowerStates(states[place, :tokens].half(), prompts.bodies[place], OPTIONS.index(row.meaning))

    def forward(self, rows: Sequence[LowerStates]) -> Tensor:
        """Return the scores of the options, shape (replies, options)."""
        longest = max(len(row.states) for row in rows)
        states = torch.zeros(len(rows), longest, rows[0].states.shape[1])
        mask = torch.zeros(len(rows), longest, dtype=torch.long)
        for place, row in enumerate(rows):
            states[place, : len(row.states)] = row.states.float()
            mask[place, : len(row.states)] = 1
        for layer in self.encoder.encoder.layer[self._first :]:
            states = layer(states, _additive(mask))
        scores: Tensor = self.layers(states, EncoderPrompts(mask, mask, [row.body for row in rows], []))
        return scores


def _additive(mask: Tensor) -> Tensor:
    return (1.0 - mask.float())[:, None, None, :] * -1e4


def lower_states(
    net: ReplyNet, rows: Sequence[AnsweredQuestion], report: Callable[[int, int], None] = lambda done, of: None
) -> list[LowerStates]:
    """Compute the lower layers' states of many replies, in the order of the rows."""
    order = sorted(range(len(rows)), key=lambda place: rows[place].length)
    found: dict[int, LowerStates] = {}
    for start in range(0, len(order), _READ_TOGETHER):
        places = order[start : start + _READ_TOGETHER]
        found |= dict(zip(places, net.lower([rows[place] for place in places]), strict=True))
        report(len(found), len(rows))
    return [found[place] for place in range(len(rows))]


def with_noise(rows: Sequence[AnsweredQuestion], recipe: ReplyRecipe) -> list[AnsweredQuestion]:
    """Return the replies, some of them a second time as another hand might have typed them."""
    rng = Random(recipe.seed)
    again = [row for row in rows if rng.random() < recipe.disturbed]
    return [*rows, *(AnsweredQuestion(row.asked, disturb(row.text, rng), row.meaning) for row in again)]


def train(net: ReplyNet, rows: Sequence[LowerStates], recipe: ReplyRecipe, report: Report) -> None:
    """Train the adapter and its layers in place.

    Args:
        net: To be trained.
        rows: Of ``lower_states``.
        recipe: The numbers.
        report: Called with the step, the number of steps and the loss.
    """
    rng = Random(recipe.seed)
    groups = [{"params": net.adapter(), "lr": recipe.rate}, {"params": net.layers.parameters(), "lr": recipe.rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = recipe.epochs * (len(rows) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=steps + 1, pct_start=0.1)
    net.train()
    step = 0
    while step < steps:
        for chosen in batches(rows, recipe.batch, rng, lambda row: len(row.states)):
            if step == steps:
                break
            wanted = torch.tensor([row.meaning for row in chosen])
            loss = functional.cross_entropy(net(chosen), wanted, label_smoothing=recipe.smoothing)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.adapter(), 1.0)
            optimizer.step()
            schedule.step()
            report(step, steps, float(loss.detach()))
            step += 1
    net.train(False)


@torch.no_grad()
def scores(net: ReplyNet, rows: Sequence[LowerStates]) -> Tensor:
    """Return the logarithms of the probabilities, shape (replies, options)."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].states))
    found = torch.zeros(len(rows), len(OPTIONS))
    for start in range(0, len(order), _READ_TOGETHER):
        places = order[start : start + _READ_TOGETHER]
        found[places] = net([rows[place] for place in places]).log_softmax(-1)
    return found


def ensemble_scores(folder: Path, rows: Sequence[AnsweredQuestion]) -> Tensor:
    """Return the ensemble's logarithms of probabilities for replies, shape (replies, options).

    Args:
        folder: The head's folder.
        rows: The replies.
    """
    loaded = load_embedded()
    head = DecisionHead.from_folder(loaded.trunk, loaded.tokenizer, folder)
    places = [list(head.questions[QUESTION].options).index(option) for option in OPTIONS]
    found: list[Tensor] = []
    for start in range(0, len(rows), _READ_TOGETHER):
        readings = head.read([row.state for row in rows[start : start + _READ_TOGETHER]])
        found += [reading.scores[QUESTION][places].log_softmax(-1) for reading in readings]
    return torch.stack(found)


def save(
    net: ReplyNet, held: Sequence[LowerStates], ensemble: Tensor, known: int, recipe: ReplyRecipe, folder: Path
) -> dict[str, Any]:
    """Fit the weights of the member and of the ensemble on held-out replies, and write the member.

    Args:
        net: Trained.
        held: The held-out replies.
        ensemble: The ensemble's logarithms of probabilities for them, shape (replies, options).
        known: Number of replies that it learnt.
        recipe: The numbers.
        folder: Where the files go.

    Returns:
        Its figures on the held-out replies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pair, wanted = scores(net, held), torch.tensor([row.meaning for row in held])
    own, other = fitted_weights(pair, ensemble, wanted)
    sure, found = (own * pair + other * ensemble).softmax(-1).max(-1)
    right = found == wanted
    figures = {
        "known": known,
        "held_out": len(held),
        "accuracy": round(float(right.float().mean()), 4),
        "pair": round(float((pair.argmax(-1) == wanted).float().mean()), 4),
        "ensemble": round(float((ensemble.argmax(-1) == wanted).float().mean()), 4),
        "ece": round(expected_calibration_error(sure.tolist(), right.tolist()), 4),
        "recipe": asdict(recipe),
    }
    layers = {f"layers.{name}": tensor for name, tensor in net.layers.state_dict().items()}
    save_file(half({**adapter_tensors(net.encoder), **layers}), folder / ADAPTER_FILE)
    layout = {"options": list(OPTIONS), "weights": {"pair": own, "ensemble": other}}
    (folder / LAYOUT_FILE).write_text(json.dumps(layout, indent=1) + "\n", encoding="utf-8")
    (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures
