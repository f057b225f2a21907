"""The changes of an engineer to a re-run, and the check that it can be changed before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import ValidationError

from database.runs import Runs
from database.tables import Run, RunSnapshot
from tools.toolbox import Toolbox


class BadOverrides(ValueError):
    """A change of a re-run cannot be made: it names nothing that there is, or its value does not fit."""


@dataclass(frozen=True)
class Overrides:
    """The changes of a re-run; the default changes nothing.

    Attributes:
        node: The node to start from; None starts at the beginning of the turn.
        prompts: Content of a text by its name in the registry ("prompts/answers.yaml", "knowledge/bills.md"), or of a
            prompt by the prompt's name ("respond").
        model: The chat model, named as in ``TELEKOM_MODEL``.
        temperature: Sampling temperature of the chat model, 0 to 2; 0 always takes the most probable token.
        seed: Seed of the sampling.
        results: Edited result by operation, used instead of the recorded one; masks stand for what they masked.
    """

    node: str | None = None
    prompts: Mapping[str, str] = field(default_factory=dict)
    model: str | None = None
    temperature: float | None = None
    seed: int | None = None
    results: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def changed(self) -> dict[str, Any]:
        """The fields that change something, by name; a temperature or a seed of 0 does."""
        return {name: value for name, value in asdict(self).items() if value is not None and value != {}}


NO_OVERRIDES = Overrides()


def text_name(name: str) -> str:
    """Return the name in the registry of a text: a prompt has a short one, too."""
    return name if "/" in name else f"prompts/{name}.md"


async def exact_results(
    results: Mapping[str, dict[str, Any]], run: Run, snapshot: RunSnapshot, runs: Runs, toolbox: Toolbox
) -> dict[str, dict[str, Any]]:
    """Return edited results with the customer's own words in the place of their masks.

    Engineers see masked results only; one that is sent back as it was shown is the recorded one.

    Args:
        results: Edited result by operation.
        run: The recorded turn.
        snapshot: Its exact inputs.
        runs: The recorded turns.
        toolbox: The operations.

    Raises:
        BadOverrides: There is no such operation, or a result does not fit its schema.
    """
    found = {}
    for name, result in results.items():
        if name not in toolbox.names:
            raise BadOverrides(f"There is no operation {name}; there are {', '.join(sorted(toolbox.names))}.")
        recorded = [call["result"] for call in snapshot.calls if call["operation"] == name and call["result"]]
        originals = [recorded, snapshot.request, [call["result"] for call in snapshot.calls]]
        exact: dict[str, Any] = await runs.unmasked(result, originals, run.customer_id)
        _check(name, exact, recorded, toolbox)
        found[name] = exact
    return found


def _check(name: str, result: Mapping[str, Any], recorded: list[dict[str, Any]], toolbox: Toolbox) -> None:
    model = toolbox.result_model(name)
    known = {*model.model_fields, *(key for one in recorded for key in one)}
    if unknown := sorted(result.keys() - known):
        raise BadOverrides(f"{name}: a result has no {', '.join(unknown)}; it has {', '.join(sorted(known))}.")
    try:
        model.model_validate(result)
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BadOverrides(f"{name}: {'; '.join(problems)}") from error
