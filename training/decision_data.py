"""Training data: labelled examples for every question of the decision model.

The rows of ``training/data`` were written one by one; nothing here generates text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from agent.decision.format import DecisionState
from core.json_lines import read_json_lines

DATA = Path(__file__).parent / "data"
_GRAM = 3
_HELD_OUT = 12


@dataclass(frozen=True)
class Example:
    """One message with its labels.

    Attributes:
        text: The customer's words.
        labels: Option by question; a question that the row does not settle is left out.
        context: The question or the step before the message, where it matters.
        tools: The operations with the stated arguments, whose words are tagged; None for a row without them.
    """

    text: str
    labels: Mapping[str, str]
    context: str | None = None
    tools: Sequence[Mapping[str, Any]] | None = None

    def state(self, text: str) -> DecisionState:
        """Return the decision model's input for this example with the message in another spelling."""
        return {"message": text, "context": self.context} if self.context else text


def read_examples(folder: Path = DATA) -> list[Example]:
    """Read every message and every reply, without repeated texts.

    Args:
        folder: Holds ``messages/*.jsonl`` and ``replies/*.jsonl``.
    """
    examples = [_message(row) for row in message_rows(folder)]
    examples += [_reply(row) for path in data_files(folder, "replies") for row in read_json_lines(path)]
    return list({(example.text, example.context, *sorted(example.labels)): example for example in examples}.values())


def message_rows(folder: Path = DATA) -> list[dict[str, Any]]:
    """Read the rows of ``messages/*.jsonl``, as they are written."""
    return [row for path in data_files(folder, "messages") for row in read_json_lines(path)]


def data_files(folder: Path = DATA, kind: str = "*") -> list[Path]:
    """Return the files of a kind (``messages`` or ``replies``; default both), in the order of their names."""
    return sorted(folder.glob(f"{kind}/*.jsonl"))


def digressions(examples: Sequence[Example], every: int = 8) -> list[Example]:
    """Make examples in which a customer answers a question with a new request; their reply is ``other``.

    Args:
        examples: Messages and replies.
        every: One message in this many is used.
    """
    asked = [example.context for example in examples if "reply" in example.labels and example.context]
    wishes = [example for example in examples if "operation" in example.labels and example.context is None]
    return [
        Example(wish.text, {**wish.labels, "reply": "other"}, asked[crc32(wish.text.encode()) % len(asked)], wish.tools)
        for wish in wishes[::every]
        if wish.labels["operation"] != "none"
    ]


def is_held_out(example: Example) -> bool:
    """Return True for a message that is held out for calibration and figures: about one in twelve, by its checksum."""
    return is_held_out_text(example.text)


def is_held_out_text(text: str) -> bool:
    """Return the same for the text alone."""
    return crc32(text.encode()) % _HELD_OUT == 0


def _message(row: Mapping[str, Any]) -> Example:
    names = list(dict.fromkeys(tool["name"] for tool in row["tools"]))
    labels = {
        "operation": names[0] if names else "none",
        "second_operation": names[1] if len(names) > 1 else "none",
    }
    labels.update(_stated(row["tools"]))
    labels["language"] = row.get("language", "tr")
    if len(names) > 1 and "conditional" in row:
        labels["conditional"] = str(row["conditional"]).lower()
    if "pick" in row:
        labels["pick"] = row["pick"]
    topic = "misuse" if row.get("misuse") else "person" if row.get("person") else row.get("topic")
    if names:
        labels["topic"] = "person" if row.get("person") else "request"
    elif topic:
        labels["topic"] = topic
    return Example(row["utterance"], labels, row.get("context"), row["tools"])


def _reply(row: Mapping[str, Any]) -> Example:
    """Make an example of a reply to a question, with its operation where it is a request of its own."""
    labels = {row.get("question", "reply"): row["reply"]} if "reply" in row else {}
    if "pick" in row:
        labels["pick"] = row["pick"]
    if "tools" in row:
        labels["operation"] = row["tools"][0]["name"]
    return Example(row["utterance"], labels, row.get("pending"))


def _stated(tools: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the labels of the arguments with few allowed values."""
    labels = {}
    for tool in tools:
        stated = tool.get("args") or {}
        if tool["name"] in ("setup_autopay", "enable_roaming"):
            labels["switch"] = str(stated.get("status", "unstated")).lower()
        if tool["name"] in ("pay_bill", "setup_autopay"):
            labels["method"] = stated.get("method") or stated.get("payment_method") or "unstated"
        if tool["name"] == "create_fault_ticket":
            labels["described"] = str("issue_description" in stated).lower()
        if tool["name"] == "update_customer_contact":
            labels["contact_type"] = stated.get("contact_type", "unstated")
    return labels


def all_questions(prompt: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the options of every question of questions.md, in the order of the head's rows."""
    single = {name: prompt[name] for name in ("reply", "conditional", "step", "pick")}
    questions = {**prompt["questions"], **prompt["arguments"], **single}
    return {name: list(question.get("criteria") or ("true", "false")) for name, question in questions.items()}


def grams(text: str) -> frozenset[str]:
    """Return the character trigrams of a text, case folded."""
    plain = " ".join(text.casefold().split())
    return frozenset(plain[i : i + _GRAM] for i in range(max(1, len(plain) - _GRAM + 1)))


def measured_texts(files: Iterable[Path]) -> list[str]:
    """Read the messages of files that measure."""
    return [row["utterance"] for path in files for row in read_json_lines(path)]


def too_close(examples: Sequence[Example], measured: Iterable[str], limit: float = 0.6) -> list[Example]:
    """Return the examples too similar to a measured text; they must not be trained on.

    Args:
        examples: Examples to compare.
        measured: Texts that measure.
        limit: The lowest Jaccard similarity of character trigrams that counts as too close.
    """
    held = [grams(text) for text in measured]
    holders: dict[str, list[int]] = {}
    for number, own in enumerate(held):
        for gram in own:
            holders.setdefault(gram, []).append(number)

    def close(own: frozenset[str]) -> bool:
        shared = Counter(number for gram in own for number in holders.get(gram, ()))
        return any(both >= limit * (len(own) + len(held[number]) - both) for number, both in shared.items())

    return [example for example in examples if close(grams(example.text))]
