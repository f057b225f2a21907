"""The approved answers and the fixed wording, loaded once and handed to the nodes.

An approved answer is a sentence that names its facts by field (``{due_date}``). The answers of one operation and one
outcome serve three ends: they are examples for the writer, they bound the words that it may use, and the first one is
what code renders when the writer fails.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from core.languages import Language

FIELD = re.compile(r"\{([a-z_]+)\}")
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
        """Approved answers of an operation and an outcome of it; at least one."""
        answers: Sequence[str] = self.by_language[language]["operations"][operation][outcome]
        return answers

    def of_error(self, code: str, language: Language) -> Sequence[str]:
        """Approved answers of an error code; those of TOOL_FAILED for a code that nobody wrote answers for."""
        errors: Mapping[str, Sequence[str]] = self.by_language[language]["errors"]
        return errors.get(code) or self.talk("tool_failed", language)

    def talk(self, topic: str, language: Language) -> Sequence[str]:
        """Approved answers of a turn without a tool, by its topic."""
        answers: Sequence[str] = self.by_language[language]["talk"][topic]
        return answers

    def roles(self, language: Language) -> Mapping[str, Sequence[str]]:
        """Stems of which one must stand in the same clause as a field, so that the figure's role is proven."""
        roles: Mapping[str, Sequence[str]] = self.by_language[language]["roles"]
        return roles

    def say(self, key: str, language: Language) -> str:
        """A fixed piece of wording, for example ``confirm_question``."""
        return str(self.wording[key][language])

    def operation_label(self, operation: str, language: Language) -> str:
        """The name of an operation as a customer reads it."""
        return str(self.wording["operations"][operation][language])

    def question_for(self, argument: str, language: Language) -> str:
        """The question that asks for a missing argument."""
        return str(self.wording["arguments"][argument][language])

    def code(self, value: str, language: Language) -> str:
        """An enum value as a word; the value itself when nobody wrote one."""
        words = self.codes.get(value)
        return str(words[language]) if words else value

    @cached_property
    def codes(self) -> Mapping[str, Mapping[str, str]]:
        """Every enum value that has words."""
        codes: Mapping[str, Mapping[str, str]] = self.wording["codes"]
        return codes


def load_answers(folder: Path = _HERE) -> Answers:
    """Read the answer and wording files.

    Args:
        folder: Where ``answers.yaml``, ``answers_en.yaml`` and ``wording.yaml`` are.

    Raises:
        OSError: A file is missing.
        yaml.YAMLError: A file is not valid YAML.
    """

    def read(name: str) -> Mapping[str, Any]:
        content: Mapping[str, Any] = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        return content

    return Answers({"tr": read("answers.yaml"), "en": read("answers_en.yaml")}, read("wording.yaml"))
