"""The demo environment with conversations: threads, records of turns, and recorded tool calls.

``evaluation.environment`` stands alone, since tests of the operations run without LangGraph.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from conversation.engine import Engine
from conversation.recorded_calls import RecordedCalls, RecordingToolbox
from conversation.service import Conversations, User
from core.masking import Masker
from core.operator_facts import OperatorFacts
from database.handovers import Handovers
from database.runs import Runs
from database.session import Database
from database.threads import Threads
from database.turn_keys import TurnKeys
from evaluation.environment import DemoEnvironment
from graph.state import ConversationState, TurnContext
from ports.payment import SimulatedPayment
from tools.toolbox import Toolbox
from tools.written import WrittenChanges

_MASKING_KEY = b"demo"


class ConversationEnvironment(DemoEnvironment):
    """A demo environment in which conversations are held.

    Args:
        database: Holds the demo data; the caller closes it.
        now: The present at the beginning.
        payment: See ``DemoEnvironment``.
        toolbox: Class of the conversation's toolbox.
        operator: See ``DemoEnvironment``.

    Attributes:
        conversation_toolbox: The operations of conversations, recorded by run.
        threads: The threads.
    """

    def __init__(
        self,
        database: Database,
        now: datetime,
        payment: SimulatedPayment | None = None,
        toolbox: type[RecordingToolbox] = RecordingToolbox,
        operator: OperatorFacts | None = None,
    ) -> None:
        super().__init__(database, now, payment, operator)
        self._calls = RecordedCalls()
        self.conversation_toolbox: Toolbox = toolbox(self.tools, self._calls)
        self.threads = Threads(database, self.clock)

    def conversations_with(
        self,
        graph: CompiledStateGraph[ConversationState, TurnContext, Any, Any],
        model_name: str,
        prompts: Mapping[str, str] | None = None,
    ) -> Conversations:
        """Return the conversations with a graph.

        Args:
            graph: The compiled graph over ``conversation_toolbox``, with its own checkpointer.
            model_name: Name of the chat model.
            prompts: The hash of each prompt, for the records of the turns.
        """
        engine = Engine(
            graph=graph, runs=Runs(self.database, Masker(_MASKING_KEY)), calls=self._calls, clock=self.clock,
            model_name=model_name, setup={"model": model_name, "prompts": dict(prompts or {})},
        )  # fmt: skip
        keys = TurnKeys(self.database, self.clock)
        return Conversations(engine, self.threads, WrittenChanges(self.database), keys, Handovers(self.database))


def demo_user(customer: int) -> User:
    """Return the login of a demo customer."""
    return User(customer + 1, customer, f"musteri{customer}@example.com", "customer", "")
