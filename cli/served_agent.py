"""The agent that a command measures: loaded with the server's settings, and described on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.console import console, stop
from core.settings import Settings

if TYPE_CHECKING:
    from agent.models import Models
    from evaluation.served_agent import ServedAgent

# The heavy parts are imported inside the functions: `telekom --help` answers at once.


def agent_or_stop(model: str | None, models: Models | None = None) -> ServedAgent:
    """Load the agent and print what it consists of; a bad text or model ends the command with status 1.

    Args:
        model: Replaces ``TELEKOM_MODEL`` for this command.
        models: Replace the configured models.
    """
    from agent.errors import ModelError
    from agent.prompt_files import PromptError
    from core.operator_facts import KnowledgeError
    from evaluation.served_agent import load_served_agent

    settings = Settings() if model is None else Settings(model=model)
    try:
        agent = load_served_agent(settings, models)
    except (ModelError, PromptError, KnowledgeError) as error:
        raise stop(str(error), 1) from error
    console.print(agent.describe(), markup=False, highlight=False, soft_wrap=True)
    return agent
