"""The words of our own pages, from ``words.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request

from api.registry import service_of
from core.fields import FIELD
from core.languages import LANGUAGE_COOKIE, Language, page_language
from core.operator_facts import in_language
from core.operator_logo import logo_of
from core.yaml_text import yaml_file

_FILE = Path(__file__).with_name("words.yaml")

Say = Callable[..., str]


def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return the parsed file: section, entry, language."""
    return yaml_file(_FILE)


def say(language: Language, entry: str, **facts: object) -> str:
    """Return an entry with its facts filled in.

    Args:
        language: The language of the page.
        entry: Section and key, as in ``desk.title``.
        facts: The values of its fields.

    Raises:
        KeyError: There is no such entry, or a fact is missing.
    """
    section, _, key = entry.partition(".")
    return FIELD.sub(lambda match: str(facts[match[1]]), words()[section][key][language])


def language_of(request: Request) -> Language:
    """Return the language that the visitor has chosen, or the operator's first."""
    return page_language(request.cookies.get(LANGUAGE_COOKIE), service_of(request).operator.languages)


def visitors_language(request: Request) -> Language:
    """Return the language of a page or a program: what was chosen, or else what its first wish is."""
    wished = request.headers.get("accept-language", "")[:2].lower()
    return page_language(request.cookies.get(LANGUAGE_COOKIE) or wished)


def spoken(request: Request) -> dict[str, Any]:
    """Return what every template of ours needs: the language, its words, and the other language, if there is one."""
    language, operator = language_of(request), service_of(request).operator
    return {
        "language": language,
        "say": partial(say, language, operator=in_language(operator.name, language)),
        "other_language": next((other for other in operator.languages if other != language), None),
        "logo": logo_of(service_of(request).settings.operator),
        "here": _here(request),
    }


def _here(request: Request) -> str:
    """Return the address of the page, with what it was asked for: a link for a password is good after it, too."""
    if request.method != "GET":
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
