"""The model that decides: typed questions about a state, a probability for every allowed answer.

``DecisionModel`` has the shape of ``langchain_core.decisions.BaseDecisionModel`` (langchain-core 1.8): a Runnable from
a request ``{"state", "questions"}`` to answers by name. With that version installed it becomes a subclass; until then
it stands by itself. A `choice` answers with ``probabilities``; a `noul` (yes or no) gets ``probabilities`` of ``true``
and ``false`` beside transformers' own ``noul``.
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypedDict

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor
from transformers import PreTrainedTokenizerBase
from transformers.pipelines.decision import DecisionPipeline

from agent.decision_head import PooledForDecision
from agent.embedded import LoadedModel
from agent.errors import GenerationError


class DecisionRequest(TypedDict):
    """What is asked about what."""

    state: str | dict[str, Any]
    questions: Mapping[str, Mapping[str, Any]]
    """By name: ``type`` (choice, noul, score), ``instructions``, ``criteria`` (each option and what it means)."""


Answers = dict[str, dict[str, Any]]
"""The answers by the question's name, in the System One format."""


class DecisionModel(Runnable[DecisionRequest, Answers], ABC):
    """Answers typed questions with a probability for each allowed answer."""

    @abstractmethod
    def _classify(self, request: DecisionRequest) -> Answers:
        """Answer one request.

        Raises:
            AgentError: The model failed.
        """

    def invoke(self, input: DecisionRequest, config: RunnableConfig | None = None, **kwargs: Any) -> Answers:
        """Answer one request; see ``_classify``."""
        return self._call_with_config(self._classify, input, config, run_type="llm")

    async def ainvoke(self, input: DecisionRequest, config: RunnableConfig | None = None, **kwargs: Any) -> Answers:
        """Answer one request without holding the event loop."""

        async def classify(request: DecisionRequest) -> Answers:
            return await run_in_executor(None, self._classify, request)

        return await self._acall_with_config(classify, input, config, run_type="llm")


class LocalDecisionModel(DecisionModel):
    """A decision model in this process, behind transformers' ``DecisionPipeline``.

    Args:
        model: A decision model.
        tokenizer: Its tokenizer.
    """

    def __init__(self, model: PooledForDecision, tokenizer: PreTrainedTokenizerBase) -> None:
        self._pipeline = DecisionPipeline(model=model, tokenizer=tokenizer, device="cpu")
        self._lock = threading.Lock()

    def _classify(self, request: DecisionRequest) -> Answers:
        try:
            with self._lock:  # one forward pass at a time: two would only share the same cores
                answers: Answers = self._pipeline(dict(request))
        except (RuntimeError, ValueError) as error:
            raise GenerationError(f"The decision model could not answer: {error}") from error
        for answer in answers.values():
            if answer["type"] == "noul":
                answer["probabilities"] = {"true": answer["noul"], "false": 1.0 - answer["noul"]}
        return answers


def default_head() -> Path:
    """The folder of the committed head."""
    return Path(str(resources.files("agent").joinpath("weights/decision")))


def embedded_decision_model(loaded: LoadedModel, folder: Path | None = None) -> LocalDecisionModel:
    """The default: the committed head on the trunk of the embedded model.

    Raises:
        ModelError: The head is missing or damaged.
    """
    head = PooledForDecision.from_folder(loaded.model.model, folder or default_head())
    return LocalDecisionModel(head, loaded.tokenizer)


async def warm_up(model: DecisionModel, request: DecisionRequest) -> None:
    """Ask once, so that the first customer does not wait for what is built on first use."""
    await asyncio.shield(model.ainvoke(request))
