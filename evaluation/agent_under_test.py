"""The served understanding, without a server or a database: the same nodes, models and tool schemas."""

from __future__ import annotations

from agent.errors import AgentError
from agent.models import Models
from agent.prompt_files import load_prompts
from clock import istanbul_now
from database.session import Database
from evaluation.understanding import Understand, Understood
from graph.arguments import ArgumentReader
from graph.build import thresholds
from graph.intent import make_detect_intent, message_questions
from graph.state import fresh_turn
from ports import Ports
from settings import Settings
from tools.catalog import Toolbox, build_tools


def schema_toolbox() -> Toolbox:
    """The operations with a database that is never opened: only names and schemas are used."""
    return Toolbox(build_tools(Database("sqlite+aiosqlite://"), Ports.simulated(), istanbul_now))


def served_understanding(models: Models, settings: Settings, toolbox: Toolbox) -> Understand:
    """What detect_intent and select_tools make of a message in a fresh thread.

    Args:
        models: The models to measure.
        settings: For the threshold.
        toolbox: The operations.
    """
    prompts = load_prompts()
    asked = prompts["questions"].data
    threshold = thresholds(models.decision_model.calibrated, settings.intent_threshold)["intent_threshold"]
    detect = make_detect_intent(models.decision_model, message_questions(asked), threshold)
    reader = ArgumentReader(models.chat_model, models.decision_model, prompts["arguments"], asked, toolbox)

    async def understand(message: str) -> Understood:
        state = await detect(fresh_turn(message))
        calls = []
        for intent in state["intents"]:
            try:
                arguments = await reader.read(intent["operation"], message)
            except AgentError:  # the served node asks the customer then
                arguments = {}
            calls.append((intent["operation"], arguments))
        return Understood(calls, state["confidence"])

    return understand
