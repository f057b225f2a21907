"""The operator's pages as the settings name them, with everything that they may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from agent.decision.embedding import PieceEmbedder
from agent.prompt_files import Prompt, load_prompts
from core.operator_facts import load_operator
from core.settings import Settings
from graph.asked.declared import load_facts
from graph.knowledge.pages import Page, load_pages
from graph.knowledge.search import KnowledgeBase
from tools.catalog import OPERATION_NAMES


def knowledge_pages(settings: Settings, prompts: Mapping[str, Prompt] | None = None) -> list[Page]:
    """Read and check the operator's pages.

    Args:
        settings: The operator's settings.
        prompts: The served prompts, for the numbers of the policy; default: those of the settings.

    Raises:
        KnowledgeError: A page or the operator's file has a mistake; file and line are named.
        PromptError: A prompt is malformed.
    """
    policy = (prompts or load_prompts(settings.prompts))["policy"].data
    values = {
        "operator": load_operator(settings.facts_folder),
        "policy": policy,
        "settings": {
            "confirmation_minutes": settings.confirmation_minutes,
            "run_retention_days": settings.run_retention_days,
        },
    }
    return load_pages(settings.knowledge, values, OPERATION_NAMES, load_facts().facts)


def knowledge_base(settings: Settings, prompts: Mapping[str, Prompt] | None = None) -> KnowledgeBase:
    """Make the knowledge base that the server searches; arguments and errors as for ``knowledge_pages``.

    Raises:
        ModelError: The vectors of search are missing or damaged.
    """
    return KnowledgeBase(knowledge_pages(settings, prompts), embedder())


@lru_cache(maxsize=1)
def embedder() -> PieceEmbedder:
    """Load the vectors once in a process."""
    return PieceEmbedder.from_files()
