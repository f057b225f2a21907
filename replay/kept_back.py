"""Texts that a model wrote in vain, or could not write: the reason, the prompt as it was given, and the raw text.

Read from the nodes and the uses of models of a turn, recorded or re-run, so that an answer which code gave in the place
of the model is never taken for the model's own words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class KeptBack(BaseModel):
    """One text that did not reach the customer as the model wrote it."""

    model_config = ConfigDict(frozen=True)

    node: str = Field(description="the node in which it happened")
    reason: str = Field(description="unsupported, figure, asked_unsaid, model_failed and others")
    why: str = Field("", description="the reason in words: the clause that nothing proves, or the model's error")
    raw: str = Field("", description="the model's text as far as it had come; empty where none came")
    prompt: Any = Field(None, description="what the model was given")


def kept_back(steps: Sequence[Mapping[str, Any]], models: Sequence[Mapping[str, Any]]) -> list[KeptBack]:
    """Return the texts of a turn that were kept back, and the models that gave none.

    Args:
        steps: The turn's nodes, see ``database.run_records.RunTrace``.
        models: Its uses of models, see there.
    """
    found: list[KeptBack] = []
    for place, step in enumerate(steps):
        output = step["output"] if isinstance(step["output"], Mapping) else {}
        uses = [use for use in models if use.get("step") == place]
        refused = output.get("refused") or ()
        found += [_refused(step["node"], one, uses) for one in refused]
        if not any(one["reason"] == "model_failed" for one in refused):
            found += [_failed(step["node"], use) for use in uses if "error" in use]
    return found


def _refused(node: str, text: Mapping[str, Any], uses: Sequence[Mapping[str, Any]]) -> KeptBack:
    written = [use for use in uses if use.get("role") == "write"]
    use = next((each for each in written if _wrote(each, text["raw"])), written[-1] if written else {})
    return KeptBack(node=node, reason=text["reason"], why=text.get("why", ""), raw=text["raw"], prompt=use.get("input"))


def _failed(node: str, use: Mapping[str, Any]) -> KeptBack:
    why = ": ".join(filter(None, (use["error"], use.get("why"))))
    raw = _text(use.get("output"))
    return KeptBack(node=node, reason="model_failed", why=why, raw=raw, prompt=use.get("input"))


def _wrote(use: Mapping[str, Any], raw: str) -> bool:
    return bool(raw) and _text(use.get("output")).strip().startswith(raw.strip())


def _text(output: Any) -> str:
    return output if isinstance(output, str) else ""
