"""Decision models beside the embedded one: transformers' decision pipeline, a System One server, a chat server.

Each answers in the System One format, with ``probabilities`` for yes and no as well. A model whose decision format
holds temperatures was calibrated by whoever made it; any other is used with wider thresholds.

A model with a decision format of its own was trained on the questions of that format, which do not hold the asked
facts: it is never asked for one, and every subject is opened as a whole. A chat model chooses among the facts in
rounds, because it has no more letters than the alphabet.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from string import ascii_uppercase
from typing import Any

from transformers import DecisionPipeline
from transformers.decision.configuration_utils import DecisionConfig

from agent.decision.format import NOUL, message_of, rendered
from agent.decision.model import Answers, DecisionModel, DecisionRequest, answer_of
from agent.errors import GenerationError, ModelUnusable, ServerFailed
from agent.model_server import ModelServer

_AT_ONCE = 8
_MOST_LETTERS = 20
"""Options that a chat model chooses among at once: as many as a server tells log-probabilities of."""

_UNLISTED_SHARE = 0.5
"""A label that the server does not list gets this share of the least probable listed label."""

_SMALL: DecisionRequest = {
    "state": "Merhaba",
    "questions": {"greeting": {"type": "choice", "instructions": "Selam mı?", "criteria": {"yes": "", "no": ""}}},
}


class PipelineDecisionModel(DecisionModel):
    """A model of transformers in this process: one with a decision format, or any causal model.

    A causal model without a decision format is read by the logits of its labels.

    Args:
        pipeline: transformers' ``pipeline("decision")``.
    """

    answers_together = False

    def __init__(self, pipeline: DecisionPipeline) -> None:
        self._pipeline = pipeline
        self._lock = threading.Lock()
        form = pipeline.decision_config
        self.calibrated = isinstance(form, DecisionConfig) and bool(form.temperature)
        self.reads_facts = not isinstance(form, DecisionConfig)

    def _classify(self, request: DecisionRequest) -> Answers:
        with self._lock:
            try:
                questions = _plain(request)
                answers = self._answers(request, questions) if self.reads_facts else self._once(request, questions)
                return _with_both(answers)
            except (RuntimeError, ValueError, KeyError) as error:
                raise GenerationError(f"The decision model could not answer: {error}") from error

    def _once(self, request: DecisionRequest, questions: Mapping[str, Mapping[str, Any]]) -> Answers:
        answers: Answers = self._pipeline({"state": request["state"], "questions": questions})
        return answers

    def _answers(self, request: DecisionRequest, questions: Mapping[str, Mapping[str, Any]]) -> Answers:
        """Answer the questions; those with more options than letters in rounds."""
        many = {name for name, question in questions.items() if len(_options(question)) > _MOST_LETTERS}
        few = {name: question for name, question in questions.items() if name not in many}
        answers = self._once(request, few) if few else {}
        for name in many:
            answers[name] = in_rounds(questions[name], lambda part: self._once(request, {"part": part})["part"])
        return answers


class RemoteDecisionModel(DecisionModel):
    """A model behind a server; its probabilities count as uncalibrated.

    Args:
        server: The server.
        model: The model's name at the server.
    """

    calibrated = False

    def __init__(self, server: ModelServer, model: str) -> None:
        self._server = server
        self._model = model
        server.try_with(lambda: self._classify(_SMALL))


class SystemOneDecisionModel(RemoteDecisionModel):
    """A model behind ``/v1/systemone``; what its format was trained on is not known, so it is asked for no facts."""

    reads_facts = False

    def _classify(self, request: DecisionRequest) -> Answers:
        questions = _plain(request)
        body = {"model": self._model, "state": request["state"], "questions": questions}

        def read(answer: Any) -> Answers:
            return {name: _checked(questions[name], answer["answers"][name]) for name in questions}

        return self._server.post("/v1/systemone", body, read)


class ChatDecisionModel(RemoteDecisionModel):
    """A chat model behind an OpenAI-compatible server, asked to choose a letter; its log-probabilities decide."""

    answers_together = False

    def __init__(self, server: ModelServer, model: str) -> None:
        super().__init__(server, model)
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="chat-decisions")

    def check(self) -> None:
        """Ask a small question, to find a server without log-probabilities at the start.

        A server that cannot be reached passes: it may start later.

        Raises:
            ModelUnusable: The server gives no log-probabilities.
        """
        if not self._server.reached():
            return
        try:
            self._classify(_SMALL)
        except ServerFailed as error:
            raise ModelUnusable(
                f"{self._server.url} gives no log-probabilities for {self._model}, which TELEKOM_DECISION_MODEL=chat "
                f"needs. Nothing was changed. Set it to embedded, hf:… or systemone:<url>#<model>. ({error})"
            ) from error

    def _classify(self, request: DecisionRequest) -> Answers:
        questions = _plain(request)
        answers = self._pool.map(lambda name: self._chosen(request, questions[name]), questions)
        return dict(zip(questions, answers, strict=True))

    def _chosen(self, request: DecisionRequest, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a question, in rounds where it has more options than letters."""
        if len(_options(question)) > _MOST_LETTERS:
            return in_rounds(question, lambda part: self._letter(request, part))
        return self._letter(request, question)

    def _letter(self, request: DecisionRequest, question: Mapping[str, Any]) -> dict[str, Any]:
        options = _options(question)
        letters = ascii_uppercase[: len(options)]
        body = {
            "model": self._model, "messages": [{"role": "user", "content": _choice_prompt(request, question)}],
            "max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": 20,
        }  # fmt: skip

        def read(answer: Any) -> dict[str, Any]:
            told = answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
            found = {each["token"].strip().upper(): math.exp(each["logprob"]) for each in reversed(told)}
            known = {letter: found[letter] for letter in letters if letter in found}
            least = _UNLISTED_SHARE * min(known.values())  # raises ValueError where no letter was told
            shares = {option: known.get(letter, least) for letter, option in zip(letters, options, strict=True)}
            total = sum(shares.values())
            return answer_of(question["type"], {option: share / total for option, share in shares.items()})

        return self._server.post("/v1/chat/completions", body, read)


def in_rounds(question: Mapping[str, Any], ask: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Any]:
    """Answer a choice with many options: a first round in groups, a last one among the groups' winners.

    An option's probability is its share in its group, times the share of the group's winner in the last round.

    Args:
        question: The question, with its options as ``criteria``.
        ask: Answers the question with some of its options.
    """
    criteria: Mapping[str, str] = question["criteria"]
    names = list(criteria)
    rounds = [names[start : start + _MOST_LETTERS] for start in range(0, len(names), _MOST_LETTERS)]
    groups = [
        ask({**question, "criteria": {name: criteria[name] for name in part}})["probabilities"] for part in rounds
    ]
    winners = [max(group, key=group.__getitem__) for group in groups]
    last = ask({**question, "criteria": {name: criteria[name] for name in winners}})["probabilities"]
    return answer_of("choice", {
        option: share * last[winner]
        for group, winner in zip(groups, winners, strict=True)
        for option, share in group.items()
    })  # fmt: skip


def _plain(request: DecisionRequest) -> dict[str, dict[str, Any]]:
    """Return the questions with the keys that the format knows."""
    keys = ("type", "instructions", "criteria")
    return {
        name: {key: question[key] for key in keys if question.get(key)}
        for name, question in request["questions"].items()
    }


def _options(question: Mapping[str, Any]) -> list[str]:
    return list(question.get("criteria") or NOUL)


def _choice_prompt(request: DecisionRequest, question: Mapping[str, Any]) -> str:
    """Write a question with its options as letters; the customer's words are quoted, to keep them apart from it."""
    criteria: Mapping[str, str] = question.get("criteria") or {}
    lines = [
        f"{letter}) {option}{f': {criteria[option]}' if criteria.get(option) else ''}"
        for letter, option in zip(ascii_uppercase, _options(question), strict=False)
    ]
    state = request["state"]
    said = json.dumps(message_of(state), ensure_ascii=False)
    before = rendered(state)[: -len(message_of(state)) or None]
    return f"{before}{said}\n\n{question.get('instructions', '')}\n" + "\n".join(lines) + "\nYalnızca harfi yaz."


def _checked(question: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a server's answer with a probability for each option.

    Raises:
        ValueError: The probabilities do not add up to 1, or are no numbers.
    """
    if answer["type"] == "noul":
        return answer_of(question["type"], {"true": float(answer["noul"]), "false": 1 - float(answer["noul"])})
    found = {option: float(answer["probabilities"][option]) for option in _options(question)}
    if not 0.9 < sum(found.values()) < 1.1:
        raise ValueError("the probabilities do not add up to 1")
    return answer_of(question["type"], found)


def _with_both(answers: Mapping[str, Mapping[str, Any]]) -> Answers:
    """Add the probabilities of true and false to yes-or-no answers."""
    both = {name: each["noul"] for name, each in answers.items() if each["type"] == "noul"}
    return {
        name: answer_of("noul", {"true": both[name], "false": 1 - both[name]}) if name in both else dict(each)
        for name, each in answers.items()
    }
