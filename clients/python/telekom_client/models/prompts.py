"""The answers about everything that customers read, for prompt engineers."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from telekom_client.models.base import Answer


class TextRow(Answer):
    """A text as it is served.

    Attributes:
        origin: A labelled version, the operator's folder, or the agent's own files.
        label: The label of the version that is served.
        number: The number of that version.
        sha: Hash of the content.
        labels: The version that each label stands on.
    """

    name: str
    origin: Literal["label", "folder", "files"]
    label: str | None
    number: int | None
    sha: str
    labels: dict[str, int]


class TextList(Answer):
    """All texts."""

    texts: list[TextRow]


class TextVersion(Answer):
    """A version of a text.

    Attributes:
        by: Login of the author; ``files`` where it was taken from them.
        labels: The labels that it carries.
    """

    name: str
    number: int
    sha: str
    text: str
    by: str
    at: dt.datetime
    note: str
    labels: list[str]


class VersionList(Answer):
    """The versions of a text, the newest first."""

    versions: list[TextVersion]


class TextDifference(Answer):
    """The lines that differ, as ``diff -u`` writes them."""

    lines: list[str]


class LabelPlace(Answer):
    """The version that a label stands on; ``number`` is None where it is off."""

    name: str
    label: str
    number: int | None
