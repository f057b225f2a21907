"""Versions of the texts by the names that prompt engineers give them: what a side of an experiment is made of."""

from __future__ import annotations

from database.texts import VersionNotFound
from service.served_texts import ServedTexts
from service.texts import PRODUCTION, contents_by_name, file_texts, served_texts

RECORDED, SERVED = "recorded", "served"
LABEL, AT = "label:", "@"


async def texts_named(name: str, texts: ServedTexts) -> dict[str, str]:
    """Return the contents of all texts of a version, by their names; none for ``recorded``.

    Args:
        name: ``recorded`` (each turn's own), ``served`` (now), ``label:NAME`` (what a service of that label serves), or
            ``TEXT@NUMBER`` (what is served, with one version of one text).
        texts: The texts of the service.

    Raises:
        VersionNotFound: There is no such version.
        PromptError, KnowledgeError: It cannot be served.
    """
    if name == RECORDED:
        return {}
    now = contents_by_name(texts.texts)
    if name == SERVED:
        return now
    if name.startswith(LABEL):
        found = await _labelled(name.removeprefix(LABEL), texts)
    else:
        text, at, number = name.rpartition(AT)
        if not at or not number.isdecimal():
            raise VersionNotFound(
                f"{name}: write {RECORDED}, {SERVED}, {LABEL}NAME, or TEXT{AT}NUMBER such as prompts/respond.md{AT}2."
            )
        found = {**now, text: (await texts.registry.version(text, int(number))).text}
    texts.rules.contents(found)
    return found


async def _labelled(label: str, texts: ServedTexts) -> dict[str, str]:
    labelled = {each: await texts.registry.labelled(each) for each in (PRODUCTION, label)}
    if not labelled[label]:
        raise VersionNotFound(f"No text has the label {label}.")
    return contents_by_name(served_texts(file_texts(texts.rules.settings), label, labelled))


async def versions_to_try(texts: ServedTexts) -> list[str]:
    """Return the names of all versions that there are, the usual ones first."""
    labels = sorted({label for of_text in (await texts.registry.labels()).values() for label in of_text})
    numbered = [f"{name}{AT}{number}" for name, number in await texts.registry.numbers()]
    return [RECORDED, SERVED, *(f"{LABEL}{label}" for label in labels), *numbered]
