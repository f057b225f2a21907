"""Trains the decision head: one forward pass a message, then a logistic regression a question.

The trunk stays as it is served (int8), so that what is trained is what is served. Each question is fitted by L-BFGS on
standardised pooled states with an L2 penalty; its temperature is fitted on the messages that were held out, and the
head that is saved is fitted on all of them (temperature scaling: Guo et al. 2017).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers.decision.configuration_utils import DecisionConfig

from agent.decision_head import PooledForDecision, pool
from agent.embedded import LoadedModel
from training.decision_data import Example

LAYERS = [6, 9, 12, 15]
"""Hidden layers that are pooled: the middle of the trunk carries more of the meaning than its end, which predicts
the next token (measured; docs/decisions.md)."""

BEFORE, AFTER = "<bos>Müşteri: ", "\nİstenen işlem:"
TEMPLATE = BEFORE + "{{ state }}" + AFTER + "{% if questions %}<|mark|>{% endif %}"
PENALTY = 1e-5
HELD_OUT = 0.15
_STEPS = 80
_BATCH = 24
_SAVE_EVERY = 20


@dataclass(frozen=True)
class Fit:
    """One question's head.

    Attributes:
        options: Row order.
        weight: Shape (options, features).
        bias: Shape (options,).
        accuracy: On the held-out messages.
        temperature: Fitted on the held-out messages.
    """

    options: list[str]
    weight: Tensor
    bias: Tensor
    accuracy: float
    temperature: float


def extract(
    loaded: LoadedModel,
    texts: Sequence[str],
    progress: Callable[[int], None] = lambda done: None,
    cache: Path | None = None,
) -> tuple[Tensor, list[int]]:
    """The pooled states of every text as the served head sees them, read in batches of about the same length.

    Args:
        loaded: The model whose trunk is read.
        texts: Messages.
        progress: Told how many have been read.
        cache: Where states are kept, so that a run that was stopped goes on; only good for the same prepared model.

    Returns:
        Features of shape (texts, features), and how many tokens the template puts before and after a text.
    """
    known: dict[str, Tensor] = torch.load(cache, weights_only=True) if cache and cache.is_file() else {}
    around = [len(loaded.tokenizer(part, add_special_tokens=False).input_ids) for part in ("<bos>", AFTER)]
    new = sorted({text for text in texts if text not in known}, key=len)
    for number, start in enumerate(range(0, len(new), _BATCH)):
        chosen = new[start : start + _BATCH]
        known |= zip(chosen, _read(loaded, chosen, around), strict=True)
        progress(len(texts) - len(new) + start + len(chosen))
        if cache and (number % _SAVE_EVERY == _SAVE_EVERY - 1 or start + _BATCH >= len(new)):
            torch.save(known, cache)
    return torch.stack([known[text] for text in texts]), around


def _read(loaded: LoadedModel, texts: Sequence[str], around: Sequence[int]) -> list[Tensor]:
    """The pooled states of one batch."""
    prompts = [loaded.tokenizer(f"{BEFORE}{text}{AFTER}", add_special_tokens=False).input_ids for text in texts]
    ids = torch.zeros(len(prompts), max(map(len, prompts)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, : len(prompt)] = torch.tensor(prompt)
        mask[row, : len(prompt)] = 1
    with torch.inference_mode():
        trunk = loaded.model.model
        states = trunk(input_ids=ids, attention_mask=mask, use_cache=False, output_hidden_states=True).hidden_states
    return [
        pool(states, LAYERS, row, slice(around[0], len(prompt) - around[1]), len(prompt) - 1).clone()
        for row, prompt in enumerate(prompts)
    ]


def train_head(
    loaded: LoadedModel,
    examples: Sequence[Example],
    questions: dict[str, list[str]],
    progress: Callable[[int], None] = lambda done: None,
    cache: Path | None = None,
) -> tuple[PooledForDecision, dict[str, Fit]]:
    """Fit the head of every question.

    Args:
        loaded: The model whose trunk is read.
        examples: Labelled messages.
        questions: Options of each question, in the order of the head's rows.
        progress: Told how many messages have been read.
        cache: See ``extract``.
    """
    features, around = extract(loaded, [example.text for example in examples], progress, cache)
    mean, scale = features.mean(0), features.std(0)
    standard = (features - mean) / (scale + 1e-6)
    fits = {name: _fit_question(name, options, examples, standard) for name, options in questions.items()}
    tensors = {"mean": mean, "scale": scale}
    for name, fit in fits.items():
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = fit.weight, fit.bias
    layout: dict[str, Any] = {
        "layers": LAYERS,
        "around": around,
        "questions": {name: fit.options for name, fit in fits.items()},
        "temperature": {name: round(fit.temperature, 4) for name, fit in fits.items()},
    }
    model = PooledForDecision(loaded.model.model, layout, tensors)
    model.decision_config = DecisionConfig(
        labels={"choice": [f"<{index}>" for index in range(64)]}, chat_template=TEMPLATE
    )
    return model, fits


def _fit_question(name: str, options: list[str], examples: Sequence[Example], standard: Tensor) -> Fit:
    """Fit on the part that is not held out, take the temperature from the other, fit again on all."""
    rows = [index for index, example in enumerate(examples) if name in example.labels]
    inputs = standard[rows]
    targets = torch.tensor([options.index(examples[index].labels[name]) for index in rows])
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(0))
    held, kept = order[: int(len(rows) * HELD_OUT)], order[int(len(rows) * HELD_OUT) :]
    weight, bias = _fit(inputs[kept], targets[kept], len(options))
    logits = inputs[held] @ weight.T + bias
    accuracy = float((logits.argmax(1) == targets[held]).float().mean())
    temperature = fit_temperature(logits, targets[held])
    weight, bias = _fit(inputs, targets, len(options))
    return Fit(options, weight, bias, accuracy, temperature)


def _fit(inputs: Tensor, targets: Tensor, options: int) -> tuple[Tensor, Tensor]:
    """Multinomial logistic regression; the inputs are scaled so that the penalty does not depend on their number."""
    width = inputs.shape[1] ** 0.5
    weight = torch.zeros(options, inputs.shape[1], requires_grad=True)
    bias = torch.zeros(options, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(inputs @ weight.T / width + bias, targets)
        value = value + PENALTY * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return (weight / width).detach(), bias.detach()


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """The temperature that makes the probabilities of held-out answers likeliest."""
    log_temperature = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(logits / log_temperature.exp(), targets)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return float(log_temperature.exp().clamp(0.2, 20))


def save(model: PooledForDecision, fits: dict[str, Fit], folder: Path) -> None:
    """Write the head and a card of its held-out figures."""
    model.save_head(folder)
    card = {name: {"held_out_accuracy": round(fit.accuracy, 4)} for name, fit in fits.items()}
    (folder / "figures.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
