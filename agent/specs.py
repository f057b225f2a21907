"""What a setting names: the embedded model, one of transformers', one behind a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from agent.errors import ModelUnusable

Kind = Literal["embedded", "hf", "endpoint", "systemone", "chat"]
WRITERS: tuple[Kind, ...] = ("embedded", "hf", "endpoint")
DECIDERS: tuple[Kind, ...] = ("embedded", "hf", "systemone", "chat")
_FORMS = {
    "embedded": "embedded",
    "hf": "hf:<folder or repository>",
    "endpoint": "endpoint:<url>#<model>",
    "systemone": "systemone:<url>#<model>",
    "chat": "chat",
}


@dataclass(frozen=True)
class Spec:
    """A parsed setting.

    Attributes:
        kind: Of backend.
        place: Folder, repository or URL; "" for the embedded model and for ``chat``.
        model: The model's name at the server; "" elsewhere.
    """

    kind: Kind
    place: str = ""
    model: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.place) if part) + (f"#{self.model}" if self.model else "")


def parse(text: str, allowed: tuple[Kind, ...], setting: str) -> Spec:
    """Read a setting.

    Args:
        text: Its value.
        allowed: Kinds that fit the role: ``WRITERS`` or ``DECIDERS``.
        setting: Its name, for the message.

    Raises:
        ModelUnusable: It has another form.
    """
    kind, _, rest = text.strip().partition(":")
    for known in allowed:
        if known != kind:
            continue
        if known in ("embedded", "chat") and not rest:
            return Spec(known)
        if known == "hf" and rest:
            return Spec(known, rest)
        url, _, model = rest.partition("#")
        if known in ("endpoint", "systemone") and model and urlsplit(url).scheme in ("http", "https"):
            return Spec(known, url.rstrip("/"), model)
    forms = ", ".join(_FORMS[known] for known in allowed)
    raise ModelUnusable(f"{setting}={text} names no model. It may be: {forms}.")
