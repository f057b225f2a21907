"""The service on Ray Serve: replicas of the service and replicas of the models, which scale apart.

    pip install -c constraints.txt '.[postgres,ray]'
    serve run deploy.ray_app:app        # or: serve deploy deploy/ray.yaml

Settings are the usual names of the environment. Models that run in a process (``embedded``, ``hf:…``) run in the
replicas of ``ModelReplica``, those behind a server are asked by the service itself (``models=0``). A replica of models
that dies in the middle of a question is asked again elsewhere, since reading changes nothing; a request to a replica of
the service is repeated by its client, under an ``Idempotency-Key``. The chat page is not served: its buttons need the
process that has their socket, and Ray's proxy keeps no browser at one replica.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any, TypedDict

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr
from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException

import agent.models as agent_models
from agent.decision.format import DecisionState
from agent.decision.model import Answers, DecisionModel, DecisionRequest, ReadsSpans
from agent.decision.spans import Span
from agent.errors import ServerFailed
from core.settings import Settings
from server import create_app
from service.container import RunningService, open_service

APP = "telekom"
_TRIES = 3
_ANSWER_SECONDS = 60.0
_AWAY = (RayError, RayServeException, TimeoutError)

LoadModels = Callable[[Settings], agent_models.Models]


class ModelFacts(TypedDict):
    """Facts of the models that the service has to know before it asks them."""

    attributes: dict[str, Any]
    spans: bool
    name: str
    device: str | None
    adapter: str


class ModelReplica:
    """A replica of the models.

    Args:
        load: Loads them.
    """

    def __init__(self, load: LoadModels) -> None:
        self._models = load(Settings())

    async def facts(self) -> ModelFacts:
        """Tell what kind of models these are."""
        model = self._models.decision_model
        names = ("calibrated", "answers_together", "reads_facts", "trained_options")
        return ModelFacts(
            attributes={name: getattr(model, name) for name in names}, spans=isinstance(model, ReadsSpans),
            name=self._models.name, device=self._models.device, adapter=self._models.adapter,
        )  # fmt: skip

    async def decide(self, request: DecisionRequest) -> Answers:
        """Answer typed questions."""
        return await self._models.decision_model.ainvoke(request)

    async def spans(self, state: DecisionState) -> Sequence[Span]:
        """Tag the words of a message that are arguments."""
        model = self._models.decision_model
        assert isinstance(model, ReadsSpans), "asked only where Facts.spans is true"  # noqa: S101
        return await asyncio.to_thread(model.spans, state)

    async def write(self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]) -> ChatResult:
        """Write a text."""
        return await self._models.chat_model._agenerate(messages, stop, **options)

    async def stream(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """Write a text piece by piece; it stops when its caller goes away."""
        async for chunk in self._models.chat_model._astream(messages, stop, **options):
            yield chunk


class RemoteDecisions(DecisionModel):
    """The decision model of the replicas of ``ModelReplica``.

    Args:
        models: Their handle.
        facts: What they are.
    """

    def __init__(self, models: Any, facts: ModelFacts) -> None:
        self._models = models
        for name, value in facts["attributes"].items():
            setattr(self, name, value)

    def _classify(self, request: DecisionRequest) -> Answers:
        answers: Answers = _asked(self._models.decide, request)
        return answers


class RemoteDecisionsWithSpans(RemoteDecisions):
    """One that also tags arguments."""

    def spans(self, state: DecisionState) -> Sequence[Span]:
        """See ``ReadsSpans.spans``.

        Raises:
            ServerFailed: No replica answered.
        """
        found: Sequence[Span] = _asked(self._models.spans, state)
        return found


class RemoteChat(BaseChatModel):
    """The chat model of the replicas of ``ModelReplica``.

    Args:
        models: Their handle.
    """

    _models: Any = PrivateAttr()

    def __init__(self, models: Any) -> None:
        super().__init__()
        self._models = models

    @property
    def _llm_type(self) -> str:
        return "ray-serve"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,
    ) -> ChatResult:  # fmt: skip
        result: ChatResult = _asked(self._models.write, messages, stop, kwargs)
        return result

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None, **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:  # fmt: skip
        try:
            async with aclosing(_pieces(self._models, messages, stop, kwargs)) as pieces:
                async for chunk in pieces:
                    if run_manager:
                        await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
        except _AWAY as error:
            raise ServerFailed(f"the models' replica stopped in the middle: {error}") from error


async def _pieces(models: Any, *asked: Any) -> AsyncGenerator[ChatGenerationChunk, None]:
    answer = models.options(stream=True).stream.remote(*asked)
    try:
        async for chunk in answer:
            yield chunk
    finally:
        answer.cancel()


def _asked(method: Any, *values: Any) -> Any:
    """Ask one replica, another one where it dies; called in a thread, never in an event loop.

    Raises:
        ServerFailed: None answered.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            return method.remote(*values).result(timeout_s=_ANSWER_SECONDS)
        except _AWAY as error:
            if attempt == _TRIES:
                raise ServerFailed(f"no replica of the models answers: {error}") from error
    raise AssertionError("unreachable")


class Front:
    """A replica of the service, which keeps nothing of its own: state is in the database.

    Args:
        models: Handle of the models' replicas; None where all of them stand behind servers.
    """

    def __init__(self, models: Any = None) -> None:
        self._handle = models

    def __serve_build_asgi_app__(self) -> Any:
        """Make the application; Ray starts and stops it with the replica."""
        return create_app(Settings(mount_chat=False), service_factory=self._open)

    def _open(self, settings: Settings) -> AbstractAsyncContextManager[RunningService]:
        return self._opened(settings) if self._handle is not None else open_service(settings)

    @asynccontextmanager
    async def _opened(self, settings: Settings) -> AsyncIterator[RunningService]:
        facts: ModelFacts = await self._handle.facts.remote()
        decisions = RemoteDecisionsWithSpans if facts["spans"] else RemoteDecisions
        models = agent_models.Models(
            chat_model=RemoteChat(self._handle), decision_model=decisions(self._handle, facts), name=facts["name"],
            device=facts["device"], adapter=facts["adapter"],
        )  # fmt: skip
        async with open_service(settings, models=models) as service:
            yield service


def application(
    *, services: int = 2, models: int = 1, cores: float = 2.0, load: LoadModels = agent_models.load_models
) -> Any:
    """Describe the application; ``serve`` starts it.

    Args:
        services: Replicas of the service.
        models: Replicas of the models; 0 where all of them stand behind servers.
        cores: Cores of one replica of the models.
        load: Loads the models of a replica.
    """
    front = serve.deployment(serve.ingress(None)(Front))
    front = front.options(
        name="Service", num_replicas=services, max_ongoing_requests=200, ray_actor_options={"num_cpus": 0.5},
        graceful_shutdown_timeout_s=30,
    )  # fmt: skip
    if not models:
        return front.bind()
    minds = serve.deployment(ModelReplica).options(
        name="Models", num_replicas=models, max_ongoing_requests=32, ray_actor_options={"num_cpus": cores}
    )
    return front.bind(minds.bind(load))


def app(arguments: dict[str, str]) -> Any:
    """Build the application for ``serve``, with the arguments of its file or command line.

    Args:
        arguments: ``services``, ``models`` and ``cores``, as of ``application``.
    """
    return application(
        services=int(arguments.get("services", 2)), models=int(arguments.get("models", 1)),
        cores=float(arguments.get("cores", 2)),
    )  # fmt: skip
