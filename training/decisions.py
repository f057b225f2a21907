"""Writes the trained networks as the committed decision head, and calibrates it.

The calibration is fitted on held-out messages, read by the model as it is served (int8): for each question one factor
for each ensemble member, fitted together by the likelihood of the held-out answers (temperature scaling, Guo et al.
2017, with one temperature a member).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers.decision.configuration_utils import DecisionConfig

from agent.decision.encoder import save_encoder
from agent.decision.encoder_reader import LAYERS_FILE
from agent.decision.format import MOST_OPTIONS, NOUL, template
from agent.decision.head import HEAD_FILE, LAYOUT_FILE, MemberScores
from agent.local.adapter import CONFIG, WEIGHTS
from agent.local.prepare import TRUNK_FILE
from core.calibration import expected_calibration_error
from training.decision_data import Example
from training.losses import Questions

if TYPE_CHECKING:
    from training.encoder_net import EncoderNet
    from training.trunk_net import TrunkNet, TrunkRecipe

_FEWEST = 30
"""Held-out answers below which a question keeps plain factors."""


@dataclass(frozen=True)
class Fit:
    """One question's calibration and its held-out figures.

    Attributes:
        weights: Factor of each ensemble member.
        n: Held-out answers.
        accuracy: Of the members together.
        single: Accuracy of each member alone.
        ece: Expected calibration error of the answers together, 15 bins.
    """

    weights: Mapping[str, float]
    n: int
    accuracy: float
    single: Mapping[str, float]
    ece: float


def save_trunk(net: TrunkNet, recipe: TrunkRecipe, folder: Path) -> None:
    """Write the trained trunk: adapter (half precision), the layers that read it, shape, decision format."""
    folder.mkdir(parents=True, exist_ok=True)
    learned = net.learned()
    adapter = {_peft_name(name): value.half().contiguous() for name, value in learned.items() if "lora_" in name}
    save_file(adapter, folder / WEIGHTS)
    config = {
        "peft_type": "LORA",
        "r": recipe.rank,
        "lora_alpha": 2 * recipe.rank,
        "base_model_name_or_path": "embedded",
    }
    _write(folder / CONFIG, config)
    save_file({name: value.contiguous() for name, value in net.heads.state_dict().items()}, folder / HEAD_FILE)
    _write(folder / TRUNK_FILE, {"layers": recipe.layers, "bidirectional": recipe.bidirectional})
    labels = {"choice": [f"<{index}>" for index in range(MOST_OPTIONS)]}
    DecisionConfig(labels=labels, chat_template=template()).save_pretrained(folder)


def save_encoder_net(net: EncoderNet, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the encoder (int8) and the layers that read it (half precision)."""
    folder.mkdir(parents=True, exist_ok=True)
    save_encoder(net.encoder, tokenizer, folder)
    halved = {name: value.half().contiguous() for name, value in net.heads.state_dict().items()}
    save_file(halved, folder / LAYERS_FILE)


def load_trunk(net: TrunkNet, folder: Path) -> None:
    """Load the files of ``save_trunk`` into a net, to train it further."""
    stored = load_file(folder / WEIGHTS)
    adapter = {name: stored[_peft_name(name)].float() for name in net.learned() if "lora_" in name}
    net.load_state_dict(adapter, strict=False)
    net.heads.load_state_dict(load_file(folder / HEAD_FILE))


def load_encoder_layers(net: EncoderNet, folder: Path) -> None:
    """Load the layers of ``save_encoder_net`` into a net, to train them further; the net brings the encoder."""
    net.heads.load_state_dict({name: value.float() for name, value in load_file(folder / LAYERS_FILE).items()})


def _peft_name(name: str) -> str:
    """Return the name of an adapter's tensor in peft's files, for a trunk inside a causal model."""
    inside = name.removeprefix("trunk.").replace(".default.", ".")
    return inside.replace("base_model.model.", "base_model.model.model.", 1)


def calibrate(members: Sequence[MemberScores], examples: Sequence[Example], questions: Questions) -> dict[str, Fit]:
    """Fit the factors of the ensemble members for every question.

    Args:
        members: Scores of the served head's members, by held-out message.
        examples: The messages with their answers.
        questions: Options of each question.
    """
    fits = {}
    for name, options in questions.items():
        rows = [row for row, example in enumerate(examples) if name in example.labels]
        if rows:
            wanted = torch.tensor([list(options).index(examples[row].labels[name]) for row in rows])
            known = [kind for kind, scores in members[rows[0]].items() if name in scores]
            fits[name] = _fit({kind: torch.stack([members[row][kind][name] for row in rows]) for kind in known}, wanted)
    return fits


def _fit(scores: Mapping[str, Tensor], wanted: Tensor) -> Fit:
    logs = torch.zeros(len(scores), requires_grad=True)  # factors stay positive
    stacked = torch.stack(list(scores.values()))
    if len(wanted) >= _FEWEST:
        optimizer = torch.optim.LBFGS([logs], max_iter=100, line_search_fn="strong_wolfe")

        def loss() -> Tensor:
            optimizer.zero_grad()
            mixed = (stacked * logs.exp()[:, None, None]).sum(0)
            value = torch.nn.functional.cross_entropy(mixed, wanted) + 1e-3 * logs.square().sum()
            value.backward()  # type: ignore[no-untyped-call]
            return value

        optimizer.step(loss)  # type: ignore[no-untyped-call]
    weights = logs.detach().exp()
    mixed = (stacked * weights[:, None, None]).sum(0)
    return Fit(
        {kind: round(float(weight), 4) for kind, weight in zip(scores, weights, strict=True)},
        len(wanted),
        _accuracy(mixed, wanted),
        {kind: _accuracy(each, wanted) for kind, each in scores.items()},
        calibration_error(mixed.softmax(1), wanted),
    )


def _accuracy(scores: Tensor, wanted: Tensor) -> float:
    return round(float((scores.argmax(1) == wanted).float().mean()), 4)


def calibration_error(probabilities: Tensor, wanted: Tensor) -> float:
    """Return the expected calibration error of the best option's probability.

    Args:
        probabilities: One row an example, one column an option, each row adding up to 1.
        wanted: The right option of each example.
    """
    confidence, best = probabilities.max(1)
    return round(expected_calibration_error(confidence.tolist(), (best == wanted).tolist()), 4)


def temperatures(
    members: Sequence[MemberScores], examples: Sequence[Example], questions: Questions
) -> dict[str, float]:
    """One temperature a type of question for the question's own word alone, as the plain decision format has it."""
    found = {}
    for kind in ("choice", "noul"):
        scores, wanted = [], []
        for read, example in zip(members, examples, strict=True):
            for name, label in example.labels.items():
                options = list(questions[name])
                if name in read["query"] and (tuple(options) == NOUL) == (kind == "noul"):
                    padded = torch.full((MOST_OPTIONS,), -1e4)
                    padded[: len(options)] = read["query"][name]
                    scores.append(padded)
                    wanted.append(options.index(label))
        if len(wanted) >= _FEWEST:
            fit = _fit({"query": torch.stack(scores)}, torch.tensor(wanted))
            found[kind] = round(1 / fit.weights["query"], 4)
    return found


def save_calibration(
    fits: Mapping[str, Fit], questions: Questions, folder: Path, temperature: Mapping[str, float]
) -> None:
    """Write the factors beside the head, the plain format's temperatures, and the held-out figures for the card."""
    config = DecisionConfig.from_pretrained(folder)
    config.temperature = dict(temperature)
    config.save_pretrained(folder)
    layout = {
        name: {"options": list(options), "weights": dict(fits[name].weights) if name in fits else {}}
        for name, options in questions.items()
    }
    _write(folder / LAYOUT_FILE, {"questions": layout})
    figures = {
        name: {"n": fit.n, "accuracy": fit.accuracy, "alone": dict(fit.single), "ece": fit.ece}
        for name, fit in fits.items()
    }
    _write(folder / "figures.json", figures)


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
