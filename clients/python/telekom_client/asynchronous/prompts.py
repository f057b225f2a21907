"""Everything that customers read, for prompt engineers: versions, labels, differences, rollback."""

from __future__ import annotations

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call, given

_PROMPTS = "/api/v1/prompts"


class AsyncPrompts(AsyncConnection):
    """Calls about texts; all need an account of the role engineer. Names are paths, such as ``prompts/respond.md``."""

    async def list_texts(self) -> models.TextList:
        """Return every text with the version that is served."""
        return await self._send(Call("GET", _PROMPTS, models.TextList, enveloped=True))

    async def list_text_versions(self, name: str) -> models.VersionList:
        """Return the versions of a text, the newest first; none where only the files have it.

        Args:
            name: The text.
        """
        path = f"{_PROMPTS}/versions"
        return await self._send(Call("GET", path, models.VersionList, query={"name": name}, enveloped=True))

    async def compare_texts(
        self, name: str, *, first: int | None = None, second: int | None = None
    ) -> models.TextDifference:
        """Return the lines that differ between two versions of a text.

        Args:
            name: The text.
            first: A version; what is served by default.
            second: Another one; what is served by default.
        """
        query = given({"name": name, "first": first, "second": second})
        return await self._send(Call("GET", f"{_PROMPTS}/diff", models.TextDifference, query=query, enveloped=True))

    async def add_text_version(
        self, name: str, text: str, *, note: str | None = None, label: str | None = None
    ) -> models.TextVersion:
        """Check a text and add it as a version; nothing is served before a label is on it.

        Args:
            name: The text.
            text: The content.
            note: Why, for whoever reads the versions.
            label: Put on the new version; ``production`` is what is served by default.

        Raises:
            InvalidRequest: It cannot be served; the reason names file and line.
        """
        body = given({"name": name, "text": text, "note": note, "label": label})
        return await self._send(Call("POST", f"{_PROMPTS}/versions", models.TextVersion, json=body, enveloped=True))

    async def move_text_label(
        self, name: str, *, label: str | None = None, number: int | None = None
    ) -> models.LabelPlace:
        """Put a label on a version; every process that serves this label serves it within seconds.

        Args:
            name: The text.
            label: ``production`` by default.
            number: The version; None takes the label off, so that the files are served.

        Raises:
            InvalidRequest: It could not be served.
        """
        body = given({"name": name, "label": label, "number": number})
        return await self._send(Call("POST", f"{_PROMPTS}/labels", models.LabelPlace, json=body, enveloped=True))

    async def roll_back_text(self, name: str, *, label: str | None = None) -> models.LabelPlace:
        """Put a label back where it was before its last move; doing it twice undoes it.

        Args:
            name: The text.
            label: ``production`` by default.
        """
        body = given({"name": name, "label": label})
        path = f"{_PROMPTS}/rollback"
        return await self._send(Call("POST", path, models.LabelPlace, json=body, repeatable=False, enveloped=True))
