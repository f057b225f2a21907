"""The decision model: typed questions about a state, a probability for every allowed answer.

``DecisionModel`` has the shape of ``langchain_core.decisions.BaseDecisionModel`` (langchain-core 1.8): a Runnable from
a request ``{"state", "questions"}`` to answers by name. With that version installed it becomes a subclass; until then
it stands by itself. A `choice` answers with ``probabilities``; a `noul` (yes or no) gets ``probabilities`` of ``true``
and ``false`` beside transformers' own ``noul``.
"""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypedDict, runtime_checkable

import torch
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor

from agent.decision.asked import FACT_QUESTIONS
from agent.decision.batching import MicroBatcher
from agent.decision.format import NOUL, DecisionState, context_of, message_of
from agent.decision.head import DecisionHead, HeadOutput
from agent.decision.replies import QUESTION as REPLY
from agent.decision.spans import Span
from agent.errors import GenerationError
from agent.local.embedded import LoadedModel
from agent.local.storage import default_head

_BATCH = 8
"""Messages that share a forward pass at most."""

_REMEMBERED = 256


class DecisionRequest(TypedDict):
    """Questions about a state."""

    state: DecisionState
    questions: Mapping[str, Mapping[str, Any]]
    """By name: ``type`` (choice, noul, score), ``instructions``, ``criteria`` (each option and what it means)."""


Answers = dict[str, dict[str, Any]]
"""The answers by the question's name, in the System One format."""


class DecisionModel(Runnable[DecisionRequest, Answers], ABC):
    """A runnable that answers typed questions with a probability for each allowed answer.

    Attributes:
        calibrated: True where the probabilities were fitted on held-out answers; thresholds are wider otherwise.
        answers_together: True where further questions about a message cost next to nothing in the same request.
        reads_facts: True where it can tell which fact a message asks for; else every subject is opened as a whole.
        trained_options: By question, the options that it was trained on; None where it reads any question.
    """

    calibrated: bool = True
    answers_together: bool = True
    reads_facts: bool = True
    trained_options: Mapping[str, Collection[str]] | None = None

    @abstractmethod
    def _classify(self, request: DecisionRequest) -> Answers:
        """Answer one request.

        Raises:
            AgentError: The model failed.
        """

    def _answered(self, request: DecisionRequest) -> Answers:
        """Answer one request, with "none" to every question that the model cannot read."""
        questions = request["questions"]
        unread = set() if self.reads_facts else set(FACT_QUESTIONS) & set(questions)
        nothing = {name: answer_of("choice", _only_none(questions[name])) for name in unread}
        read = {name: each for name, each in questions.items() if name not in unread}
        return nothing | (self._classify({"state": request["state"], "questions": read}) if read else {})

    def invoke(self, input: DecisionRequest, config: RunnableConfig | None = None, **kwargs: Any) -> Answers:
        """Answer one request; see ``_classify``."""
        return self._call_with_config(self._answered, input, config, run_type="llm")

    async def ainvoke(self, input: DecisionRequest, config: RunnableConfig | None = None, **kwargs: Any) -> Answers:
        """Answer one request without holding the event loop."""

        async def classify(request: DecisionRequest) -> Answers:
            return await run_in_executor(None, self._answered, request)

        return await self._acall_with_config(classify, input, config, run_type="llm")


@runtime_checkable
class ReadsSpans(Protocol):
    """A decision model that also tags the words of a message that are arguments."""

    def spans(self, state: DecisionState) -> Sequence[Span]:
        """Return the words of a message that are arguments."""


class LocalDecisionModel(DecisionModel):
    """The embedded decision head in this process; waiting requests share a forward pass.

    Args:
        head: The head that reads messages.
    """

    def __init__(self, head: DecisionHead) -> None:
        self._head = head
        self.reads_facts = head.asked is not None
        self.trained_options = {name: each.options for name, each in head.questions.items() if each.weights}
        self._batches: MicroBatcher[DecisionState, HeadOutput] = MicroBatcher(head.read, _BATCH, "decisions")
        self._known: OrderedDict[str, HeadOutput] = OrderedDict()
        self._lock = threading.Lock()

    def with_members(self, kinds: Collection[str]) -> LocalDecisionModel:
        """Return a model that uses only some ensemble members (see ``DecisionHead.with_members``)."""
        return LocalDecisionModel(self._head.with_members(kinds))

    def close(self) -> None:
        """Stop the worker."""
        self._batches.close()

    def spans(self, state: DecisionState) -> Sequence[Span]:
        """Return the words of a message that are arguments.

        Raises:
            GenerationError: The model failed.
        """
        return self._read(state).spans

    def _classify(self, request: DecisionRequest) -> Answers:
        asked = self._asked(request)
        others = {name: each for name, each in request["questions"].items() if name not in asked}
        if not others:
            return asked
        reading = self._read(request["state"])
        try:
            answers = {name: self._answer(name, each, reading, request["state"]) for name, each in others.items()}
        except ValueError as error:
            raise GenerationError(f"The decision model could not answer: {error}") from error
        return answers | asked

    def _asked(self, request: DecisionRequest) -> Answers:
        """Answer the questions for the asked fact, which one member answers from the message alone."""
        member = self._head.asked
        if member is None:
            return {}
        names = member.questions & set(request["questions"])
        message = message_of(request["state"])
        found: Answers = {}
        for name in names:
            scores = member.placed(name, message, request["questions"][name]["criteria"])
            shares = torch.tensor(list(scores.values())).softmax(-1).tolist()
            found[name] = answer_of("choice", dict(zip(scores, shares, strict=True)))
        return found

    def _read(self, state: DecisionState) -> HeadOutput:
        """Read a message once; later questions about the same message are answered from memory."""
        key = json.dumps(state, ensure_ascii=False, sort_keys=True)
        with self._lock:
            if key in self._known:
                return self._known[key]
        try:
            reading = self._batches.submit(state).result()
        except (RuntimeError, ValueError) as error:
            raise GenerationError(f"The decision model could not answer: {error}") from error
        with self._lock:
            self._known[key] = reading
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return reading

    def _answer(self, name: str, asked: Mapping[str, Any], reading: HeadOutput, state: DecisionState) -> dict[str, Any]:
        """Answer a question in the System One format, among the options that were given."""
        scores = reading.scores.get(name)
        options = list(asked.get("criteria") or NOUL)
        known = self._head.questions.get(name)
        if scores is None or known is None or not known.weights or not set(options) <= set(known.options):
            raise ValueError(f"this head does not answer {name!r} with the options {options}")
        rows = list(known.options)
        found = {option: float(scores[rows.index(option)]) for option in options}
        if name == REPLY and self._head.replies is not None and context_of(state):
            found = self._head.replies.with_ensemble(state, found)
        shares = torch.tensor([found[option] for option in options]).softmax(-1).tolist()
        probabilities = dict(zip(options, shares, strict=True))
        return answer_of(asked["type"], probabilities)


def _only_none(asked: Mapping[str, Any]) -> dict[str, float]:
    return {option: float(option == "none") for option in asked["criteria"]}


def answer_of(kind: str, probabilities: Mapping[str, float]) -> dict[str, Any]:
    """Build an answer in the System One format, with ``probabilities`` for yes and no as well.

    Args:
        kind: The question's type: choice or noul.
        probabilities: By option.
    """
    if kind == "noul":
        return {"type": "noul", "noul": probabilities["true"], "probabilities": dict(probabilities)}
    best = max(probabilities, key=probabilities.__getitem__)
    share = 1 / len(probabilities)
    confidence = 1.0 if share == 1 else max(0.0, (probabilities[best] - share) / (1 - share))
    return {"type": "choice", "choice": best, "confidence": confidence, "probabilities": dict(probabilities)}


def embedded_decision_model(loaded: LoadedModel, folder: Path | None = None) -> LocalDecisionModel:
    """Return the default decision model: a head on the trunk of the embedded model.

    Args:
        loaded: The embedded model.
        folder: Folder of the head; default: the one that the model was loaded with.

    Raises:
        ModelError: The head is missing or damaged.
    """
    head = folder or loaded.head or default_head()
    return LocalDecisionModel(DecisionHead.from_folder(loaded.trunk, loaded.tokenizer, head))
