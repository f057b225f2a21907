"""The page's own words, from ``words.yaml``, and the facts that are filled into them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.fields import FIELD
from core.languages import LANGUAGES, Language
from core.operator_facts import OperatorFacts
from core.yaml_text import yaml_file
from graph.answers.approved import Answers, shipped_answers

_FILE = Path(__file__).with_name("words.yaml")


def words() -> Mapping[str, Any]:
    """Return the parsed file."""
    return yaml_file(_FILE)


def wording() -> Answers:
    """Return the wording that the graph's answers and the page share: names of operations and nodes, and codes."""
    return shipped_answers()


def words_script(operator: OperatorFacts) -> str:
    """Return the words of the page's own script as a JavaScript module, and the languages that the operator offers.

    Args:
        operator: Whose assistant it is.
    """
    entries: Mapping[str, Mapping[str, str]] = words()["page"]
    by_language = {
        language: {
            key: entry[language].replace("{assistant}", operator.assistant_name(language))
            for key, entry in entries.items()
        }
        for language in LANGUAGES
    }
    return (
        f"export const WORDS = {json.dumps(by_language, ensure_ascii=False)};\n"
        f"export const LANGUAGES = {json.dumps(operator.languages)};\n"
    )


def say(section: str, key: str, language: Language, **facts: object) -> str:
    """Return an entry of a section in a language, with its facts filled in.

    Args:
        section: A top-level key of the file.
        key: The entry.
        language: The customer's language.
        facts: The values of its fields, as text.
    """
    return str(filled(words()[section][key], language, facts))


def filled(entry: Mapping[str, str] | str, language: Language, facts: Mapping[str, object]) -> str | None:
    """Return an entry with its facts; None where one of them is missing.

    Args:
        entry: Texts by language, or one text for every language.
        language: The customer's language.
        facts: The values of its fields.
    """
    text = entry if isinstance(entry, str) else entry[language]
    if not set(FIELD.findall(text)) <= set(facts):
        return None
    return FIELD.sub(lambda match: str(facts[match[1]]), text)
