"""Write docs/settings.md, the table of every setting, from ``core/settings.py``.

python -m scripts.write_settings
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from core.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"

_HEAD = """# Settings

Every setting, in groups. A value comes from the environment, else from a file `.env` in the folder in which the
service starts ([`.env.example`](../.env.example) is one to copy). A value that is malformed ends the start with one
sentence; a name that begins with `TELEKOM_` and is not listed here is warned of.

Made from `core/settings.py` by `python -m scripts.write_settings`; a test compares.
"""

GROUPS = {
    "env": ("Server and database", "deployment.md"),
    "trusted_proxies": ("Proxy and limits", "operations.md#limits"),
    "public_url": ("Links and mail", "operations.md#accounts"),
    "oidc_issuer": ("Login by OpenID Connect", "operations.md#login-by-openid-connect"),
    "token_minutes": ("Logins and accounts", "operations.md#accounts"),
    "model": ("Models", "models.md"),
    "intent_threshold": ("Conversations", "architecture.md#the-graph"),
    "operator": ("The operator's own texts, packages and fees", "operator.md"),
    "ports": ("Outside systems", "ports.md"),
    "run_retention_days": ("Retention", "operations.md#retention"),
    "allowed_origins": ("Web pages, log and development", "security.md"),
}
"""Heading and page to read on, by the first field of each group, in the order of the class."""


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        value = str(value).lower()
    if value in ((), {}, ""):
        return "empty"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def written_name(name: str, field: FieldInfo) -> str:
    """Return a field's name in the environment."""
    return str(field.validation_alias or f"TELEKOM_{name.upper()}")


def _row(name: str, field: FieldInfo) -> str:
    meaning, _, unset = (field.description or "").partition("; default: ")
    if get_origin(field.annotation) is Literal:
        choices = ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
        meaning = f"{choices}: {meaning}"
    default = field.get_default(call_default_factory=True)
    return f"| `{written_name(name, field)}` | {unset or _shown(default)} | {meaning} |"


def page() -> str:
    """Return the page as it should stand."""
    lines = [_HEAD.rstrip()]
    for name, field in Settings.model_fields.items():
        if name in GROUPS:
            heading, further = GROUPS[name]
            lines += [
                "",
                f"## {heading}",
                f"[Read on]({further})",
                "",
                "| setting | default | meaning |",
                "|---|---|---|",
            ]
        lines.append(_row(name, field))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
