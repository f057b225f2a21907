"""Reads the operator's pages: each is one subject with short entries in both languages.

An entry begins with a heading, its title in Turkish and English; keyed lines follow, and a line without a key continues
the one before::

    ## Yurt dışında günlük ücret | Daily fee abroad
    id: roaming_daily_fee
    Sorulur: yurt dışında internet kaç para | roaming ücreti
    Asked: how much is roaming a day
    TR: Hattınız yurt dışı kullanımına açıkken her kullanım gününün ücreti {operator.roaming_daily_fee} olur.
    EN: While roaming is on, each day of use abroad costs {operator.roaming_daily_fee}.

``operation: enable_roaming`` is optional: the operation that belongs to the entry; so is ``fact: autopay_on``, the
declared fact of the customer's own that is said with it. ``{…}`` refers to a value of the operator, of the policy or of
a setting, so that no figure is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import yaml

from core.languages import Language
from core.operator_facts import KNOWLEDGE_FOLDER, KnowledgeError, Localized, load_operator, stated
from core.yaml_text import FRONT_MATTER, read_yaml

LANGUAGES: tuple[Language, ...] = ("tr", "en")

_HEADING = re.compile(r"##\s+(?P<tr>[^|]+?)\s*\|\s*(?P<en>[^|]+?)\s*")
_KEYED = re.compile(r"(?P<key>id|operation|fact|Sorulur|Asked|TR|EN):\s*(?P<value>.*)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_REFERENCE = re.compile(r"\{([^{}]*)\}")
_REQUIRED = ("id", "TR", "EN", "Sorulur", "Asked")
_KEYS: Mapping[Language, tuple[str, str]] = {"tr": ("TR", "Sorulur"), "en": ("EN", "Asked")}

Values = Mapping[str, Any]
"""What entries may refer to, by the first part of the reference: ``operator``, ``policy``, ``settings``."""


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
        id: Its name, unique over all pages.
        page: Name of its page.
        titles: By language.
        texts: One to three sentences by language, with all references filled in.
        askings: By language, how customers ask for it.
        operation: The operation that belongs to it, or None.
        fact: The fact of the customer's own that is said with it, or None.
        references: The values that its text refers to, for example ``operator.roaming_daily_fee``.
        place: File and line of its heading.
    """

    id: str
    page: str
    titles: Mapping[Language, str]
    texts: Mapping[Language, str]
    askings: Mapping[Language, tuple[str, ...]]
    operation: str | None
    fact: str | None
    references: frozenset[str]
    place: str

    def title(self, language: Language) -> str:
        """Return the title in a language."""
        return self.titles[language]

    def text(self, language: Language) -> str:
        """Return the text in a language, with every figure filled in."""
        return self.texts[language]


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        name: File name without its ending.
        subject: What it is about.
        entries: In the order of the file.
    """

    name: str
    subject: Localized
    entries: tuple[Entry, ...]


def load_pages(
    folder: Path | None = None,
    values: Values | None = None,
    operations: Collection[str] | None = None,
    facts: Collection[str] | None = None,
) -> list[Page]:
    """Read and check all pages.

    Args:
        folder: The operator's own folder; by default, and where it has no pages, those of the demo operator are read.
        values: What entries may refer to, beside the values of ``operator.yaml``.
        operations: Known operations; None leaves the names unchecked.
        facts: Declared facts; None leaves their names unchecked.

    Raises:
        KnowledgeError: A page is malformed; every problem is named with its file and line.
    """
    contents = page_texts(folder)
    values = {"operator": load_operator(folder), **(values or {})}
    return pages_of(contents, values, operations, facts)


def page_texts(folder: Path | None = None) -> dict[str, str]:
    """Return the contents of all pages by the file's name; arguments as for ``load_pages``.

    Raises:
        KnowledgeError: There is no such folder, or a page is not UTF-8.
    """
    if folder is not None and not folder.is_dir():
        raise KnowledgeError(f"{folder}: there is no such folder of knowledge")
    own = folder is not None and any(folder.glob("*.md"))
    found = {}
    for path in sorted((folder if folder is not None and own else KNOWLEDGE_FOLDER).glob("*.md")):
        try:
            found[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise KnowledgeError(f"{path.name}:{line}: not UTF-8") from error
    return found


def pages_of(
    contents: Mapping[str, str], values: Values, operations: Collection[str] | None, facts: Collection[str] | None
) -> list[Page]:
    """Read and check pages.

    Args:
        contents: The content of each page by its file's name.
        values: What entries may refer to.
        operations: Known operations; None leaves the names unchecked.
        facts: Declared facts; None leaves their names unchecked.

    Raises:
        KnowledgeError: A page is malformed; every problem is named with its file and line.
    """
    reader = _Reader(values, operations, facts)
    pages = [reader.page(PurePath(name), content) for name, content in sorted(contents.items())]
    if reader.problems:
        raise KnowledgeError("\n".join(reader.problems))
    return pages


class _Reader:
    """Reads pages, and collects what is wrong with them instead of ending at the first mistake."""

    def __init__(
        self, values: Values, operations: Collection[str] | None, facts: Collection[str] | None = None
    ) -> None:
        self._values = values
        self._operations = operations
        self._facts = facts
        self._places: dict[str, str] = {}
        self.problems: list[str] = []

    def page(self, path: PurePath, content: str) -> Page:
        """Read one page; an entry with a mistake is left out of it."""
        subject = self._subject(path, content)
        front = FRONT_MATTER.match(content)
        first = content[: front.end()].count("\n") + 1 if front else 1
        body = content[front.end() :] if front else content
        entries = []
        for line, block in _blocks(body, first):
            entry = self._entry(path, line, block)
            if entry is not None:
                entries.append(entry)
        if not entries and not self.problems:
            self._report(path, first, "there is no entry; each begins with a heading: ## Başlık | Title")
        return Page(path.stem, subject, tuple(entries))

    def _subject(self, path: PurePath, content: str) -> Localized:
        front = FRONT_MATTER.match(content)
        try:
            data = read_yaml(front.group(1)) if front else None
            return Localized.model_validate((data or {})["subject"])
        except (yaml.YAMLError, KeyError, TypeError, ValueError):
            self._report(path, 1, "the page begins with its subject in both languages, between two lines of ---: "
                         'subject: {tr: "…", en: "…"}')  # fmt: skip
            return Localized(tr=path.stem, en=path.stem)

    def _entry(self, path: PurePath, line: int, block: list[str]) -> Entry | None:
        before = len(self.problems)
        heading = _HEADING.fullmatch(block[0])
        if heading is None:
            self._report(path, line, "a heading holds the title in both languages: ## Başlık | Title")
        fields, lines = self._fields(path, line, block)
        for key in _REQUIRED:
            if not fields.get(key):
                self._report(path, lines.get(key, line), f"{key} is missing")
        self._check_names(path, line, fields, lines)
        references = {name for key in ("TR", "EN") for name in _REFERENCE.findall(fields.get(key, ""))}
        texts = {
            language: self._filled(path, lines.get(key, line), fields.get(key, ""), language)
            for language, (key, _) in _KEYS.items()
        }
        if len(self.problems) > before or heading is None:
            return None
        askings = {
            language: tuple(filter(None, (part.strip() for part in fields[key].split("|"))))
            for language, (_, key) in _KEYS.items()
        }
        titles: dict[Language, str] = {"tr": heading["tr"], "en": heading["en"]}
        return Entry(
            fields["id"], path.stem, titles, texts, askings, fields.get("operation"), fields.get("fact"),
            frozenset(references), f"{path.name}:{line}",
        )  # fmt: skip

    def _fields(self, path: PurePath, line: int, block: list[str]) -> tuple[dict[str, str], dict[str, int]]:
        """Return the keyed lines of a block, joined, and the line where each begins."""
        fields: dict[str, str] = {}
        lines: dict[str, int] = {}
        key = None
        for number, text in enumerate(block[1:], line + 1):
            if not text.strip():
                continue
            keyed = _KEYED.fullmatch(text.strip())
            if keyed is not None and keyed["key"] in fields:
                self._report(path, number, f"{keyed['key']} stands there twice")
            elif keyed is not None:
                key = keyed["key"]
                fields[key], lines[key] = keyed["value"], number
            elif key is None:
                self._report(
                    path, number, f"the line has no key; keys are {', '.join((*_REQUIRED, 'operation', 'fact'))}"
                )
            else:
                fields[key] = f"{fields[key]} {text.strip()}".strip()
        return fields, lines

    def _check_names(self, path: PurePath, line: int, fields: Mapping[str, str], lines: Mapping[str, int]) -> None:
        name, operation = fields.get("id"), fields.get("operation")
        if name:
            place = f"{path.name}:{lines['id']}"
            if not _NAME.fullmatch(name):
                self._report(path, lines["id"], f"the id {name!r} is made of small letters, digits and _")
            elif name in self._places:
                self._report(path, lines["id"], f"the id {name} is taken by {self._places[name]}")
            self._places.setdefault(name, place)
        if operation is not None and self._operations is not None and operation not in self._operations:
            self._report(path, lines["operation"], f"there is no operation {operation!r}")
        fact = fields.get("fact")
        if fact is not None and self._facts is not None and fact not in self._facts:
            self._report(path, lines["fact"], f"there is no fact {fact!r}")

    def _filled(self, path: PurePath, line: int, text: str, language: Language) -> str:
        def value(reference: re.Match[str]) -> str:
            try:
                return self._stated(reference.group(1), language)
            except LookupError as error:
                self._report(path, line, str(error.args[0]))
                return ""

        return _REFERENCE.sub(value, text)

    def _stated(self, reference: str, language: Language) -> str:
        """Return a referenced value as text.

        Raises:
            LookupError: There is no such value.
        """
        found: Any = self._values
        for part in reference.split("."):
            found = found.get(part) if isinstance(found, Mapping) else getattr(found, part, None)
        if found is None or callable(found):
            raise LookupError(f"there is no value {{{reference}}}")
        try:
            return stated(found, reference.rpartition(".")[2], language)
        except TypeError as error:
            raise LookupError(f"{{{reference}}} is no single value") from error

    def _report(self, path: PurePath, line: int, problem: str) -> None:
        self.problems.append(f"{path.name}:{line}: {problem}")


def _blocks(body: str, first: int) -> list[tuple[int, list[str]]]:
    """Return the lines of each entry with the number of its heading's line."""
    blocks: list[tuple[int, list[str]]] = []
    for number, text in enumerate(body.splitlines(), first):
        if text.startswith("## "):
            blocks.append((number, [text]))
        elif blocks:
            blocks[-1][1].append(text)
    return blocks
