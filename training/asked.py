"""Trains the member that answers which fact is asked: an adapter on the small encoder, and character n-grams.

The two readings are averaged; their weights are fitted on messages that were held out, so that the probabilities are
calibrated. Messages that want a change or nothing at all come from the other training data.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from agent.decision.adapter import adapted_copy
from agent.decision.asked import (
    ADAPTER_FILE,
    CHARACTERS_FILE,
    FACT_QUESTIONS,
    LAYOUT_FILE,
    message_states,
)
from agent.decision.encoder import load_float_encoder
from agent.decision.encoder_reader import EncoderTokenizer
from core.calibration import expected_calibration_error
from core.json_lines import read_json_lines
from training.adapters import Report, adapter_tensors, batches, fitted_weights, half, new_adapter
from training.characters import fit_linear
from training.noise import disturb

ROWS = Path(__file__).parent / "data" / "asked"
NONE = "none"
ASKED, ALSO = FACT_QUESTIONS


@dataclass(frozen=True)
class AskedRecipe:
    """The numbers of a run.

    Attributes:
        epochs: Passes over the messages.
        batch: Messages a step.
        rank: Of the adapter.
        rate: Highest learning rate of the adapter; the layer that reads it learns three times as fast.
        smoothing: Share of the probability that is spread over all facts.
        dropout: Share of the states' values that is left out.
        disturbed: Share of the messages that are typed with noise.
        seed: Of everything random.
    """

    epochs: int = 6
    batch: int = 32
    rank: int = 16
    rate: float = 1e-3
    smoothing: float = 0.05
    dropout: float = 0.15
    disturbed: float = 0.35
    seed: int = 0


@dataclass(frozen=True)
class AskedMessage:
    """A message with the fact that it asks for, and one beside it ("none" where there is none)."""

    text: str
    fact: str
    also: str = NONE

    @property
    def held_out(self) -> bool:
        """True for the tenth part that calibrates; it depends on the message alone."""
        return sum(self.text.encode()) % 10 == 0


def read_messages(folder: Path = ROWS) -> list[AskedMessage]:
    """Read the labelled messages of every file of a folder."""
    rows = read_json_lines(*sorted(folder.glob("*.jsonl")))
    return [AskedMessage(row["text"], row["fact"], row.get("also") or NONE) for row in rows]


class AskedNet(nn.Module):
    """The adapter and the layers that read it, while they are trained.

    Args:
        folder: The head's folder, with the encoder.
        options: The facts.
        recipe: The numbers.
    """

    def __init__(self, folder: Path, options: Sequence[str], recipe: AskedRecipe) -> None:
        super().__init__()
        encoder, tokenizer = load_float_encoder(folder)
        encoder.requires_grad_(False)
        self.tokenizer = EncoderTokenizer(tokenizer)
        self.encoder = adapted_copy(encoder, dict(new_adapter(encoder, recipe.rank)))
        width = 2 * encoder.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(width, len(options)) for name in FACT_QUESTIONS})
        self.dropout = nn.Dropout(recipe.dropout)
        for head in self.heads.values():
            nn.init.zeros_(head.weight)  # type: ignore[arg-type]

    @torch.no_grad()
    def go_on_from(self, folder: Path, options: Sequence[str]) -> None:
        """Take over a trained member; a fact that it did not know begins at nought.

        Args:
            folder: Of the trained member.
            options: The facts of this run.
        """
        tensors = {name: tensor.float() for name, tensor in load_file(folder / ADAPTER_FILE).items()}
        layout = json.loads((folder / LAYOUT_FILE).read_text(encoding="utf-8"))
        for name, parameter in adapter_tensors(self.encoder).items():
            parameter.copy_(tensors[name])
        for name, head in self.heads.items():
            linear: Any = head
            for row, option in enumerate(layout[name]["options"]):
                if option in options:
                    linear.weight[options.index(option)] = tensors[f"{name}.weight"][row]
                    linear.bias[options.index(option)] = tensors[f"{name}.bias"][row]

    def adapter(self) -> list[nn.Parameter]:
        """Return the adapter's parameters."""
        return [each for each in self.encoder.parameters() if each.requires_grad]

    def scores(self, texts: Sequence[str]) -> dict[str, Tensor]:
        """Return the scores of the facts by question, each of shape (messages, options)."""
        states = self.dropout(message_states(self.encoder, self.tokenizer, texts))
        return {name: head(states) for name, head in self.heads.items()}

    def tensors(self) -> dict[str, Tensor]:
        """Return what is stored, in half precision."""
        stored = adapter_tensors(self.encoder)
        for name, head in self.heads.items():
            stored[f"{name}.weight"], stored[f"{name}.bias"] = head.weight, head.bias  # type: ignore[assignment]
        return half(stored)


def train(
    net: AskedNet, known: Sequence[AskedMessage], options: Sequence[str], recipe: AskedRecipe, report: Report
) -> None:
    """Train the adapter and its layers.

    Args:
        net: To be trained in place.
        known: The messages.
        options: The facts, in the order of the rows.
        recipe: The numbers.
        report: Called with the step, the number of steps and the loss.
    """
    rng = Random(recipe.seed)
    rates = [recipe.rate, 3 * recipe.rate]
    groups = [{"params": net.adapter(), "lr": rates[0]}, {"params": net.heads.parameters(), "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = recipe.epochs * (len(known) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps + 1, pct_start=0.1)
    net.train()
    step = 0
    while step < steps:
        for chosen in batches(known, recipe.batch, rng, lambda each: len(each.text)):
            if step == steps:
                break
            texts = [disturb(each.text, rng) if rng.random() < recipe.disturbed else each.text for each in chosen]
            loss = _loss(net.scores(texts), chosen, options, recipe)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.adapter(), 1.0)
            optimizer.step()
            schedule.step()
            report(step, steps, float(loss))
            step += 1
    net.train(False)


def _loss(
    scores: dict[str, Tensor], chosen: Sequence[AskedMessage], options: Sequence[str], recipe: AskedRecipe
) -> Tensor:
    wanted = {ASKED: [each.fact for each in chosen], ALSO: [each.also for each in chosen]}
    losses = [
        functional.cross_entropy(
            scores[name], torch.tensor([options.index(fact) for fact in facts]), label_smoothing=recipe.smoothing
        )
        for name, facts in wanted.items()
    ]
    return losses[0] + 0.3 * losses[1]


def save(
    net: AskedNet, known: Sequence[AskedMessage], held: Sequence[AskedMessage], options: Sequence[str],
    recipe: AskedRecipe, folder: Path,
) -> dict[str, Any]:  # fmt: skip
    """Fit the n-grams, fit the weights of both readings on held-out messages, and write the member.

    Returns:
        Its figures on the held-out messages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    labels = {
        ASKED: ([each.text for each in known], [each.fact for each in known]),
        ALSO: ([each.text for each in known], [each.also for each in known]),
    }
    characters = fit_linear(labels, {name: options for name in FACT_QUESTIONS})
    characters.save(folder / CHARACTERS_FILE)
    save_file(net.tensors(), folder / ADAPTER_FILE)
    layout: dict[str, Any] = {}
    figures: dict[str, Any] = {"held_out": len(held), "recipe": asdict(recipe)}
    with torch.inference_mode():
        read = [net.scores([each.text]) for each in held]
    for name in FACT_QUESTIONS:
        wanted = torch.tensor([options.index(each.fact if name == ASKED else each.also) for each in held])
        meaning = torch.cat([scores[name] for scores in read]).log_softmax(-1)
        letters = torch.stack([characters.scores(each.text)[name] for each in held]).log_softmax(-1)
        weights = fitted_weights(meaning, letters, wanted)
        mixed = (weights[0] * meaning + weights[1] * letters).softmax(-1)
        sure, found = mixed.max(-1)
        right = found == wanted
        figures[name] = {
            "accuracy": round(float(right.float().mean()), 4),
            "encoder": round(float((meaning.argmax(-1) == wanted).float().mean()), 4),
            "letters": round(float((letters.argmax(-1) == wanted).float().mean()), 4),
            "ece": round(expected_calibration_error(sure.tolist(), right.tolist()), 4),
        }
        layout[name] = {"options": list(options), "weights": {"encoder": weights[0], "letters": weights[1]}}
    text = json.dumps(layout, ensure_ascii=False, indent=1) + "\n"
    (folder / LAYOUT_FILE).write_text(text, encoding="utf-8")
    (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures
