"""The architecture as code: settings -> database -> tools -> models -> graph -> conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from sqlalchemy.exc import SQLAlchemyError

from agent.decision_model import DecisionModel
from agent.models import Models, load_models
from agent.prompt_files import load_prompts
from clock import Clock, istanbul_now
from conversation import Conversations
from database.demo import seed_demo
from database.passwords import hash_password
from database.session import Database
from database.threads import Threads
from graph.answers import load_answers
from graph.build import Limits, Parts, build_graph
from ports import Ports
from settings import Settings
from tools.catalog import Toolbox, build_tools


@dataclass(frozen=True)
class Service:
    """A running service: what channels need of it."""

    settings: Settings
    database: Database
    toolbox: Toolbox
    conversations: Conversations
    models: Models
    checkpointer: BaseCheckpointSaver[object]
    clock: Clock

    async def ready(self) -> dict[str, bool]:
        """Whether the database, the checkpointer and the model can be used."""
        return {
            "database": await _answers(self.database.check()),
            "checkpointer": await _answers(self.checkpointer.aget_tuple({"configurable": {"thread_id": "-"}})),
            "model": self.models.loaded,
        }
