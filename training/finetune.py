"""Fine-tunes the lower trunk for decisions: LoRA on every projection, a linear head a question on pooled states.

LoRA: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models". Runs on a GPU in minutes and on two cores
within the hour; a checkpoint after every epoch makes it resumable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from training.decision_data import Example
from training.noise import disturb

BEFORE, AFTER = "<bos>Müşteri: ", "\nİstenen işlem:"


@dataclass(frozen=True)
class Recipe:
    """The numbers of a run."""

    layers: int = 12
    rank: int = 16
    epochs: int = 4
    batch: int = 16
    rate: float = 4e-4
    dropout: float = 0.1
    smoothing: float = 0.05
    weights: Mapping[str, float] = field(
        default_factory=lambda: {"second_operation": 0.5, "topic": 0.5, "person": 0.5, "misuse": 0.5, "language": 0.2}
    )


class DecisionNet(nn.Module):
    """The first layers of the trunk with LoRA, mean and last state of a message, a linear layer a question."""

    def __init__(self, trunk: Any, questions: Mapping[str, Sequence[str]], recipe: Recipe) -> None:
        super().__init__()
        trunk.layers = trunk.layers[: recipe.layers]
        trunk.config.num_hidden_layers = recipe.layers
        config = LoraConfig(
            r=recipe.rank, lora_alpha=2 * recipe.rank, lora_dropout=0.05, bias="none",
            target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
        )  # fmt: skip
        self.trunk = get_peft_model(trunk, config)
        self.questions = {name: list(options) for name, options in questions.items()}
        self.dropout = nn.Dropout(recipe.dropout)
        width = 2 * trunk.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(width, len(options)) for name, options in questions.items()})

    def features(self, ids: Tensor, mask: Tensor, body: Tensor) -> Tensor:
        """Mean state of the message's tokens and the state of the last token, shape (rows, 2 × width)."""
        states = self.trunk(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
        mean = (states * body[..., None]).sum(1) / body.sum(1, keepdim=True)
        last = states[torch.arange(len(ids)), mask.sum(1) - 1]
        return torch.cat([mean, last], -1)

    def forward(self, ids: Tensor, mask: Tensor, body: Tensor) -> dict[str, Tensor]:
        """Logits of every question, each of shape (rows, options)."""
        features = self.dropout(self.features(ids, mask, body))
        return {name: head(features) for name, head in self.heads.items()}


@dataclass
class Batches:
    """Messages as padded tensors."""

    tokenizer: PreTrainedTokenizerBase
    device: torch.device

    def encode(self, texts: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Ids, attention mask and the mask of the message's own tokens, each of shape (rows, tokens)."""
        after = len(self.tokenizer(AFTER, add_special_tokens=False).input_ids)
        rows = [self.tokenizer(f"{BEFORE}{text}{AFTER}", add_special_tokens=False).input_ids for text in texts]
        longest = max(map(len, rows))
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        mask, body = torch.zeros_like(ids), torch.zeros(len(rows), longest)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = torch.tensor(row)
            mask[index, : len(row)] = 1
            body[index, 1 : len(row) - after] = 1
        return ids.to(self.device), mask.to(self.device), body.to(self.device)


def train(
    net: DecisionNet,
    batches: Batches,
    examples: Sequence[Example],
    recipe: Recipe,
    checkpoint: Path,
    report: Callable[[int, int, float], None] = lambda epoch, step, loss: None,
    seed: int = 0,
) -> None:
    """Train, going on from the checkpoint where there is one.

    Args:
        net: Changed in place.
        batches: Tokenizer and device.
        examples: Labelled messages.
        recipe: The numbers.
        checkpoint: Written after every epoch.
        report: Told epoch, step and loss.
        seed: Of order and noise.
    """
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=0.01)
    steps = math.ceil(len(examples) / recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=recipe.rate, total_steps=steps * recipe.epochs, pct_start=0.1
    )
    first = 0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(saved["net"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        first = saved["epoch"] + 1
    for epoch in range(first, recipe.epochs):
        chance = Random(seed + epoch)
        net.train()
        for step, chosen in enumerate(_by_length(examples, recipe.batch, chance)):
            logits = net(*batches.encode([disturb(example.text, chance) for example in chosen]))
            loss = _loss(logits, chosen, net.questions, recipe)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            report(epoch, step, float(loss.detach()))
        kept = {name: value for name, value in net.state_dict().items() if "lora_" in name or name.startswith("heads")}
        torch.save(
            {"net": kept, "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(), "epoch": epoch},
            checkpoint,
        )


def _by_length(examples: Sequence[Example], size: int, chance: Random) -> list[list[Example]]:
    """Batches of messages of about the same length, in random order: little padding, still mixed."""
    shuffled = sorted(examples, key=lambda example: len(example.text) + chance.random() * 24)
    found = [list(shuffled[start : start + size]) for start in range(0, len(shuffled), size)]
    chance.shuffle(found)
    return found


def _loss(
    logits: Mapping[str, Tensor], examples: Sequence[Example], questions: Mapping[str, list[str]], recipe: Recipe
) -> Tensor:
    """Weighted cross entropy over the questions that the messages settle."""
    total = torch.zeros(())
    for name, scores in logits.items():
        rows = [index for index, example in enumerate(examples) if name in example.labels]
        if rows:
            wanted = [questions[name].index(examples[index].labels[name]) for index in rows]
            targets = torch.tensor(wanted, device=scores.device)
            part = nn.functional.cross_entropy(scores[rows], targets, label_smoothing=recipe.smoothing)
            total = total.to(scores.device) + recipe.weights.get(name, 1.0) * part * len(rows) / len(examples)
    return total


@torch.inference_mode()
def predict(net: DecisionNet, batches: Batches, texts: Sequence[str], size: int = 32) -> dict[str, Tensor]:
    """Logits of every question for every text."""
    net.eval()
    parts = [net(*batches.encode(texts[start : start + size])) for start in range(0, len(texts), size)]
    return {name: torch.cat([part[name] for part in parts]) for name in net.questions}
