"""Written messages -> labelled examples for every question that the decision model answers.

Rows are messages that people wrote one by one (``training/data``); nothing here generates text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_GRAM = 3


@dataclass(frozen=True)
class Example:
    """One message with its answers.

    Attributes:
        text: What the customer wrote.
        labels: Option by question; a question that the row does not settle is left out.
    """

    text: str
    labels: Mapping[str, str]


def read_examples(folder: Path = DATA) -> list[Example]:
    """Every written message and every written reply, without repeated texts.

    Args:
        folder: Where ``written_*.jsonl`` and ``replies.jsonl`` are.
    """
    examples = [_message(row) for path in sorted(folder.glob("written_*.jsonl")) for row in _rows(path)]
    examples += [Example(row["utterance"], {"reply": row["reply"]}) for row in _rows(folder / "replies.jsonl")]
    return list({(example.text, *sorted(example.labels)): example for example in examples}.values())


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _message(row: Mapping[str, Any]) -> Example:
    names = list(dict.fromkeys(tool["name"] for tool in row["tools"]))
    labels = {
        "operation": names[0] if names else "none",
        "second_operation": names[1] if len(names) > 1 else "none",
        "person": "true" if row.get("person") else "false",
        "misuse": "true" if row.get("misuse") else "false",
        "language": row.get("language", "tr"),
    }
    labels.update(_stated(row["tools"]))
    if not names and row.get("topic"):
        labels["topic"] = row["topic"]
    return Example(row["utterance"], labels)


def _stated(tools: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What a message states of the arguments that have a few allowed values."""
    labels = {}
    for tool in tools:
        stated = tool.get("args") or {}
        if tool["name"] in ("setup_autopay", "enable_roaming"):
            labels["switch"] = str(stated.get("status", "unstated")).lower()
        if tool["name"] in ("pay_bill", "setup_autopay"):
            labels["method"] = stated.get("method") or stated.get("payment_method") or "unstated"
        if tool["name"] == "update_customer_contact":
            labels["contact_type"] = stated.get("contact_type", "unstated")
    return labels


def all_questions(prompt: Mapping[str, Any]) -> dict[str, list[str]]:
    """The options of every question of questions.md, in the order of the head's rows."""
    questions = {**prompt["questions"], **prompt["arguments"], "reply": prompt["reply"]}
    return {name: list(question.get("criteria") or ("true", "false")) for name, question in questions.items()}


def grams(text: str) -> frozenset[str]:
    """The character trigrams of a text, case folded."""
    plain = " ".join(text.casefold().split())
    return frozenset(plain[i : i + _GRAM] for i in range(max(1, len(plain) - _GRAM + 1)))


def measured_texts(files: Iterable[Path]) -> list[str]:
    """The messages of measuring files."""
    return [row["utterance"] for path in files for row in _rows(path)]


def too_close(examples: Sequence[Example], measured: Iterable[str], limit: float = 0.6) -> list[Example]:
    """Examples whose trigram Jaccard with a measured text reaches the limit; they must not be trained on."""
    held = [grams(text) for text in measured]
    return [
        example
        for example in examples
        if any(len(own & other) >= limit * len(own | other) for own in (grams(example.text),) for other in held)
    ]
