"""Model specifications: parses the settings that name a model.

A model is the embedded one, one of transformers, or one behind a server. Nothing is loaded here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from agent.errors import ModelUnusable

Kind = Literal["embedded", "hf", "endpoint", "systemone", "chat"]
CHAT_KINDS: tuple[Kind, ...] = ("embedded", "hf", "endpoint")
DECISION_KINDS: tuple[Kind, ...] = ("embedded", "hf", "systemone", "chat")
_FORMS = {
    "embedded": "embedded",
    "hf": "hf:<folder or repository>",
    "endpoint": "endpoint:<url>#<model>",
    "systemone": "systemone:<url>#<model>",
    "chat": "chat",
}


@dataclass(frozen=True)
class Spec:
    """A parsed model specification.

    Attributes:
        kind: Kind of backend.
        place: Folder, repository or URL; "" for the embedded model and for ``chat``.
        model: The model's name at its server; "" for a model without one.
    """

    kind: Kind
    place: str = ""
    model: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.place) if part) + (f"#{self.model}" if self.model else "")


def parse(text: str, allowed: tuple[Kind, ...], setting: str) -> Spec:
    """Parse a setting.

    Args:
        text: The setting's value.
        allowed: Kinds that fit the role: ``CHAT_KINDS`` or ``DECISION_KINDS``.
        setting: The setting's name, for the message.

    Raises:
        ModelUnusable: The value has none of the allowed forms.
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
