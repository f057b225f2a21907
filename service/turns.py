"""What answers a message: operations, graph and texts, as one engine behind the conversations."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from prometheus_client import CollectorRegistry

from agent.models import Models
from conversation.engine import Engine
from conversation.metrics import TurnMetrics
from conversation.recorded_calls import RecordedCalls, RecordingToolbox
from conversation.service import Conversations
from conversation.tracing import open_spans
from core.settings import Settings
from core.slots import Slots
from database.threads import Threads
from database.turn_keys import TurnKeys
from graph.build import build_graph
from service.background import repeated
from service.graph_parts import DatabaseHandoverQueue, graph_dependencies, run_setup
from service.rollouts import WATCH_SECONDS, take_back_worse
from service.served_texts import POLL_SECONDS, ServedTexts, TextRules, registered, save_texts
from service.stores import Stores
from service.texts import contents_by_name, text_setup
from tools.caller import Context
from tools.catalog import build_tools
from tools.toolbox import Toolbox
from tools.written import WrittenChanges

_LAST_TURNS_SECONDS = 15.0
_NOT_READ = "the labels of the texts were not read"
_NOT_WATCHED = "the roll-out was not watched"


@dataclass(frozen=True)
class ServedTurns:
    """The parts that answer messages.

    Attributes:
        conversations: Take the messages.
        toolbox: The operations that they run.
        texts: The texts that they say.
        registry: The metrics of the turns.
    """

    conversations: Conversations
    toolbox: Toolbox
    texts: ServedTexts
    registry: CollectorRegistry


async def open_turns(
    stack: AsyncExitStack, settings: Settings, stores: Stores, models: Models, rules: TextRules, context: Context
) -> ServedTurns:
    """Make what answers messages; when the stack is closed, turns that run have a few seconds to end.

    Args:
        stack: Ends what is begun here.
        settings: What the operator chose.
        stores: What is stored.
        models: The loaded models.
        rules: What the texts have to be.
        context: What the operations work on.

    Raises:
        PromptError, KnowledgeError: A text cannot be served.
    """
    last_move, texts = await registered(stores.texts, settings)
    contents = rules.contents(contents_by_name(texts))
    calls, registry = RecordedCalls(), CollectorRegistry()
    toolbox = RecordingToolbox(build_tools(context.database, context.ports, context.clock, context.operator), calls)
    queue = DatabaseHandoverQueue(stores.handovers, context.clock)
    dependencies = graph_dependencies(
        settings, models, contents, rules.knowledge(contents), toolbox, context.clock, queue
    )
    await save_texts(stores.runs, texts)
    spans = open_spans(dict(os.environ))
    if spans is not None:
        stack.push_async_callback(asyncio.to_thread, spans.close)  # it waits for the endpoint
    engine = Engine(
        graph=build_graph(dependencies, stores.checkpointer), runs=stores.runs, calls=calls, clock=context.clock,
        model_name=models.name, setup=run_setup(settings, models, dependencies) | text_setup(texts), spans=spans,
        metrics=TurnMetrics(registry),
    )  # fmt: skip
    conversations = _conversations(settings, stores, engine, context)
    served = ServedTexts(stores, rules, last_move, texts, engine, dependencies)
    served.on_change(conversations.serve)
    await served.refresh()  # a roll-out may run
    await stack.enter_async_context(repeated(served.refresh, every=POLL_SECONDS, failure=_NOT_READ))
    watch = partial(take_back_worse, stores.rollouts, settings.text_label, context.clock)
    await stack.enter_async_context(repeated(watch, every=WATCH_SECONDS, failure=_NOT_WATCHED))
    stack.push_async_callback(conversations.finish, _LAST_TURNS_SECONDS)
    return ServedTurns(conversations, toolbox, served, registry)


def _conversations(settings: Settings, stores: Stores, engine: Engine, context: Context) -> Conversations:
    database, clock = stores.database, context.clock
    slots = Slots("turns", settings.turns_of_customer, settings.turns_at_once)
    return Conversations(
        engine, Threads(database, clock), WrittenChanges(database), TurnKeys(database, clock), stores.handovers,
        stores.locks, slots,
    )  # fmt: skip
