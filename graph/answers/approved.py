"""The approved answers and the fixed wording, loaded once and handed to the nodes.

An approved answer is a sentence that names its facts by field (``{due_date}``). The answers of one operation and one
outcome serve three ends: they are examples for the chat model, they bound the words that it may use, and the first one
is the template that code fills in when the model fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from core import turkish
from core.languages import Language
from core.yaml_text import read_yaml

PERSON = "person"
"""The offer of a colleague, and the topic of the wish for one."""
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Answers:
    """All approved answers, by language.

    Args:
        by_language: The parsed answer files.
        wording: The parsed wording file.
    """

    by_language: Mapping[Language, Mapping[str, Any]]
    wording: Mapping[str, Any]

    def of_outcome(self, operation: str, outcome: str, language: Language) -> Sequence[str]:
        """Return the approved answers of an operation and an outcome of it; at least one."""
        answers: Sequence[str] = self.by_language[language]["operations"][operation][outcome]
        return answers

    def of_error(self, code: str, language: Language) -> Sequence[str]:
        """Return the approved answers of an error code; those of ``tool_failed`` for a code without its own."""
        errors: Mapping[str, Sequence[str]] = self.by_language[language]["errors"]
        return errors.get(code) or self.small_talk("tool_failed", language)

    def small_talk(self, topic: str, language: Language) -> Sequence[str]:
        """Return the approved answers of a turn without a tool, by its topic."""
        answers: Sequence[str] = self.by_language[language]["small_talk"][topic]
        return answers

    def offer(self, situation: str, said: str, language: Language) -> str | None:
        """Return the operation that an answer offers; None where it offers nothing.

        Args:
            situation: An operation and its outcome ("get_current_bill.unpaid"), or the code of an error.
            said: The answer as the customer reads it.
            language: Its language.
        """
        operation: str | None = self.wording["offers"].get(situation)
        words: Sequence[str] = self.wording["offer_words"][language]
        return operation if any(word in turkish.lower(said) for word in words) else None

    def offers_person(self, said: str, language: Language) -> bool:
        """Return True for an answer that offers to hand the conversation to a colleague."""
        return any(word in turkish.lower(said) for word in self.wording["person_words"][language])

    def roles(self, language: Language) -> Mapping[str, Sequence[str]]:
        """Return the stems by field; one of them must stand in the field's clause, which proves the figure's role."""
        roles: Mapping[str, Sequence[str]] = self.by_language[language]["roles"]
        return roles

    def say(self, key: str, language: Language) -> str:
        """Return a fixed piece of wording, for example ``confirm_question``."""
        return str(self.wording[key][language])

    def fixed_topic(self, topic: str, language: Language) -> str | None:
        """Return the text of a topic that has the same words every time; None for any other topic."""
        texts: Mapping[str, str] | None = self.wording["topics"].get(topic)
        return None if texts is None else str(texts[language])

    def operation_label(self, operation: str, language: Language) -> str:
        """Return the name of an operation as a customer reads it; its own where customers never hear of it."""
        words = self.wording["operations"].get(operation)
        return str(words[language]) if words else operation

    def node_label(self, node: str, language: Language) -> str:
        """Return the name of a node's work as a customer reads it."""
        return str(self.wording["nodes"][node][language])

    def question_for(self, argument: str, language: Language) -> str:
        """Return the question that asks for a missing argument."""
        return str(self.wording["arguments"][argument][language])

    def code(self, value: str, language: Language) -> str:
        """Return an enum value as a word; the value itself when it has none."""
        words = self.codes.get(value)
        return str(words[language]) if words else value

    @cached_property
    def codes(self) -> Mapping[str, Mapping[str, str]]:
        """Every enum value that has words."""
        codes: Mapping[str, Mapping[str, str]] = self.wording["codes"]
        return codes


ANSWER_FILES: Mapping[str, Language] = {"answers.yaml": "tr", "answers_en.yaml": "en"}
WORDING_FILE = "wording.yaml"


def own_texts(folder: Path = _HERE) -> dict[str, str]:
    """Return the contents of the answer and wording files, by the file's name."""
    return {name: (folder / name).read_text(encoding="utf-8") for name in (*ANSWER_FILES, WORDING_FILE)}


def answers_of(contents: Mapping[str, str]) -> Answers:
    """Return the answers of the contents of their files; what stands in them was checked before (``answer_check``).

    Args:
        contents: By the file's name, as ``own_texts`` returns them.

    Raises:
        yaml.YAMLError: One is not valid YAML.
    """
    by_language = {language: read_yaml(contents[name]) for name, language in ANSWER_FILES.items()}
    return Answers(by_language, read_yaml(contents[WORDING_FILE]))


def load_answers(folder: Path = _HERE) -> Answers:
    """Read the answer and wording files.

    Args:
        folder: It holds ``answers.yaml``, ``answers_en.yaml`` and ``wording.yaml``.

    Raises:
        OSError: A file is missing.
        yaml.YAMLError: A file is not valid YAML.
    """
    return answers_of(own_texts(folder))


@cache
def shipped_answers() -> Answers:
    """Return the answers and the wording that come with the agent, read once."""
    return load_answers()
