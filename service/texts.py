"""Everything that customers read, by name: which text is served, and what the texts together make.

A text is served from the first of these that has it: the version in the registry (``database.texts``) that carries the
label of this service, the operator's folder (``TELEKOM_PROMPTS``, ``TELEKOM_KNOWLEDGE``), our own files. Names are
paths, so that a folder with the texts looks like those folders: ``prompts/respond.md``, ``prompts/answers.yaml``,
``knowledge/bills.md``. The fees in ``operator.yaml`` are no text: operations charge them, so they come with a start.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from agent.prompt_files import PROMPT_FOLDER, Prompt, PromptError, check_options, load_prompts, read_prompt, replacing
from agent.prompt_files import text_of as file_text
from core.operator_facts import KnowledgeError, load_operator
from core.settings import Settings
from database.texts import Version, hash_of
from graph.answers.answer_check import check_answers
from graph.answers.approved import Answers, answers_of, own_texts
from graph.asked.declared import load_facts
from graph.knowledge.pages import Page, page_texts, pages_of
from tools.catalog import OPERATION_NAMES

PROMPTS, KNOWLEDGE = "prompts/", "knowledge/"
PRODUCTION = "production"
"""The label whose versions are served where the label of this service has none."""

Origin = Literal["label", "folder", "files"]


@dataclass(frozen=True)
class ServedText:
    """A text as it is served.

    Attributes:
        name: Its name, as a path.
        text: The content.
        origin: A labelled version, the operator's folder, or our own files.
        label: The label of the version.
        number: The number of the version.
    """

    name: str
    text: str
    origin: Origin
    label: str | None = None
    number: int | None = None

    @property
    def sha(self) -> str:
        """Hash of the content."""
        return hash_of(self.text)


@dataclass(frozen=True)
class Contents:
    """The parts that the texts together make.

    Attributes:
        prompts: By name.
        answers: The approved answers and the wording.
        pages: The operator's pages.
    """

    prompts: Mapping[str, Prompt]
    answers: Answers
    pages: list[Page]


def file_texts(settings: Settings) -> dict[str, ServedText]:
    """Return the texts of the files, by name.

    Raises:
        PromptError: A file cannot be read.
        KnowledgeError: There is no such folder of pages, or one cannot be read.
    """
    found = {name: ServedText(name, text, "files") for name, text in _own_texts().items()}
    if settings.prompts is not None:
        if not settings.prompts.is_dir():
            raise PromptError(f"{settings.prompts}: there is no such folder of prompts")
        for path in sorted(settings.prompts.glob("*")):
            name = f"{PROMPTS}{path.name}"
            if path.suffix == ".md" or name in found:
                found[name] = ServedText(name, file_text(path), "folder")
    own_pages = settings.knowledge is not None and any(settings.knowledge.glob("*.md"))
    for file, text in page_texts(settings.knowledge).items():
        name = f"{KNOWLEDGE}{file}"
        found[name] = ServedText(name, text, "folder" if own_pages else "files")
    return found


def served_texts(
    files: Mapping[str, ServedText], label: str, labelled: Mapping[str, Mapping[str, Version]]
) -> dict[str, ServedText]:
    """Return the texts in their order of precedence.

    Args:
        files: The texts of the files.
        label: The label of this service.
        labelled: By label, the versions that carry it: this label's, and those of ``production``.
    """
    found = dict(files)
    for each in (PRODUCTION, label):
        for name, version in labelled.get(each, {}).items():
            found[name] = ServedText(name, version.text, "label", each, version.number)
    return found


def contents_of(
    texts: Mapping[str, str], settings: Settings, trained: Mapping[str, Collection[str]] | None
) -> Contents:
    """Read and check all texts.

    Args:
        texts: The content of each text by its name.
        settings: For the values that pages refer to.
        trained: The options by question that the decision model was trained on; None for one that reads any question.

    Raises:
        PromptError: A prompt or an answer cannot be served; each line names the file and the line of one mistake.
        KnowledgeError: A page cannot; the same.
    """
    problems: list[str] = []
    prompts = dict(load_prompts())
    answers = dict(own_texts())
    pages: dict[str, str] = {}
    for name, text in texts.items():
        file = name.rpartition("/")[2]
        try:
            if name.startswith(KNOWLEDGE):
                pages[file] = text
            elif file in answers:
                if text != answers[file]:
                    check_answers(file, text, answers[file])
                    answers[file] = text
            elif name.startswith(PROMPTS) and file.endswith(".md"):
                stem = file.removesuffix(".md")
                if stem not in prompts or text != prompts[stem].source:
                    prompts[stem] = replacing(read_prompt(stem, text), load_prompts())
            else:
                problems.append(f"{name}: there is no text of this name; known are {', '.join(sorted(_own_texts()))}")
        except PromptError as error:
            problems.append(str(error))
    try:
        check_options(prompts, trained)
    except PromptError as error:
        problems.append(str(error))
    if problems:
        raise PromptError("\n".join(problems))
    return Contents(prompts, answers_of(answers), _pages(pages, settings, prompts))


def file_contents(settings: Settings, trained: Mapping[str, Collection[str]] | None) -> Contents:
    """Read and check the texts of the files, without the registry; arguments and errors as for ``contents_of``."""
    return contents_of(contents_by_name(file_texts(settings)), settings, trained)


def contents_by_name(texts: Mapping[str, ServedText]) -> dict[str, str]:
    """Return the content of each text."""
    return {name: each.text for name, each in texts.items()}


def text_setup(texts: Mapping[str, ServedText]) -> dict[str, dict[str, str]]:
    """Return what stands of the texts on each run: the hash of each, and of each prompt by its short name."""
    prompts = {
        name.removeprefix(PROMPTS).removesuffix(".md"): each.sha
        for name, each in texts.items()
        if name.startswith(PROMPTS) and name.endswith(".md")
    }
    return {"prompts": prompts, "texts": {name: each.sha for name, each in texts.items()}}


def _pages(texts: Mapping[str, str], settings: Settings, prompts: Mapping[str, Prompt]) -> list[Page]:
    if bad := [name for name in texts if not name.endswith(".md")]:
        raise KnowledgeError(f"{bad[0]}:1: a page is a file *.md")
    if stray := [place for name, text in texts.items() for place in _stray_braces(name, text)]:
        raise KnowledgeError("\n".join(stray))
    values = {
        "operator": load_operator(settings.facts_folder),
        "policy": prompts["policy"].data,
        "settings": {
            "confirmation_minutes": settings.confirmation_minutes,
            "run_retention_days": settings.run_retention_days,
        },
    }
    return pages_of(texts, values, OPERATION_NAMES, load_facts().facts)


def _stray_braces(name: str, text: str) -> Iterator[str]:
    """Yield each line of a page with a brace that belongs to no ``{reference}``: customers would read it."""
    for number, line in enumerate(text.splitlines(), 1):
        if left := re.search("[{}]", re.sub(r"\{[^{}]*\}", "", line)):
            yield f"{name}:{number}: {left[0]} belongs to no {{reference}}"


@cache
def _own_texts() -> dict[str, str]:
    own = {path.name: file_text(path) for path in sorted(PROMPT_FOLDER.glob("*.md"))} | own_texts()
    return {f"{PROMPTS}{file}": text for file, text in own.items()}
