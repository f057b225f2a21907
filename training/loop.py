"""The training loop of the decisions: batches, learning rate, checkpoints to go on from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from training.decision_data import Example
from training.losses import Recipe
from training.noise import disturb

_SAVE_EVERY = 100


class Net(Protocol):
    """A trainable network: a torch module that computes its own loss."""

    def groups(self) -> list[dict[str, Any]]:
        """Return the parameter groups with their learning rates, for an optimizer."""

    def loss(self, texts: Sequence[str], chosen: Sequence[Example], rng: Random) -> Tensor:
        """Of a batch: the messages as they are typed this time, with their answers."""

    def learned(self) -> dict[str, Tensor]:
        """Return the parameters that training changes."""

    def parameters(self) -> Iterator[nn.Parameter]:
        """All parameters."""

    def state_dict(self) -> dict[str, Tensor]:
        """All tensors."""

    def train(self, mode: bool = True) -> Any:
        """Switch dropout on or off."""


def train(
    net: Net,
    examples: Sequence[Example],
    recipe: Recipe,
    checkpoint: Path,
    report: Callable[[int, int, float], None] = lambda step, steps, loss: None,
    seed: int = 0,
) -> list[float]:
    """Train, going on from the checkpoint where there is one.

    Args:
        net: Changed in place.
        examples: Labelled messages.
        recipe: The numbers.
        checkpoint: Written from time to time and at the end.
        report: Told step, steps in all and loss.
        seed: Of order, noise and dropout.

    Returns:
        The loss of every step of the run, those before a stop too.
    """
    optimizer = torch.optim.AdamW(net.groups(), weight_decay=0.01)
    each = math.ceil(len(examples) / recipe.batch)
    steps = round(each * recipe.epochs)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    losses = _resume(net, optimizer, schedule, checkpoint, recipe)
    for step, chosen in _steps(examples, recipe.batch, seed, len(losses), steps):
        torch.manual_seed(seed + step)
        net.train()
        rng = Random(seed + step)
        loss = net.loss([disturb(example.text, rng) for example in chosen], chosen, rng)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        report(step, steps, losses[-1])
        if (step + 1) % _SAVE_EVERY == 0 or step + 1 == steps:
            _save(net, optimizer, schedule, checkpoint, recipe, losses)
    return losses


def _steps(
    examples: Sequence[Example], size: int, seed: int, first: int, steps: int
) -> Iterator[tuple[int, list[Example]]]:
    """The batches from one step on, the same ones whether or not the run was stopped before."""
    step = 0
    while step < steps:
        for chosen in batches(examples, size, Random(seed + step)):
            if first <= step < steps:
                yield step, chosen
            step += 1


def _save(net: Net, optimizer: Any, schedule: Any, checkpoint: Path, recipe: Recipe, losses: list[float]) -> None:
    """Write a checkpoint, whole or not at all."""
    partial = checkpoint.with_suffix(".partial")
    content = {
        "net": net.learned(), "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(), "losses": losses,
        "recipe": asdict(recipe),
    }  # fmt: skip
    torch.save(content, partial)
    partial.replace(checkpoint)


def _rate(step: int, steps: int) -> float:
    """Warm-up over a twentieth, then a cosine to nothing."""
    warm = max(1, steps // 20)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _resume(net: Net, optimizer: Any, schedule: Any, checkpoint: Path, recipe: Recipe) -> list[float]:
    """Take up a checkpoint of the same recipe, or begin where another run ended; returns the losses so far."""
    if not checkpoint.is_file():
        return []
    saved = torch.load(checkpoint, weights_only=True)
    _take_up(net, saved["net"])
    if saved["recipe"] != asdict(recipe):
        return []
    optimizer.load_state_dict(saved["optimizer"])
    schedule.load_state_dict(saved["schedule"])
    return list(saved["losses"])


@torch.no_grad()
def _take_up(net: Net, learned: Mapping[str, Tensor]) -> None:
    """Copy what was learned; a question or an option that was added since keeps its first numbers."""
    own = net.state_dict()
    for name, value in learned.items():
        if name in own and own[name].shape[1:] == value.shape[1:]:
            own[name][: len(value)] = value


def batches(examples: Sequence[Example], size: int, rng: Random) -> Iterator[list[Example]]:
    """Batches of messages of about the same length, in random order: little padding, still mixed."""
    ordered = sorted(examples, key=lambda example: len(example.text) + len(example.context or "") + rng.random() * 24)
    found = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    rng.shuffle(found)
    yield from found
