"""Measure the answers of the served Synthesize node on sampled cases: groundedness, language and time.

Each case is answered by the same class as in the service, with the same prompt, grammar and approved answers, in a
graph of that one node. The text is then checked by ``groundedness.py``, which knows nothing of how it was made.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from langgraph.graph import START, StateGraph

from core.clock import istanbul_now
from core.fields import FIELD
from core.languages import Language
from evaluation.answers.cases import AnswerCase, Messages, make_cases
from evaluation.answers.groundedness import Evidence, ordinary_words, ungrounded
from evaluation.answers.refusals import refusal_codes
from evaluation.language import language_of
from evaluation.served_agent import ServedAgent
from evaluation.understanding.score import share
from graph.answers.approved import Answers
from graph.answers.facts import facts_of
from graph.build import synthesize_node
from graph.state import ConversationState, TurnContext
from graph.turn_input import fresh_turn
from tools.toolbox import Toolbox

_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


@dataclass(frozen=True)
class WrittenAnswer:
    """An answer as the node wrote it; times in milliseconds."""

    text: str
    answer_source: str
    first_ms: float
    total_ms: float


@dataclass(frozen=True)
class MeasuredAnswer:
    """An answer with its measurements.

    Attributes:
        case: The case that was answered.
        written: The answer.
        unsupported: Statements of the answer that the evidence does not support.
        language: Its language, by the heuristic of ``language.py``.
        sentences: How many sentences it has, lists not counted.
    """

    case: AnswerCase
    written: WrittenAnswer
    unsupported: Sequence[str]
    language: Language
    sentences: int

    @property
    def language_right(self) -> bool:
        """True if the answer is in the language of the message."""
        return self.language == self.case.language


WriteAnswer = Callable[[AnswerCase], Awaitable[WrittenAnswer]]


def served_writer(agent: ServedAgent) -> WriteAnswer:
    """Return the served Synthesize node as a function of a case."""
    synthesize = synthesize_node(agent.dependencies(Toolbox([]), istanbul_now))
    graph: StateGraph[ConversationState, TurnContext, Any, Any] = StateGraph(
        ConversationState, context_schema=TurnContext
    )
    graph.add_node("synthesize", synthesize)
    graph.add_edge(START, "synthesize")
    compiled = graph.compile()

    async def write(case: AnswerCase) -> WrittenAnswer:
        state = fresh_turn(case.message)
        state["language"] = case.language
        state["topic"] = case.name if case.kind == "talk" else ""
        state["outcomes"] = [case.outcome] if case.outcome else []
        began = time.perf_counter()
        first = 0.0
        end: Mapping[str, Any] = {}
        async for mode, chunk in compiled.astream(state, stream_mode=["custom", "values"]):
            if mode == "custom" and not first:
                first = time.perf_counter() - began
            elif mode == "values":
                end = chunk  # type: ignore[assignment]
        total = time.perf_counter() - began
        return WrittenAnswer(str(end["answer"]), str(end["answer_source"]), first * 1000, total * 1000)

    return write


async def sample_cases(n: int, seed: int, messages: Messages, answers: Answers) -> list[AnswerCase]:
    """Sample cases for every operation, error code and topic that has approved answers."""

    def situation_of(operation: str, result: Mapping[str, Any]) -> str:
        return facts_of(operation, result, answers, "tr").outcome

    return await make_cases(n, seed, messages, answers.by_language["tr"]["small_talk"], situation_of)


async def measure(
    cases: Sequence[AnswerCase],
    write: WriteAnswer,
    answers: Answers,
    progress: Callable[[int], None] = lambda done: None,
) -> AsyncIterator[MeasuredAnswer]:
    """Write and check one answer after the other."""
    ordinary = ordinary_words([*_approved(answers, "tr"), *_approved(answers, "en")])
    for done, case in enumerate(cases, start=1):
        written = await write(case)
        found = ungrounded(written.text, _evidence(case), case.language, ordinary)
        unsupported = [f"{one.kind}: {one.text}" for one in found]
        yield MeasuredAnswer(case, written, unsupported, language_of(written.text), count_sentences(written.text))
        progress(done)


def _approved(answers: Answers, language: Language) -> list[str]:
    data = answers.by_language[language]
    groups = [group for outcomes in data["operations"].values() for group in outcomes.values()]
    groups += [*data["errors"].values(), *data["small_talk"].values()]
    return [FIELD.sub(" ", answer) for group in groups for answer in group]


def _evidence(case: AnswerCase) -> Evidence:
    data: list[Any] = [case.preview or {}]
    texts = [case.message]
    if case.outcome:
        data.append(case.outcome["result"] or {})
        error = case.outcome["error"]
        if error:
            data.append(error["details"])
            texts += [error["message"], error["next_step"]]
    return Evidence(data, texts, case.language)


def count_sentences(text: str) -> int:
    """Count the sentences of the running text; lists do not count, and an abbreviation's full stop counts as an end."""
    running = " ".join(line for line in text.splitlines() if not line.startswith("- "))
    return max(1, len(_SENTENCE_END.findall(running)))


def figures(measured: Sequence[MeasuredAnswer]) -> dict[str, Any]:
    """Return shares, counts, medians and times in milliseconds; None where there is nothing to count."""
    first = [one.written.first_ms for one in measured]
    total = [one.written.total_ms for one in measured]
    return {
        "n": len(measured),
        "operations": len({one.case.name for one in measured if one.case.kind == "operation"}),
        "error_codes": len({one.case.name for one in measured if one.case.kind == "error"}),
        "topics": len({one.case.name for one in measured if one.case.kind == "talk"}),
        "ungrounded": sum(bool(one.unsupported) for one in measured),
        "said_by_model": share([one.written.answer_source == "model" for one in measured]),
        "language_right_tr": _language_right(measured, "tr"),
        "language_right_en": _language_right(measured, "en"),
        "characters_p50": round(statistics.median(len(one.written.text) for one in measured)),
        "sentences_p50": statistics.median(one.sentences for one in measured),
        "first_token_ms_p50": percentile(first, 0.5),
        "first_token_ms_p95": percentile(first, 0.95),
        "total_ms_p50": percentile(total, 0.5),
        "total_ms_p95": percentile(total, 0.95),
    }


def _language_right(measured: Sequence[MeasuredAnswer], language: Language) -> float | None:
    asked = [one.language_right for one in measured if one.case.language == language]
    return share(asked) if asked else None


def left_out(measured: Sequence[MeasuredAnswer], operations: Sequence[str], answers: Answers) -> list[str]:
    """Return the operations, error codes and topics for which the sample was too small."""
    seen = {one.case.name for one in measured}
    wanted = (*operations, *sorted(refusal_codes()), *answers.by_language["tr"]["small_talk"])
    return [name for name in wanted if name not in seen]


def percentile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that at least this part of the values does not exceed (nearest rank)."""
    return round(sorted(values)[max(0, ceil(part * len(values)) - 1)], 1)
