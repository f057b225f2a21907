"""Put the drawing of the compiled graph into docs/architecture.md; with --check, only compare."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from graph.build import GraphDependencies, build_graph

DOCUMENT = Path(__file__).parents[1] / "docs" / "architecture.md"
_PLACE = re.compile(r"(<!-- graph:begin -->\n).*?(<!-- graph:end -->)", re.DOTALL)


def drawing() -> str:
    """Return the graph as a Mermaid block; its shape does not depend on the dependencies, so none are made."""
    from agent.prompt_files import load_prompts
    from graph.answers.approved import load_answers

    nothing = cast(Any, None)
    no_tools = cast(Any, SimpleNamespace(names=(), is_write=bool))
    dependencies = GraphDependencies(
        nothing, nothing, nothing, no_tools, load_prompts(), load_answers(), nothing, nothing
    )
    return f"```mermaid\n{build_graph(dependencies).get_graph().draw_mermaid().strip()}\n```\n"


def updated(text: str) -> str:
    """Return the document with today's drawing."""
    return _PLACE.sub(lambda place: place.group(1) + drawing() + place.group(2), text)


if __name__ == "__main__":
    before = DOCUMENT.read_text(encoding="utf-8")
    after = updated(before)
    if "--check" not in sys.argv:
        DOCUMENT.write_text(after, encoding="utf-8")
    sys.exit("--check" in sys.argv and before != after)
